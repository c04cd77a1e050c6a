"""The pairs of a mutual act: who did it with whom."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from kg.relations.items import Group, Hit, Item
from kg.relations.reading import Reading
from kg.relations.rules import Rule
from kg.relations.scene import Sentence
from kg.relations.slots import LIGHT, find_with, fits
from kg.relations.subject import find_subject

__all__ = ["partners"]

_SIGNED = frozenset({"签署", "签订", "签约", "共同签署", "签下"})  # who signs does so for a body


def partners(rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> tuple[list[tuple[Item, Item]], str]:
    """The pairs of a mutual act: A与B签约, A、B、C结成联盟, 与B签约 after A was spoken of."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    with_whom = find_with(rule.target, rule, hit, sentence, reading).items
    company = [i for i in with_whom if fits(i, rule.target, rule)]
    found = find_subject(rule.source, rule, hit, sentence, reading)
    parties = (*company, *found.items)
    vague = [i for i in parties if _vague(i)] if any(i.mention.kind == "generic" for i in parties) else []
    if not found.items:
        return [], found.why
    if hit.word in _SIGNED and rule.predicate == "partners_with" and any(i.type == "Person" for i in found.items):
        return _signers([i for i in found.items if i not in with_whom], with_whom, reading), "whoever signs has no body"
    if "是" in sentence.text[max(clause.start, found.items[0].end) : hit.start]:
        return [], "“是” stands between the subject and the trigger"
    acting = [i for i in found.items if fits(i, rule.source, rule) and i not in company and i not in vague]
    company = [i for i in company if i not in vague]
    if company:
        return [(a, b) for a in acting for b in company], "" if acting else "nobody acts with them"
    local = [g for g in clause.groups if g.items and g.items[0] in found.items and g.items[-1].end <= hit.start]
    if _is_noun(sentence, hit):
        return [], "the trigger is a noun here"
    if local and len(acting) > 1:
        return _within(local[0], acting), ""
    return [], "only one party stands before the trigger"


def _vague(item: Item) -> bool:
    """企业 in 与高校、企业合作: beside a common noun it is one itself, and points to nobody."""
    return item.mention.kind == "pointer" and item.mention.text[0] not in "该我本全此"


def _signers(first: Sequence[Item], second: Sequence[Item], reading: Reading) -> list[tuple[Item, Item]]:
    """县长甲与公司乙签约: the bodies on either side; 书记甲、校长乙签约: each with each."""
    bodies, other = _bodies(first, reading), _bodies(second, reading)
    if other:
        return [(a, b) for a in bodies for b in other]
    return [(a, b) for k, a in enumerate(bodies) for b in bodies[k + 1 :]]


def _bodies(people: Sequence[Item], reading: Reading) -> tuple[Item, ...]:
    """The bodies for which these persons act, as parties; a body among them stands for itself."""
    bodies = [reading.body_of(item) if item.type == "Person" else item for item in people]
    return tuple(replace(body, owned=False) for body in bodies if body is not None)


def _is_noun(sentence: Sentence, hit: Hit) -> bool:
    """合作 in 甲、乙的合作, 甲、乙经济合作: a thing, not an act; 开展合作 is an act."""
    text = sentence.text
    if text.endswith(LIGHT, sentence.start, hit.start):
        return False
    if text[hit.start - 1] in "的与和、间":
        return True
    at = bisect_left(sentence.words, hit.start, key=lambda w: w.start)
    if at == 0 or at == len(sentence.words) or sentence.words[at].tag not in ("vn", "n"):
        return False
    before = sentence.words[at - 1]
    return before.tag in ("n", "vn", "a", "an", "b", "nz") and all(i.end != before.end for i in sentence.items)


def _within(group: Group, acting: Sequence[Item]) -> list[tuple[Item, Item]]:
    if "与" in group.joints or "同" in group.joints or "跟" in group.joints:
        cut = next(k for k, joint in enumerate(group.joints) if joint in ("与", "同", "跟")) + 1
        left = [i for i in group.items[:cut] if i in acting]
        right = [i for i in acting if i not in left]
        return [(a, b) for a in left for b in right]
    return [(a, b) for k, a in enumerate(acting) for b in acting[k + 1 :]]
