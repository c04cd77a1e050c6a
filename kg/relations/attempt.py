"""One rule at one place: its conditions in order, and the ends of the facts when all hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.records import Mention, Role
from kg.relations.encoded import Encoded
from kg.relations.items import CLOSE, OPEN, Clause, Hit, Item
from kg.relations.partners import partners
from kg.relations.reading import Reading
from kg.relations.rules import Rule
from kg.relations.scene import Sentence
from kg.relations.slots import ends_so, find_slot, role_behind, twins
from kg.relations.verbs import MASK

__all__ = ["Draft", "attempt_posts", "attempt_sequence", "attempt_trigger"]



_MEANS = ("方式", "形式", "途径", "手段", "契机", "抓手", "为载体", "为平台", "为基础")
_EARLY = re.compile(r"[年月日天早时前后起]就$")  # 去年就参加了: no preposition
_MEANS_FROM = re.compile(r"以|通过")


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact before its evidence is attached."""

    source: Mention
    target: Mention
    properties: tuple[tuple[str, str], ...] = ()


def attempt_trigger(rule: Rule, hit: Hit, sentence: Sentence, reading: Reading) -> tuple[list[Draft], str]:
    """The facts that the rule makes at this trigger, or the first condition that failed."""
    clause = sentence.clauses[sentence.clause_at(hit.start)]
    why = _blocked(rule, hit, sentence, clause) or _out_of_context(rule, sentence, reading)
    if why:
        return [], why
    if rule.among:
        pairs, why = partners(rule, hit, sentence, reading)
    else:
        source = find_slot(rule.source, rule, hit, sentence, reading)
        if not source.items:
            return [], f"source: {source.why}"
        target = find_slot(rule.target, rule, hit, sentence, reading)
        if not target.items:
            return [], f"target: {target.why}"
        behind = sentence.text[target.items[-1].right : target.items[-1].right + 7]
        for word in rule.not_behind:
            if word in behind:
                return [], f"“{word}” follows the target"
        pairs = [(a, b) for a in source.items for b in target.items if a is not b and a.mention != b.mention]
    shared = _properties(rule, hit, sentence, clause)
    drafts = [Draft(a.mention, b.mention, shared) for a, b in pairs]
    return drafts, "" if drafts else why or "both ends are one name"


def _blocked(rule: Rule, hit: Hit, sentence: Sentence, clause: Clause) -> str:
    """The first condition on the words around the trigger that fails, or an empty string."""
    text, verbs = sentence.text, sentence.verbs
    for word in rule.not_before:
        if text.startswith(word, hit.end):
            return f"“{word}” follows the trigger"
    for word in rule.not_after:
        if text.endswith(word, 0, hit.start):
            return f"“{word}” stands before the trigger"
    before = _plain(sentence, clause.start, hit.start)
    if verbs.negation.search(before):
        return "the trigger is negated"
    if text.endswith(("把", "为", "为了", "对", "就", "关于"), clause.start, hit.start) and not _EARLY.search(
        text, clause.start, hit.start
    ):
        return "the trigger belongs to a phrase with a preposition"
    if verbs.hypothesis.search(text[sentence.start : hit.start]):
        return "it is a hypothesis"
    if text.endswith(_MEANS, clause.start, clause.end):
        start = _MEANS_FROM.search(text, clause.start, hit.start)
        if start is not None:
            return "it is only a means to something else (以…方式)"
    around = _plain(sentence, clause.start, clause.end)
    for word in verbs.words["dropped"]:
        if word in around:
            return f"“{word}”: it did not take place"
    if not rule.plans and verbs.planned.search(before):
        return "it is only planned"
    for word in rule.unless:
        if word in around:
            return f"“{word}” stands in the clause"
    if rule.needs:
        around += "".join(i.mention.text for i in sentence.items if i.type in ("Program", "Work") and _inside(i, clause))
        if not any(word in around for word in rule.needs):
            return f"none of {'、'.join(rule.needs)} stands in the clause"
    return ""


def _out_of_context(rule: Rule, sentence: Sentence, reading: Reading) -> str:
    if not rule.context:
        return ""
    start = reading.document.sentences[max(0, sentence.index - 2)][0]
    told = sentence.text[start : sentence.end]
    return "" if any(word in told for word in rule.context) else f"nothing is said of {'、'.join(rule.context)}"


def _inside(item: Item, clause: Clause) -> bool:
    return clause.start <= item.start < clause.end


def _plain(sentence: Sentence, start: int, end: int) -> str:
    """A stretch with a mask in the place of each name."""
    parts, at = [], start
    for item in sentence.items:
        if start <= item.start < end:
            parts.append(sentence.text[at : item.start])
            at = max(at, item.end)
    parts.append(sentence.text[at:end])
    return MASK.join(parts)


def _properties(rule: Rule, hit: Hit, sentence: Sentence, clause: Clause) -> tuple[tuple[str, str], ...]:
    found = {}
    if rule.role == "post":
        post = role_behind(sentence, hit.end, clause.end, over_others=True)
        if post is not None:
            found["role"] = post.text
    elif rule.role is not None:
        found["role"] = rule.role
    if rule.former:
        found["former"] = "true"
    times = [t for t in sentence.times if t.start < hit.start and (t.start >= clause.start or _leads(t.start, sentence))]
    if times:
        found["date"] = times[-1].text
    money = [q for q in sentence.money if clause.start <= q.start < clause.end]
    if money:
        found["amount"] = next((q for q in money if q.start >= hit.end), money[-1]).text
    return tuple(sorted(found.items()))


def _leads(start: int, sentence: Sentence) -> bool:
    """Whether the time opens its clause: then it dates what follows."""
    return any(start - c.start <= 2 for c in sentence.clauses if c.start <= start < c.end)


# posts before names


def attempt_posts(rule: Rule, sentence: Sentence, reading: Reading) -> Iterator[Draft]:
    """Persons and the bodies of their posts: named with them, carried through a list, or named earlier."""
    for item in sentence.items:
        if item.type != "Person" or item.mention.kind != "name":
            continue
        if rule.posts == "touching":
            body = _touching(item, sentence)
            if body is not None:
                yield Draft(item.mention, body.mention)
            continue
        for post in item.posts:
            role = post.role.text
            if role in sentence.verbs.words["no_affiliation"]:
                continue
            kind = "earlier" if post.body is None else "carried" if post.carried else "named"
            if kind != rule.posts:
                continue
            body = reading.body_of_post(sentence, item, post)
            if body is None or body.mention.kind == "generic":
                continue
            former = (("former", "true"),) if post.role.former else ()
            yield Draft(item.mention, body.mention, (*former, ("role", role)))


def _touching(person: Item, sentence: Sentence) -> Item | None:
    if person.posts:
        return None
    for item in sentence.items:
        if item.end == person.start and item.type == "Organization" and item.mention.kind == "name":
            return item
    return None


# sequences


def attempt_sequence(rule: Rule, sentence: Sentence) -> tuple[list[tuple[int, int, list[Draft]]], str]:
    """Each place where the sequence occurs, with its facts."""
    if rule.pattern is None:
        return [], ""
    encoded = sentence.encoded(roles=rule.pattern.roles)
    if not rule.pattern.needs <= encoded.marks:
        return [], "a name that the sequence needs is not in the sentence"
    found, why = [], "the sequence does not occur"
    for match in rule.pattern.regex.finditer(encoded.text):
        blocked = _sequence_blocked(rule, match, encoded.text, sentence)
        if blocked:
            why = blocked
            continue
        drafts = _sequence_drafts(rule, match, sentence, encoded)
        if drafts:
            found.append((encoded.offset(match.start()), encoded.offset(match.end()), drafts))
        else:
            why = "a name there cannot stand at that end"
    return found, why


def _sequence_blocked(rule: Rule, match: re.Match[str], text: str, sentence: Sentence) -> str:
    verbs = sentence.verbs
    if verbs.denial.search(text, max(0, match.start() - 4), match.end()):
        return "it is negated"
    if verbs.hypothesis.search(text[: match.end()]):
        return "it is a hypothesis"
    if text[match.end() :].startswith(rule.not_before) if rule.not_before else False:
        return "a word follows that the rule excludes"
    if rule.not_after and text.endswith(rule.not_after, 0, match.start()):
        return "a word stands before it that the rule excludes"
    around = _clause_around(text, match.start(), match.end())
    for word in (*rule.unless, *verbs.words["dropped"]):
        if word in around:
            return f"“{word}” stands in the clause"
    if rule.needs and not any(word in around for word in rule.needs):
        return f"none of {'、'.join(rule.needs)} stands in the clause"
    return ""


def _clause_around(text: str, start: int, end: int) -> str:
    left = max(text.rfind(mark, 0, start) for mark in "，。；：！？") + 1
    right = min((at for mark in "，。；：！？" if (at := text.find(mark, end)) >= 0), default=len(text))
    return text[left:right]


def _sequence_drafts(rule: Rule, match: re.Match[str], sentence: Sentence, encoded: Encoded) -> list[Draft]:
    sources = _of_slot(rule, encoded.items_in(match.span("source")), sentence.text, source=True)
    targets = _of_slot(rule, encoded.items_in(match.span("target")), sentence.text, source=False)
    if rule.pattern is not None and "[target:Program+]" in rule.pattern.text:
        targets = twins(targets, sentence)
    shared: list[tuple[str, str]] = [("former", "true")] if rule.former else []
    groups = match.groupdict()
    if groups.get("time"):
        shared.append(("date", encoded.text_of(match.span("time"))))
    elif times := [t for t in sentence.times if t.start < encoded.offset(match.end()) and _leads(t.start, sentence)]:
        shared.append(("date", times[-1].text))
    if groups.get("amount"):
        shared.append(("amount", encoded.text_of(match.span("amount"))))
    roles = encoded.roles_in(match.span("role")) if groups.get("role") else []
    if any(r.text in sentence.verbs.words["no_affiliation"] for r in roles):
        return []
    pairs = list(zip(sources, targets, strict=True)) if len(sources) == len(targets) > 1 else [
        (a, b) for a in sources for b in targets
    ]  # fmt: skip
    pairs = [(a, b) for a, b in pairs if not _beside(a, b, sentence.text)]
    return [Draft(a.mention, b.mention, properties) for a, b in pairs for properties in _role_properties(rule, shared, roles)]


def _beside(a: Item, b: Item, text: str) -> bool:
    """“甲联盟”“乙服务”: a list of two quoted names."""
    return a.end == b.start and text[a.end - 1] in CLOSE and text[b.start] in OPEN


def _role_properties(
    rule: Rule, shared: Sequence[tuple[str, str]], roles: Sequence[Role]
) -> Iterator[tuple[tuple[str, str], ...]]:
    if not roles:
        yield tuple(sorted([*shared, *([("role", rule.role)] if rule.role is not None else [])]))
    for role in roles:
        former = [("former", "true")] if role.former and ("former", "true") not in shared else []
        yield tuple(sorted([*shared, *former, ("role", role.text)]))


def _of_slot(rule: Rule, items: Sequence[Item], text: str, *, source: bool) -> list[Item]:
    slot = rule.source if source else rule.target
    kinds = {"name"} if slot.named else {"name", "pointer", "generic"} if rule.generic else {"name", "pointer"}
    return [i for i in items if i.type in slot.types and i.mention.kind in kinds and ends_so(i, slot, text)]
