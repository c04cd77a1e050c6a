"""Rules as data: what a rule file may say, read and checked. See docs/rules.md for the language.

A rule is tried at each of its trigger words (`trigger`), or wherever its `sequence` of names and words occurs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.datafile import Block, read_yaml
from kg.errors import DataError
from kg.relations.items import BODIES
from kg.relations.patterns import Pattern, PatternError, compile_pattern
from kg.schema import Schema

__all__ = ["POSITIONS", "Rule", "Slot", "load_rules"]

POSITIONS = {
    "subject": "who acts in the clause; without a subject there, who was spoken of before (unless `topic: false`)",
    "object": "the next name of the right type behind the trigger, before the next verb",
    "with": "behind 与, 和, 同, 跟, 联合, 携手",
    "for": "behind 为, 给, 向, 对, 替 before the trigger, or behind 给, 到 after it",
    "from": "behind 从, 自",
    "by": "behind 由, 被, 经, 受; or in 在…指导下",
    "by-list": "every name between 由 and the trigger",
    "in": "behind 在, 于",
    "origin": "every name between 来自 and the trigger, over commas",
    "event": "the only event that the document names, if it was named in this sentence or the one before",
    "only-event": "the only event that the document names, wherever",
    "scene": "the body that was the subject of one of the four sentences before",
    "event-bare": "the same, where the trigger ends its clause (…出席。)",
    "to": "behind 到, 在, 赴, 至",
    "opening": "the body that the clause opens with, though it only modifies what follows",
    "listed": "every name in the clause before the trigger",
    "enumerated": "every name in the sentence behind the trigger",
    "post": "the body of the post that follows the trigger (担任青山镇镇长), named there or before",
    "led": "behind 组织, 带领: who is taken along",
    "before": "the name right before the trigger",
    "after": "the name right behind the trigger",
}
"""Where a slot is looked for, seen from the trigger, and what that means."""

_REQUIRED = frozenset({"id", "predicate", "doc", "match", "no_match", "confidence"})
_OPTIONAL = frozenset(
    {"trigger", "sequence", "source", "target", "unless", "needs", "generic", "plans", "not_before", "not_after", "not_behind",
     "former", "role", "among", "posts", "over", "context"}
)  # fmt: skip
_SLOT = frozenset({"type", "at", "topic", "reach", "loose", "closed", "named", "ends"})
_POSTS = ("named", "carried", "earlier", "touching")


@dataclass(frozen=True, slots=True)
class Slot:
    """One end of a fact: the types it takes and where it stands.

    `topic`: without a subject in the clause, the subject of what was said before goes on: ``yes``, ``no``, or ``sentence`` (only
    that of the same sentence). `reach`: how many characters may lie between trigger and name. `loose`: a body counts though its
    people or its parts are meant (走访青山镇的企业). `closed`: no 的 follows the name. `named`: a proper name, no 该中心. `ends`:
    the name ends, or the text right behind it begins, with one of these words.
    """

    types: frozenset[str]
    at: str
    topic: str = "yes"
    reach: int = 30
    loose: bool = False
    closed: bool = False
    named: bool = False
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its file says it.

    It is tried at `triggers`, at its `pattern`, or at the posts before names (`posts`: how the body of the post was named).
    Of the words around: `needs` and `unless` stand anywhere in the clause, `context` in this sentence or the two before;
    `not_before` and `not_after` touch the trigger, `not_behind` follows the target, `over` are verbs that the object may
    stand behind. `generic`: common nouns may be ends; `plans`: what is announced counts; `former`: the fact has ended;
    `among`: mutual, each party with each; `role`: a fixed role, or ``post`` for the post behind the trigger.
    """

    id: str
    predicate: str
    doc: str
    confidence: float
    triggers: frozenset[str]
    source: Slot
    target: Slot
    pattern: Pattern | None
    posts: str | None
    unless: tuple[str, ...]
    needs: tuple[str, ...]
    context: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    not_behind: tuple[str, ...]
    generic: bool
    plans: bool
    former: bool
    among: bool
    over: frozenset[str]
    role: str | None
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    path: Path
    line: int


def load_rules(paths: Sequence[Path], schema: Schema, lists: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    """The rules of all files, in order. Raises DataError (file, line, key) for whatever is wrong in one."""
    found: dict[str, Rule] = {}
    for path in paths:
        for block in _blocks(path):
            rule = _rule(block, schema, lists)
            if rule.id in found:
                other = found[rule.id]
                raise block.error(f"the rule “{rule.id}” is there twice", key="id", remedy=f"see {other.path}:{other.line}")
            found[rule.id] = rule
    return tuple(found.values())


def _blocks(path: Path) -> Iterator[Block]:
    root = read_yaml(path)
    if not isinstance(root, Block):
        raise DataError("a rule file is a mapping", where=path, remedy="begin with rules:")
    root.check(required=frozenset({"rules"}), optional=frozenset({"about"}))
    rules: Any = root["rules"]
    if not isinstance(rules, list) or not all(isinstance(rule, Block) for rule in rules):
        raise root.error("“rules” must be a list of blocks", key="rules", remedy="write - id: … below it")
    yield from rules


def _rule(block: Block, schema: Schema, lists: Mapping[str, tuple[str, ...]]) -> Rule:
    block.check(required=_REQUIRED, optional=_OPTIONAL)
    predicate = block.text("predicate")
    if predicate not in schema.predicates:
        known = ", ".join(schema.predicates)
        raise block.error(f"“{predicate}” is no predicate", key="predicate", remedy=f"use one of: {known}")
    if sum(key in block for key in ("trigger", "sequence", "posts")) != 1:
        raise block.error("a rule has one of “trigger”, “sequence” and “posts”", remedy="keep one of them")
    if block.get("posts", "named") not in _POSTS:
        raise block.error(f"“posts” must be one of {', '.join(_POSTS)}", key="posts", remedy="write posts: named")
    confidence = block["confidence"]
    if not isinstance(confidence, (int, float)) or not 0 < confidence <= 1:
        raise block.error("“confidence” must lie between 0 and 1", key="confidence", remedy="write confidence: 0.9")
    domain, range_ = schema.predicates[predicate].domain, schema.predicates[predicate].range
    source, target = _slot(block, "source", domain, "subject", schema), _slot(block, "target", range_, "object", schema)
    match, no_match = block.texts("match"), block.texts("no_match")
    for key, examples in (("match", match), ("no_match", no_match)):
        if not examples:
            raise block.error(f"“{key}” needs at least one sentence", key=key, remedy="write one of your own, with marks")
    return Rule(
        block.text("id"), predicate, block.text("doc"), float(confidence), _triggers(block, lists), source, target,
        _pattern(block), block.get("posts"), block.texts("unless"), block.texts("needs"), block.texts("context"),
        block.texts("not_before"), block.texts("not_after"), block.texts("not_behind"),
        _flag(block, "generic"), _flag(block, "plans"), _flag(block, "former"), _flag(block, "among"),
        frozenset(block.texts("over")), block.text("role") if "role" in block else None, match, no_match, block.path, block.line,
    )  # fmt: skip


def _flag(block: Block, key: str) -> bool:
    value = block.get(key, False)
    if not isinstance(value, bool):
        raise block.error(f"“{key}” is true or false, not {value!r}", key=key, remedy=f"write {key}: true")
    return value


def _triggers(block: Block, lists: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    value = block.get("trigger")
    if value is None:
        return frozenset()
    if not isinstance(value, Block):
        words = frozenset(block.texts("trigger"))
    else:
        value.check(required=frozenset({"list"}), optional=frozenset({"but", "and"}))
        words = frozenset(value.texts("and"))
        for name in value.texts("list"):
            if name not in lists:
                raise value.error(f"“{name}” is no list", key="list", remedy=f"see verbs.yaml: {', '.join(lists)}")
            words |= frozenset(lists[name])
        words -= frozenset(value.texts("but"))
    if not words or "" in words:
        raise block.error("“trigger” needs words", key="trigger", remedy="write trigger: [推出, 启动] or {list: runs}")
    return words


def _pattern(block: Block) -> Pattern | None:
    if "sequence" not in block:
        return None
    try:
        return compile_pattern(block.text("sequence"))
    except PatternError as error:
        raise block.error(str(error), key="sequence", remedy="see docs/rules.md for the signs of a sequence") from error


def _slot(block: Block, key: str, allowed: frozenset[str], at: str, schema: Schema) -> Slot:
    value = block.get(key)
    if value is None:
        return Slot(allowed, at)
    if not isinstance(value, Block):
        raise block.error(f"“{key}” must be a block", key=key, remedy=f"write {key}: {{type: Organization, at: {at}}}")
    value.check(optional=_SLOT)
    types: set[str] = set()
    for name in value.texts("type"):
        types |= BODIES if name == "body" else {name}
    for name in types:
        if name not in schema.types:
            raise value.error(f"“{name}” is no type", key="type", remedy=f"use one of: body, {', '.join(schema.types)}")
        if name not in allowed:
            raise value.error(f"the schema does not take {name} here", key="type", remedy=f"use: {', '.join(sorted(allowed))}")
    place = value.text("at", at)
    if place not in POSITIONS:
        raise value.error(f"“{place}” is no position", key="at", remedy=f"use one of: {', '.join(POSITIONS)}")
    reach = value.get("reach", 30)
    if not isinstance(reach, int) or reach < 0:
        raise value.error("“reach” counts characters", key="reach", remedy="write reach: 12")
    topic = value.get("topic", "yes")
    topic = {True: "yes", False: "no"}.get(topic, topic)
    if topic not in ("yes", "no", "sentence"):
        raise value.error("“topic” is true, false or sentence", key="topic", remedy="write topic: false")
    loose, closed, named = (_flag(value, key) for key in ("loose", "closed", "named"))
    return Slot(frozenset(types) or allowed, place, topic, reach, loose, closed, named, value.texts("ends"))
