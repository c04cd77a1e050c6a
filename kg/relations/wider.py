"""Positions that look beyond the clause of the trigger: the event of the scene, whole lists, whose scene it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kg.relations.items import Hit, Item
from kg.relations.reading import Reading
from kg.relations.rules import Rule, Slot
from kg.relations.scene import Sentence
from kg.relations.subject import Found, subject_group

__all__ = ["WIDER", "Finder"]

Finder = Callable[[Slot, Rule, Hit, Sentence, Reading], Found]
"""Looks for the names of a slot at one position."""

_SCENE = 4  # sentences back


def _origins(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """All names between 来自 and the trigger, over commas: 来自甲县、乙县，以及丙市的选手参赛."""
    start = sentence.text.rfind("来自", sentence.start, hit.start)
    if start < 0:
        return Found(why="来自 does not stand before the trigger")
    if sentence.verb_in(start + 2, hit.start, passing=rule.triggers):
        return Found(why="another verb stands between 来自 and the trigger")
    items = [i for i in sentence.items if start < i.start and i.end <= hit.start and i.type in slot.types]
    return Found(tuple(replace(i, owned=False) for i in items), "" if items else "no name stands behind 来自")


def _event(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """The event of the scene: the only one that the document names, named in this sentence or the one before."""
    floor = reading.document.sentences[max(0, sentence.index - 1)][0]
    echoed = [i for i in reading.echoes.items if floor <= i.start < hit.start and i.type == "Program"]
    named = echoed[-1].mention if echoed else reading.echoes.event(hit.start)
    if named is None:
        return Found(why="the document names no event, or more than one")
    if slot.at == "only-event" or echoed or named.start >= floor:
        return Found((Item(named.start, named.end, named, (named,), named.start, named.end),))
    return Found(why="the event was named too far back")


def _event_if_bare(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """The event of the scene, where the trigger has no object: …出席。"""
    if sentence.text[hit.end : hit.end + 1] not in ("。", "，", "；", ""):
        return Found(why="more words follow the trigger")
    return _event(slot, rule, hit, sentence, reading)


def _scene(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """青山县 in 青山县举行签约仪式。5个项目参加签约，分别是…"""
    for index in range(sentence.index, max(-1, sentence.index - _SCENE - 1), -1):
        here = reading.sentence(index)
        for clause in here.clauses:
            if clause.end <= hit.start:
                items = subject_group(here, clause, clause.end).items
                if items and items[0].type in slot.types:
                    return Found((items[0],))
    return Found(why="nobody of that type acts in the sentences before")


def _opening(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """青山镇 in 青山镇甲项目、乙项目集中开工."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    first = next((i for i in sentence.items if clause.start <= i.start and i.end <= hit.start), None)
    if first is None or first.type not in slot.types or first.start - clause.start > 4:
        return Found(why="the clause does not open with a name of that type")
    return Found((replace(first, owned=False),))


def _listed(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    items = [i for i in sentence.items if clause.start <= i.start and i.end <= hit.start and i.type in slot.types]
    return Found(tuple(items), "" if items else "no name stands in the clause before the trigger")


def _enumerated(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    items = [i for i in sentence.items if i.start >= hit.end and i.type in slot.types]
    return Found(tuple(items), "" if items else "no name stands in the sentence behind the trigger")


WIDER: dict[str, Finder] = {
    "origin": _origins,
    "event": _event,
    "event-bare": _event_if_bare,
    "only-event": _event,
    "scene": _scene,
    "opening": _opening,
    "listed": _listed,
    "enumerated": _enumerated,
}
