"""The facts of a document: what the rules find, and what the relation model finds beside them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.records import Document, Evidence, Fact, MentionRef
from kg.relations.engine import RuleEngine
from kg.relations.model import RelationModel
from kg.relations.pairs import ROLE, Pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RelationFinder"]

_STATED = 0.5  # the model's own facts have at least this probability
_NOUN = 2  # characters of a noun that says what somebody is, at least
_HELD = 0.5  # a post is of a person, and of a body, from this probability on


class RelationFinder:
    """Rules and model together; keeps no state between documents."""

    def __init__(self, engine: RuleEngine, model: RelationModel) -> None:
        self.engine, self.model = engine, model

    @classmethod
    def load(cls, engine: RuleEngine | None = None) -> RelationFinder:
        """With the rules and the model of the package. Raises DataError for whatever is wrong in them."""
        engine = engine or RuleEngine.load()
        return cls(engine, RelationModel.load(engine.triggers))

    def find(self, document: Document) -> tuple[Fact, ...]:
        """The facts of the document in the order of the text. A rule's fact has the confidence of the rule, the model's own its
        probability; where a rule spoke of a pair, or of a person's post, the model is not asked.
        """
        facts = self.engine.find(document)
        if not document.mentions:
            return facts
        pairs = self.model.reader.read(document, facts)
        scores = self.model.scores(pairs)
        posted = {fact.source for fact in facts if fact.predicate == "affiliated_with"}
        own = [f for f in _own(document, pairs, scores, self.model) if f.predicate != "affiliated_with" or f.source not in posted]
        found = sorted((*facts, *own), key=lambda f: (f.evidence.start, f.source.start, f.target.start, f.predicate, f.properties))
        return tuple(found)


def _own(document: Document, pairs: Pairs, scores: NDArray[np.float32], model: RelationModel) -> Iterator[Fact]:
    import numpy as np

    mentions, labels = document.mentions, model.reader.labels
    held = _posts(document, pairs, scores, model)
    starts = [start for start, _ in document.sentences]
    for row, label in np.argwhere((scores >= _STATED) & (pairs.rules == 0)).tolist():
        name, turned = labels[label]
        if name == ROLE:
            continue
        one, other = pairs.ends[row]
        source, target = (other, one) if turned else (one, other)
        if name == "located_in" and mentions[source].type != "Program":
            continue  # where places and bodies lie is told by their names and codes
        refs = [MentionRef(mentions[n].start, mentions[n].end) for n in (source, target)]
        first, last = (bisect_right(starts, mentions[n].start) - 1 for n in (one, other))
        start, end = document.sentences[first][0], document.sentences[last][1]
        if "\n" in document.text[start:end]:  # in another paragraph than what it is told of: the later sentence states it
            start = document.sentences[last][0]
        evidence = Evidence(start, end, document.text[start:end])
        fact = Fact(refs[0], name, refs[1], evidence, f"model.{name.replace('_', '-')}", round(float(scores[row, label]), 3))
        posts = held.get((source, target)) or _noun_before(document, source) if name == "affiliated_with" else ()
        for role, former in posts:
            yield replace(fact, properties=(("former", "true"), ("role", role)) if former else (("role", role),))
        if not posts:
            yield fact


def _noun_before(document: Document, person: int) -> list[tuple[str, bool]]:
    """村民 in 村民李明, 篾匠 in 老篾匠李明: what somebody is, where no post was found."""
    start = document.mentions[person].start
    at = bisect_right(document.words, start - 1, key=lambda word: word.start) - 1
    word = document.words[at] if at >= 0 else None
    if word is None or word.end != start or word.tag != "n" or word.end - word.start < _NOUN:
        return []
    return [(document.text[word.start : word.end], False)]


def _posts(
    document: Document, pairs: Pairs, scores: NDArray[np.float32], model: RelationModel
) -> dict[tuple[int, int], list[tuple[str, bool]]]:
    """The posts that the model gives a person at a body: those of the person that are of the body, else those of no body at all."""
    label, size = model.reader.label(ROLE, turned=False), len(document.mentions)
    people: dict[int, list[int]] = {}
    bodies: dict[int, list[int]] = {}
    others: dict[int, set[int]] = {}
    for row, (one, other) in enumerate(pairs.ends):
        name, post = min(one, other), max(one, other)
        if post < size or label is None:
            continue
        is_person = document.mentions[name].type == "Person"
        if not is_person:
            others.setdefault(post, set()).add(name)
        if scores[row, label] >= _HELD:
            (people if is_person else bodies).setdefault(post, []).append(name)
    linked: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    loose: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for post, holders in sorted(people.items()):
        role = document.roles[post - size]
        for person in holders:
            for body in bodies.get(post, ()):
                linked.setdefault((person, body), []).append((role.text, role.former))
            for body in () if post in bodies else others.get(post, ()):
                loose.setdefault((person, body), []).append((role.text, role.former))
    return loose | linked
