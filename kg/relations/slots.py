"""Who stands where around a trigger: object, with whom, for whom, by whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.records import Role
from kg.relations.items import Group, Hit, Item
from kg.relations.reading import Reading
from kg.relations.rules import Rule, Slot
from kg.relations.scene import Sentence
from kg.relations.subject import Found, by_whom, company_of, find_subject
from kg.relations.wider import WIDER, Finder

__all__ = ["LIGHT", "ends_so", "find_slot", "find_with", "fits", "role_behind", "twins"]

_FOR = frozenset({"为", "给", "向", "对", "替"})
LIGHT = ("举行", "举办", "开展", "进行", "达成", "建立", "实行", "实现", "加强", "签订", "签署", "共同", "联合", "展开")
_MODIFIES = re.compile(r"之|的(?!称号|荣誉|殊荣|美誉|奖|美称)")
_PART = re.compile(r"之|[^，。；、！？“”]{0,5}的(?!一)")  # 青山镇的企业, 青山镇最大的企业
_ASIDE = frozenset({"在", "于", "到", "为", "向", "给", "对", "从", "由"})
_ROLE_ENDS = re.compile(r"(?:之一|一职|职务|的?职位|一员)?(?:[，。；、！？”’）]|$|兼|和|及|了|以来|后|时|期间|并|，)")
_COMPOUND = re.compile(r"[^，。；：！？、“”的到与和及在向为对给从往至了并\s]{1,4}")
_TO = frozenset({"到", "在", "赴", "至", "于"})
_IN = frozenset({"在", "于"})
_FROM = frozenset({"从", "自"})
_BY = frozenset({"由", "被", "经", "受", "据"})
_UNDER = re.compile(r"[^，。；]{0,6}?(?:指导|帮助|支持|牵头|组织|带领|帮扶|培养|教导|关心|协助)[^，。；]{0,4}下")


def find_slot(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """The items of the right type at the slot's position."""
    found = _POSITIONS[slot.at](slot, rule, hit, sentence, reading)
    if not found.items:
        return found
    named = slot.at == "subject" and any(i.mention.kind != "generic" for i in found.items)
    fitting = tuple(i for i in found.items if fits(i, slot, rule, beside_a_name=named) and ends_so(i, slot, sentence.text))
    if fitting:
        return Found(fitting)
    names = "、".join(item.mention.text for item in found.items)
    return Found(why=f"{names} stands there, which is not {'/'.join(sorted(slot.types))} that may act")


def fits(item: Item, slot: Slot, rule: Rule, *, beside_a_name: bool = False) -> bool:
    """Whether an item may stand in the slot; a common noun (交警) only where the rule says so or beside a name."""
    if item.type not in slot.types or (item.mention.kind == "generic" and not (rule.generic or beside_a_name)):
        return False
    if slot.named and item.mention.kind != "name":
        return False
    return not item.owned or item.people or slot.loose


def ends_so(item: Item, slot: Slot, text: str) -> bool:
    """Whether the name ends, or the text behind it begins, with one of the words that the slot asks for."""
    if not slot.ends:
        return True
    return item.mention.text.rstrip("”’》").endswith(slot.ends) or text.startswith(slot.ends, item.end)


def _object(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    for group in clause.groups:
        start = group.items[0].start
        if group.items[0].left < hit.end:
            continue
        named = sum(i.end - i.start for g in clause.groups for i in g.items if hit.end <= i.end <= start)
        if start - hit.end > slot.reach + named:
            return Found(why=f"the next name is more than {slot.reach} characters away")
        listed = group.items[0].type == "Program" and sentence.text[start - 1] == "、" and sentence.text.startswith("等", group.end)
        if not listed and sentence.verb_in(hit.end, start, passing=rule.triggers | rule.over):
            return Found(why="another verb stands between the trigger and the next name")
        items = tuple(i for i in group.items if i.type in slot.types)
        if not items or (group.preposition in _ASIDE and items[0].is_body):
            continue
        if not slot.loose and group.items[-1].is_body and _PART.match(sentence.text, group.end):
            continue
        if any(i.start == group.items[-1].end and i.type == items[-1].type for i in sentence.items):
            continue  # a name that touches the next one of its kind only modifies it
        if any(_in_compound(group.items[-1], i, sentence) for i in sentence.items):
            return Found(why="the name only modifies a longer one, which nobody found")
        if slot.closed and _MODIFIES.match(sentence.text, group.end):
            return Found(why="the name only modifies what follows (的)")
        more = _list_goes_on(group, clause.groups, sentence, slot) if items[0].type == "Program" else []
        return Found((*items, *more))
    return Found(why="no name of the right type stands behind the trigger")


def _in_compound(item: Item, other: Item, sentence: Sentence) -> bool:
    """Whether a name only modifies the common noun behind it: 青山学院 in 青山学院实训中心."""
    gap = sentence.text[item.end : other.start]
    bare = other.is_body and other.mention.kind == "pointer" and other.mention.text[0] not in "该我本全此"
    return bare and item.is_body and bool(_COMPOUND.fullmatch(gap)) and not sentence.verb_in(item.end, other.start)


def _list_goes_on(last: Group, groups: Sequence[Group], sentence: Sentence, slot: Slot) -> list[Item]:
    """The programs of a list behind members that have no name: “甲”活动、送戏下乡、“乙”讲座等."""
    items: list[Item] = []
    for group in groups:
        if group.items[0].start < last.items[-1].end:
            continue
        gap = sentence.text[last.items[-1].end : group.items[0].start]
        if gap.startswith("暨") or (gap.startswith("、") and not sentence.verb_in(last.items[-1].end, group.items[0].start)):
            if len(gap) <= 24:
                items.extend(i for i in group.items if i.type == "Program" and i.type in slot.types)
                last = group
                continue
        break
    return items


def twins(items: Sequence[Item], sentence: Sentence) -> list[Item]:
    """The programs that 暨 joins to one of the items: 甲活动暨乙大赛."""
    found = list(items)
    for item in sentence.items:
        before = next((i for i in found if i.type == item.type == "Program" and 0 < item.start - i.end <= 14), None)
        if before is not None and item not in found and sentence.text[before.end] == "暨":
            if not any(mark in sentence.text[before.end : item.start] for mark in "，。；："):
                found.append(item)
    return found


def find_with(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    comitatives = sentence.verbs.words["comitatives"]
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    items: list[Item] = []
    for group in clause.groups:
        after = group.start - hit.end
        if group.preposition in comitatives and (group.items[0].end <= hit.start):
            if sentence.text[group.end : group.end + 1] in ("的", "之") and sentence.text[group.end + 1 : hit.end] != hit.word:
                continue
            if not sentence.verb_in(group.end, hit.start, passing=rule.triggers | frozenset(LIGHT)):
                items.extend(group.items)
        elif 0 <= after <= 3 and group.preposition in ("", hit.word, "与", "和", "同") and hit.word in comitatives:
            items.extend(group.items)
    return Found(tuple(items), "" if items else "nobody stands behind 与, 和, 同 or 联合")


def _governed(prepositions: frozenset[str]) -> Finder:
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
        return Found((*found.items, *company_of(clause.groups, group, sentence)))
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    named = by_whom([g for g in clause.groups if g.end <= hit.start], clause, sentence, hit.start)
    if named is not None:
        return Found(tuple(i for i in named.items if i.type in slot.types))
    for group in sentence.groups:
        if group.end <= hit.start + len(hit.word) and group.preposition in ("在", "经") and _UNDER.match(sentence.text, group.end):
            return Found(tuple(group.items))
    return found


def _by_list(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """All names between 由 and the trigger, whatever stands between them: 由内科甲、外科乙等专家组成的."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    start = sentence.text.rfind("由", clause.start, hit.start)
    if start < 0:
        return Found(why="no 由 stands before the trigger")
    items = tuple(i for i in sentence.items if start < i.start and i.end <= hit.start and i.type in slot.types)
    return Found(items, "" if items else "no name stands between 由 and the trigger")


def _near(step: int) -> Finder:
    def find(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
        clause = sentence.clauses[sentence.clause_at(hit.start)]
        groups = reversed(clause.groups) if step < 0 else iter(clause.groups)
        for group in groups:
            first = group.items[0]
            begin = first.start if group.start < hit.end <= first.start else group.start  # the trigger is the person's post
            gap = hit.start - group.end if step < 0 else begin - hit.end
            if gap < 0:
                continue
            start, end = (group.end, hit.start) if step < 0 else (hit.end, begin)
            if gap > slot.reach or sentence.verb_in(start, end):
                break
            return Found(tuple(group.items))
        return Found(why=f"no name stands within {slot.reach} characters {'before' if step < 0 else 'behind'} the trigger")

    return find


def _post(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """青山镇 in 担任青山镇镇长; in 当选会长 the nearest 协会 or 商会 that was named."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    role = role_behind(sentence, hit.end, clause.end)
    if role is None:
        return Found(why="no post follows the trigger")
    bodies = [i for i in sentence.items if i.is_body and hit.end <= i.start and i.end <= role.start]
    if bodies:
        near = role.start - bodies[-1].end <= 8 and bodies[-1].start - hit.end <= 8 + sum(b.end - b.start for b in bodies)
        return Found((replace(bodies[-1], owned=False),)) if near else Found(why="the body stands too far from the post")
    if role.start - hit.end > 4:
        return Found(why="the post stands too far from the trigger")
    body = reading.earlier_body(sentence, role.start, role, strict=True)
    return Found((replace(body, owned=False),)) if body is not None else Found(why="no body of that kind was named before")


def role_behind(sentence: Sentence, start: int, end: int, *, over_others: bool = False) -> Role | None:
    """The first post in [start, end), unless a person's name follows it: then it is that person's.

    `over_others`: posts of other persons are passed over. A post that more words follow is none: 接受记者采访.
    """
    for role in sentence.roles:
        if start <= role.start and role.end <= end:
            taken = any(i.type == "Person" and 0 <= i.start - role.end <= 3 for i in sentence.items)
            taken = taken or _ROLE_ENDS.match(sentence.text, role.end) is None
            if taken and over_others:
                continue
            return None if taken else role
    return None


def _led(slot: Slot, rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> Found:
    """B in A 组织 B 参加 X."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    for group in clause.groups:
        led = sentence.verbs.leads.longest(sentence.text, group.start, sentence.start) >= 0
        if led and group.items[0].end <= hit.start:
            return Found(tuple(group.items))
    return Found(why="nobody is led there")


_POSITIONS: dict[str, Finder] = {
    "subject": find_subject,
    "object": _object,
    "with": find_with,
    "for": _for,
    "from": _governed(_FROM),
    "by": _by,
    "by-list": _by_list,
    "in": _governed(_IN),
    "to": _governed(_TO),
    "post": _post,
    "led": _led,
    "before": _near(-1),
    "after": _near(1),
    **WIDER,
}
