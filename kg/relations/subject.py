"""Who acts in a clause, and who was spoken of when the clause does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.relations.items import BODIES, Clause, Group, Hit, Item
from kg.relations.reading import Reading
from kg.relations.rules import Rule, Slot
from kg.relations.scene import Sentence

__all__ = ["Found", "by_whom", "company_of", "find_subject", "subject_group"]

_BY_WHOM = re.compile(r"(?<![自理])由(?!于|来|此)")
_PRONOUN = re.compile(r"(?<![在为对向给让与和同由被把])(?:我们|他们|她们|它们|我(?![县市区镇村乡省校院国])|他(?!的)|她(?!的))")
_COUNT = re.compile(
    r"[^，。；]{0,6}?(?P<number>[两二三四五六])(?:个)?(?P<kind>村|社区|镇|乡|街道|县|区|市|校|家|方|地)(?!民|里|级|道)"
)
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_WHEN = re.compile(r"[\d年月日时后前中起]")
_MADE_UP = re.compile(r"[^，。；]{0,10}(?:组成|组建|牵头|主办|举办|承办|发起|开展|组织|成立)的[^，。；“]{2,}")
_MADE = re.compile(r"(?:使|让|令)(?!用)[^，。；得]{2,8}")
_STANDS_FOR = {"他": frozenset({"Person"}), "她": frozenset({"Person"})}
_ADVERBIAL = ("中", "上", "时", "后", "前", "下", "以来", "期间", "里", "间", "际", "来", "内", "起", "外")
_BESIDE = frozenset({"与", "和", "同", "跟", "联合", "携手", "会同"})
_JOINED = frozenset({"联合", "携手", "会同", "联手"})
_EMBEDS = frozenset({"对", "对于", "就", "因", "随着", "关于", "当", "像", "如", "比"})


@dataclass(frozen=True, slots=True)
class Found:
    """The items in a slot, or why there are none."""

    items: tuple[Item, ...] = ()
    why: str = ""


def find_subject(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """Who acts (as a rule's source) or what the clause is about (as its target); without one there, who was spoken of before."""
    at = sentence.clause_at(hit.start)
    found = subject_group(sentence, sentence.clauses[at], hit.start, agent=slot is rule.source, limit_end=hit.end)
    if not found.items and (counted := _counted(sentence, at, hit.start, reading)) is not None:
        items = tuple(i for i in counted if i.type in slot.types)
        return Found(items, "" if items else "those counted have no names, or another type")
    if found.items or found.why:
        return found
    if slot.topic == "no":
        return Found(why="the clause has no subject")
    spoken_of = _topic(slot, rule, sentence, at, reading)
    if spoken_of.items and slot is rule.source:
        beside = [g for g in sentence.clauses[at].groups if g.start < hit.start and g.preposition in _BESIDE]
        return Found((*spoken_of.items, *(i for g in beside for i in g.items if i.type in slot.types)))
    return spoken_of


def subject_group(
    sentence: Sentence, clause: Clause, limit: int, *, agent: bool = False, limit_end: int = -1
) -> Found:
    """The subject of a clause as far as `limit`; `why` when a common noun is the subject, both empty when there is none.

    `agent`: who acts at the trigger, so B in A 帮助 B 开展 X and A in X 由 A 制定.
    """
    text = sentence.text
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
        thing = group.items[0].type in ("Program", "Work") and text[group.end : group.end + 1] != "由"
        if thing and any(not g.preposition for g in groups if g.start > group.start):
            continue
        if text[group.end : group.end + 1] in ("的", "之"):
            skipped = True
            continue
        chosen = group
        break
    if agent:
        if groups and text.startswith("的", limit_end):
            return _of_modifier(groups, sentence, limit)
        pivot = _pivot(groups, chosen, sentence)
        if pivot is not None:
            wish = sentence.verbs.wishes.longest(text, pivot.start, sentence.start)
            return Found(tuple(pivot.items)) if wish < 0 else Found(why=f"“{text[wish : pivot.start]}”: it is only wished for")
        by = by_whom(groups, clause, sentence, limit)
        if by is not None and _MADE_UP.match(text, by.end, limit):
            return Found(why="由… only modifies a common noun")
        if by is None and chosen is not None and _BY_WHOM.search(text, chosen.end, limit):
            return Found(why="somebody without a name acts (由…)")
        chosen = by or chosen
        for group in groups:
            if group.preposition in _EMBEDS and not sentence.verb_in(group.end, limit) and not _light(sentence, limit):
                return Found(why=f"the trigger belongs to the phrase with {group.preposition}")
        if (made := _MADE.search(text, clause.start, limit)) is not None and not any(g.start >= made.end() for g in groups):
            return Found(why=f"“{made.group()}”: somebody without a name acts")
    if chosen is not None:
        last = chosen.items[-1]
        if last.owned and not last.people:
            own = tuple(i for i in chosen.items if i.type == "Organization" and not i.owned)
            if own and not clause.speech:
                return Found(own)
            return Found((last,)) if clause.speech else Found(why=f"{text[last.left:last.right]} is no name that acts")
        if not agent:
            beside = (g for g in groups if g.preposition == "和" and 0 < g.start - chosen.end <= 6 and g.items[0].type == "Person")
            return Found((*chosen.items, *(i for g in beside for i in g.items)))
        return Found((*chosen.items, *company_of(groups, chosen, sentence)))
    if agent and (also := next((g for g in groups if g.preposition in ("和", "与", "及", "以及")), None)) is not None:
        people = sentence.verbs.people_end.search(text, clause.start, also.start)
        if people is not None and not sentence.verb_in(clause.start, limit):
            return Found(tuple(also.items))  # 机关干部和青山中学师生参加
    if agent and (joined := next((g for g in groups if g.preposition in _JOINED), None)) is not None:
        if not sentence.verb_in(joined.end, limit) and text[joined.end : joined.end + 1] not in ("的", "之"):
            before = _topicless(sentence, clause, joined)
            if before:
                return Found((*joined.items, *company_of([g for g in groups if g is not joined], joined, sentence)))
    if skipped:
        return Found(why="the name only modifies a common noun (的)")
    verb = next((h.start for h in sentence.hits if h.start >= clause.start), limit)
    if _PRONOUN.search(text, clause.start, min(verb, limit)):
        return Found()
    if text.endswith(_ADVERBIAL, clause.start, clause.end) and limit >= clause.end:
        return Found()
    if sentence.foreign_subject(clause.start, min(verb, limit)):
        return Found(why="a common noun is the subject")
    return Found()


def by_whom(groups: Sequence[Group], clause: Clause, sentence: Sentence, limit: int) -> Group | None:
    """B in 由 B 主办; also where posts that nobody could read stand between: 由我会副会长、某某会会长 B 主办."""
    by = next((g for g in groups if g.preposition == "由" and g.end <= limit), None)
    if by is not None or not groups or groups[-1].preposition or groups[-1].items[-1].type != "Person":
        return by
    at = _BY_WHOM.search(sentence.text, clause.start, groups[-1].start)
    if at is None or sentence.verb_in(at.end(), groups[-1].start) or sentence.verb_in(groups[-1].end, limit):
        return None
    return groups[-1]


def _topicless(sentence: Sentence, clause: Clause, joined: Group) -> bool:
    """Whether somebody whom nobody found a name for stands before 联合 B: then B still acts."""
    before = sentence.text[clause.start : joined.start - 2]
    unknown = len(sentence.verbs.adverbs.sub("", before)) >= 4 and not _WHEN.search(before)
    return unknown or sentence.foreign_subject(clause.start, joined.start - 2)


def _of_modifier(groups: Sequence[Group], sentence: Sentence, limit: int) -> Found:
    """Who acts in a modifier (A推出的X): only the name right before its verb."""
    near = groups[-1]
    owns = sentence.text[near.end : near.end + 1] == "的"
    far = limit - near.end > 14 or sentence.verb_in(near.end, limit)
    if owns or far or near.preposition not in ("", "由"):
        return Found(why="the trigger belongs to a modifier (的)")
    return Found(tuple(near.items))


def _first_party(items: tuple[Item, ...], clause: Clause) -> int:
    """How many of the items are A in A与B签约: of A the next clauses go on to speak."""
    for group in clause.groups:
        if items and group.items and group.items[0] is items[0]:
            joints = group.joints
            return next((k + 1 for k, joint in enumerate(joints) if joint in ("与", "同", "跟")), len(items))
    return len(items)


def _agent(clause: Clause) -> Group | None:
    """B in 由B出资…，建成…: B goes on to act."""
    last = clause.groups[-1] if clause.groups else None
    return last if last is not None and last.preposition == "由" else None


def _guest(sentence: Sentence, clause: Clause) -> Group | None:
    """B in A 请来 B，指导…: who was sent or called acts in the next clause."""
    if not clause.groups:
        return None
    last = clause.groups[-1]
    called = sentence.verbs.senders.longest(sentence.text, last.start, sentence.start) >= 0
    return last if called and clause.end - last.end <= 1 else None


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


def company_of(groups: Sequence[Group], chosen: Group, sentence: Sentence) -> list[Item]:
    """B in A 联合 B 开展 X."""
    items: list[Item] = []
    for group in groups:
        beside = group.start >= chosen.end and group.preposition in sentence.verbs.words["comitatives"]
        if beside and sentence.text[group.end : group.end + 1] not in ("的", "之"):
            items.extend(group.items)
    return items


def _topic(slot: Slot, rule: Rule, sentence: Sentence, at: int, reading: Reading) -> Found:
    """Who was spoken of: in the clauses before, in the sentences before, or whoever speaks."""
    clause = sentence.clauses[at]
    pronoun = _PRONOUN.search(sentence.text, clause.start, min(clause.end, clause.start + 12))
    types = slot.types & _STANDS_FOR.get(pronoun.group(), BODIES) if pronoun else slot.types
    if pronoun and pronoun.group() in ("我们", "我"):
        alone = pronoun.group() == "我" and "Person" in slot.types
        speaker = reading.speaker(sentence, clause.start, person=alone)
        if speaker is None:
            return Found(why=f"who “{pronoun.group()}” is, is not said")
        return Found((replace(speaker, owned=False),))
    if pronoun and "Person" in types and pronoun.group() in _STANDS_FOR:
        named = {i.mention.text: i for i in sentence.items if i.end <= pronoun.start() and i.type == "Person"}
        if len(named) == 1:
            return Found(tuple(named.values()))
    here, spoken = sentence, False
    for back in range(1 if slot.topic == "sentence" else 3):
        clauses = here.clauses[:at] if back == 0 else here.clauses
        for earlier in reversed(clauses):
            if back == 0 and (guest := _guest(here, earlier)) is not None and guest.items[0].type in types:
                return Found(tuple(guest.items))
            if back == 0 and (agent := _agent(earlier)) is not None and agent.items[0].type in types:
                return Found(tuple(agent.items))
            found = subject_group(here, earlier, earlier.end)
            if rule.predicate != "runs":
                found = Found(found.items[: _first_party(found.items, earlier)], found.why)
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


def _counted(sentence: Sentence, at: int, limit: int, reading: Reading) -> tuple[Item, ...] | None:
    """三个村: the three bodies of that kind that were last named in a list. None: nothing is counted there."""
    for earlier in reversed(sentence.clauses[: at + 1]):
        count = _COUNT.match(sentence.text, earlier.start, earlier.end)
        if count is not None:
            break
        if any(not g.preposition and g.end <= limit for g in earlier.groups):
            return None
    else:
        return None
    number, kind = _NUMBERS[count["number"]], count["kind"]
    here: Sentence | None = sentence
    while here is not None:
        for group in reversed(here.groups):
            if len(group.items) == number and group.end <= count.start() and all(i.is_body for i in group.items):
                if kind in "家方地" or all(i.mention.text.endswith(kind) for i in group.items):
                    return tuple(group.items)
        here = reading.sentence(here.index - 1) if here.index else None
    return ()


def _spoken_for(items: tuple[Item, ...], reading: Reading) -> tuple[Item, ...]:
    """In 书记张三介绍，推出了… the body acts, not the speaker."""
    bodies = [reading.body_of(item) if item.type == "Person" else item for item in items]
    return tuple(replace(body, owned=False) for body in bodies if body is not None)
