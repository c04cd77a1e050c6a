"""Who stands where around a trigger: subject, object, with whom, for whom, by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kg.relations.items import BODIES, Clause, Group, Hit, Item
from kg.relations.reading import Reading
from kg.relations.rules import Rule, Slot
from kg.relations.scene import Sentence

__all__ = ["Found", "find_slot", "partners", "subject_group"]

_FOR = frozenset({"为", "给", "向", "对", "替"})
_BY_WHOM = re.compile(r"(?<![自理])由(?!于|来|此)")
_LIGHT = ("开展", "进行", "达成", "建立", "实行", "实现", "加强", "签订", "签署", "共同", "联合", "展开")
_TO = frozenset({"到", "在", "赴", "至", "于"})
_IN = frozenset({"在", "于"})
_FROM = frozenset({"从", "自"})
_BY = frozenset({"由", "被", "经", "受", "据"})
_UNDER = re.compile(r"[^，。；]{0,6}?(?:指导|帮助|支持|牵头|组织|带领|帮扶|培养|教导|关心|协助)[^，。；]{0,4}下")
_PRONOUN = re.compile(r"(?<![在为对向给让与和同由被把])(?:我们|他们|她们|它们|我(?![县市区镇村乡省校院国])|他(?!的)|她(?!的))")
_STANDS_FOR = {"他": frozenset({"Person"}), "她": frozenset({"Person"})}
_ADVERBIAL = ("中", "上", "时", "后", "前", "下", "以来", "期间", "里", "间", "际", "来", "内", "起", "外")
_EMBEDS = frozenset({"对", "对于", "就", "因", "随着", "关于", "当", "像", "如", "比"})


@dataclass(frozen=True, slots=True)
class Found:
    """The items in a slot, or why there are none."""

    items: tuple[Item, ...] = ()
    why: str = ""


def find_slot(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """The items of the right type at the slot's position."""
    found = _POSITIONS[slot.at](slot, rule, hit, sentence, reading)
    if not found.items:
        return found
    named = slot.at == "subject" and any(i.mention.kind != "generic" for i in found.items)
    fitting = tuple(i for i in found.items if _fits(i, slot, rule, beside_a_name=named))
    if fitting:
        return Found(fitting)
    names = "、".join(item.mention.text for item in found.items)
    return Found(why=f"{names} stands there, which is not {'/'.join(sorted(slot.types))} that may act")


def _fits(item: Item, slot: Slot, rule: Rule, *, beside_a_name: bool = False) -> bool:
    if item.type not in slot.types or (item.mention.kind == "generic" and not (rule.generic or beside_a_name)):
        return False
    if slot.named and item.mention.kind != "name":
        return False
    return not item.owned or item.people or slot.loose


# subject


def _subject(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    at = sentence.clause_at(hit.start)
    found = subject_group(sentence, sentence.clauses[at], hit.start, agent=slot is rule.source)
    if found.items or found.why:
        return found
    if not slot.topic:
        return Found(why="the clause has no subject")
    return _topic(slot, sentence, at, reading)


def subject_group(sentence: Sentence, clause: Clause, limit: int, *, agent: bool = False) -> Found:
    """The subject of a clause as far as `limit`; `why` when a common noun is the subject, both empty when there is none.

    `agent`: who acts at the trigger, so B in A 帮助 B 开展 X and A in X 由 A 制定.
    """
    text, verbs = sentence.text, sentence.verbs
    groups = [g for g in clause.groups if g.start < limit and g.items[0].end <= limit]
    chosen: Group | None = None
    skipped = False
    for group in groups:
        if group.preposition:
            continue
        if sentence.verb_in(clause.start, group.start):
            break
        if _PRONOUN.search(text, clause.start, group.start):
            return Found()
        if group.items[0].type in ("Program", "Work") and any(not g.preposition for g in groups if g.start > group.start):
            continue
        if text[group.end : group.end + 1] in ("的", "之"):
            skipped = True
            continue
        chosen = group
        break
    if agent:
        pivot = _pivot(groups, chosen, sentence)
        if pivot is not None:
            return Found(tuple(pivot.items))
        by = next((g for g in groups if g.preposition == "由"), None)
        if by is None and chosen is not None and _BY_WHOM.search(text, chosen.end, limit):
            return Found(why="somebody without a name acts (由…)")
        chosen = by or chosen
        for group in groups:
            if group.preposition in _EMBEDS and not sentence.verb_in(group.end, limit) and not _light(sentence, limit):
                return Found(why=f"the trigger belongs to the phrase with {group.preposition}")
    if chosen is not None:
        last = chosen.items[-1]
        if last.owned and not last.people:
            return Found((last,)) if clause.speech else Found(why=f"{text[last.left:last.right]} is no name that acts")
        return Found((*chosen.items, *_company(groups, chosen, sentence)))
    if skipped:
        return Found(why="the name only modifies a common noun (的)")
    verb = next((h.start for h in sentence.hits if h.start >= clause.start), limit)
    if _PRONOUN.search(text, clause.start, min(verb, limit)):
        return Found()
    if text.endswith(_ADVERBIAL, clause.start, clause.end) and limit >= clause.end:
        return Found()
    if sentence.foreign_subject(clause.start, limit):
        return Found(why="a common noun is the subject")
    return Found()


def _light(sentence: Sentence, at: int) -> bool:
    """Whether the verb at `at` is one that 对… may stand before: 对A开展检查."""
    return sentence.text.startswith(("开展", "实施", "进行", "推行", "推出", "启动", "组织", "建立", "采取", "举办", "投资"), at)


def _pivot(groups: Sequence[Group], chosen: Group | None, sentence: Sentence) -> Group | None:
    """B in A 帮助 B 开展 X."""
    for group in reversed(groups):
        if group is not chosen and not group.preposition:
            start = sentence.verbs.pivots.longest(sentence.text, group.start, sentence.start)
            if start >= 0 and sentence.text[group.end : group.end + 1] != "的":
                return group
    return None


def _company(groups: Sequence[Group], chosen: Group, sentence: Sentence) -> list[Item]:
    """B in A 联合 B 开展 X."""
    items: list[Item] = []
    for group in groups:
        if group.start >= chosen.end and group.preposition in sentence.verbs.words["comitatives"]:
            if sentence.text[group.end : group.end + 1] not in ("的", "之"):
                items.extend(group.items)
    return items


def _topic(slot: Slot, sentence: Sentence, at: int, reading: Reading) -> Found:
    """Who was spoken of: in the clauses before, in the sentences before, or whoever speaks."""
    clause = sentence.clauses[at]
    pronoun = _PRONOUN.search(sentence.text, clause.start, min(clause.end, clause.start + 12))
    types = slot.types & _STANDS_FOR.get(pronoun.group(), BODIES) if pronoun else slot.types
    if pronoun and pronoun.group() in ("我们", "我"):
        speaker = reading.speaker(sentence, clause.start)
        return Found((replace(speaker, owned=False),)) if speaker is not None else Found(why=f"who “{pronoun.group()}” is, is not said")
    here, spoken = sentence, False
    for back in range(3):
        clauses = here.clauses[:at] if back == 0 else here.clauses
        for earlier in reversed(clauses):
            found = subject_group(here, earlier, earlier.end)
            spoken = back == 0 and (spoken or earlier.speech)
            if found.items:
                items = _spoken_for(found.items, reading) if spoken else found.items
                if any(i.type in types for i in items):
                    return Found(tuple(i for i in items if i.type in types))
                if not pronoun and not spoken:
                    return Found(why="the subject of what was said before has another type")
            if found.why and not pronoun:
                return found
        if reading.quoted(sentence, clause.start) and (speaker := reading.speaker(sentence, clause.start)) is not None:
            return Found((replace(speaker, owned=False),))
        before = reading.before(here)
        if before is None:
            break
        here = before
    return Found(why="neither the clause nor what was said before has a subject")


def _spoken_for(items: tuple[Item, ...], reading: Reading) -> tuple[Item, ...]:
    """In 书记张三介绍，推出了… the body acts, not the speaker."""
    bodies = [reading.body_of(item) if item.type == "Person" else item for item in items]
    return tuple(replace(body, owned=False) for body in bodies if body is not None)


# other positions


def _object(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    if sentence.text.startswith("的", hit.end):
        return Found(why="the trigger belongs to a modifier (的)")
    for group in clause.groups:
        start = group.items[0].start
        if group.items[0].left < hit.end:
            continue
        if start - hit.end > slot.reach + sum(i.end - i.start for g in clause.groups for i in g.items if hit.end <= i.end <= start):
            return Found(why=f"the next name is more than {slot.reach} characters away")
        if sentence.verb_in(hit.end, start, passing=rule.triggers):
            return Found(why="another verb stands between the trigger and the next name")
        items = tuple(i for i in group.items if i.type in slot.types)
        if not items:
            continue
        if not slot.loose and group.items[-1].is_body and sentence.text[group.end : group.end + 1] in ("的", "之"):
            continue
        if any(i.start == group.items[-1].end and i.type == items[-1].type for i in sentence.items):
            continue  # a name that touches the next one of its kind only modifies it
        if any(word in sentence.text[group.end : group.end + 7] for word in rule.not_behind):
            return Found(why="what follows the name excludes it")
        if slot.closed and sentence.text[group.end : group.end + 1] in ("的", "之"):
            return Found(why="the name only modifies what follows (的)")
        return Found(items)
    return Found(why="no name of the right type stands behind the trigger")


def _with(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    comitatives = sentence.verbs.words["comitatives"]
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    items: list[Item] = []
    for group in clause.groups:
        after = group.start - hit.end
        if group.preposition in comitatives and (group.items[0].end <= hit.start):
            if sentence.text[group.end : group.end + 1] in ("的", "之") and sentence.text[group.end + 1 : hit.end] != hit.word:
                continue
            if not sentence.verb_in(group.end, hit.start, passing=rule.triggers | frozenset(_LIGHT)):
                items.extend(group.items)
        elif 0 <= after <= 3 and group.preposition in ("", hit.word, "与", "和", "同") and hit.word in comitatives:
            items.extend(group.items)
    return Found(tuple(items), "" if items else "nobody stands behind 与, 和, 同 or 联合")


def partners(rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> tuple[list[tuple[Item, Item]], str]:
    """The pairs of a mutual act: A与B签约, A、B、C结成联盟, 与B签约 after A was spoken of."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    company = [i for i in _with(rule.target, rule, hit, sentence, reading).items if _fits(i, rule.target, rule)]
    found = _subject(rule.source, rule, hit, sentence, reading)
    if not found.items:
        return [], found.why
    if "是" in sentence.text[max(clause.start, found.items[0].end) : hit.start]:
        return [], "“是” stands between the subject and the trigger"
    acting = [i for i in found.items if _fits(i, rule.source, rule) and i not in company]
    if company:
        return [(a, b) for a in acting for b in company], "" if acting else "nobody acts with them"
    local = [g for g in clause.groups if g.items and g.items[0] in found.items and g.items[-1].end <= hit.start]
    if _is_noun(sentence, hit):
        return [], "the trigger is a noun here"
    if local and len(acting) > 1:
        return _within(local[0], acting), ""
    return [], "only one party stands before the trigger"


def _is_noun(sentence: Sentence, hit: Hit) -> bool:
    """合作 in 甲、乙的合作, 甲、乙经济合作: a thing, not an act; 开展合作 is an act."""
    text = sentence.text
    if text.endswith(_LIGHT, sentence.start, hit.start):
        return False
    if text[hit.start - 1] in "的与和、间":
        return True
    return any(w.start <= hit.start < w.end and w.tag in ("vn", "n") for w in sentence.words)


def _within(group: Group, acting: Sequence[Item]) -> list[tuple[Item, Item]]:
    if "与" in group.joints or "同" in group.joints or "跟" in group.joints:
        cut = next(k for k, joint in enumerate(group.joints) if joint in ("与", "同", "跟")) + 1
        left = [i for i in group.items[:cut] if i in acting]
        right = [i for i in acting if i not in left]
        return [(a, b) for a in left for b in right]
    return [(a, b) for k, a in enumerate(acting) for b in acting[k + 1 :]]


def _governed(prepositions: frozenset[str]) -> Callable[[Slot, Rule, Hit, Sentence, Reading], Found]:
    def find(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
        clause = sentence.clauses[sentence.clause_at(hit.start)]
        for group in reversed(clause.groups):
            if group.items[0].end <= hit.start and group.preposition in prepositions:
                items = tuple(i for i in group.items if i.type in slot.types)
                if items and (slot.loose or sentence.text[group.end : group.end + 1] not in ("的", "之")):
                    return Found(items)
        return Found(why=f"nothing stands behind {'/'.join(sorted(prepositions))} before the trigger")

    return find


def _for(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    before = _governed(_FOR)(slot, rule, hit, sentence, reading)
    if before.items:
        return before
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    for group in clause.groups:
        if group.start >= hit.end and sentence.text.endswith(("给", "向", "到", "至", "给予"), hit.end - 1, group.start):
            return Found(tuple(group.items))
    return Found(why="nobody stands behind 为, 给 or 向")


def _by(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    found = _governed(_BY)(slot, rule, hit, sentence, reading)
    if found.items:
        clause = sentence.clauses[sentence.clause_at(hit.start)]
        group = next(g for g in clause.groups if found.items[0] in g.items)
        return Found((*found.items, *_company(clause.groups, group, sentence)))
    for group in sentence.groups:
        if group.end <= hit.start + len(hit.word) and group.preposition in ("在", "经") and _UNDER.match(sentence.text, group.end):
            return Found(tuple(group.items))
    return found


def _by_list(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """All names between 由 and the trigger, whatever stands between them: 由内科甲、外科乙等专家组成的."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    start = sentence.text.rfind("由", clause.start, hit.start)
    items = tuple(i for i in sentence.items if start < i.start and i.end <= hit.start and i.type in slot.types) if start >= 0 else ()
    return Found(items, "" if items else "no name stands between 由 and the trigger")


def _near(step: int) -> Callable[[Slot, Rule, Hit, Sentence, Reading], Found]:
    def find(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
        clause = sentence.clauses[sentence.clause_at(hit.start)]
        groups = reversed(clause.groups) if step < 0 else iter(clause.groups)
        for group in groups:
            gap = hit.start - group.end if step < 0 else group.start - hit.end
            if gap < 0:
                continue
            start, end = (group.end, hit.start) if step < 0 else (hit.end, group.start)
            if gap > slot.reach or sentence.verb_in(start, end):
                break
            return Found(tuple(group.items))
        return Found(why=f"no name stands within {slot.reach} characters {'before' if step < 0 else 'behind'} the trigger")

    return find


def _led(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """B in A 组织 B 参加 X."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    for group in clause.groups:
        if group.items[0].end <= hit.start and sentence.verbs.leads.longest(sentence.text, group.start, sentence.start) >= 0:
            return Found(tuple(group.items))
    return Found(why="nobody is led there")


_POSITIONS: dict[str, Callable[[Slot, Rule, Hit, Sentence, Reading], Found]] = {
    "subject": _subject, "object": _object, "with": _with, "for": _for, "from": _governed(_FROM), "by": _by, "by-list": _by_list,
    "in": _governed(_IN), "to": _governed(_TO), "led": _led, "before": _near(-1), "after": _near(1),
}  # fmt: skip
