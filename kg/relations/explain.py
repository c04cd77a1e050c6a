"""Why a rule fired or not: tokens, names, every rule that was tried, and the first condition that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.records import Document, Fact
from kg.relations.engine import RuleEngine
from kg.relations.examples import ExampleError, Expected, document_of, expected_of, told
from kg.relations.rules import Rule

__all__ = ["Explanation", "Failure", "Tried", "check_examples", "explain"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule at one trigger. `facts` are those it made; `failed` is the first condition that did not hold, in words."""

    rule: str
    start: int
    end: int
    trigger: str
    facts: tuple[Expected, ...]
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the engine saw in one sentence: words with tags, names with types, roles, and the rules that were tried."""

    sentence: str
    words: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str, str], ...]
    roles: tuple[str, ...]
    tried: tuple[Tried, ...]
    added: tuple[tuple[Expected, float], ...] = ()  # what the relation model adds, and how likely it is


@dataclass(frozen=True, slots=True)
class Failure:
    """An example of a rule that does not hold: what was expected, and what came."""

    rule: str
    example: str
    expected: tuple[Expected, ...]
    found: tuple[Expected, ...]
    problem: str = ""


def explain(engine: RuleEngine, document: Document, added: Sequence[Fact] = ()) -> tuple[Explanation, ...]:
    """One record a sentence, in order; a sentence in which no rule had a trigger has an empty `tried`. `added` are the facts that
    no rule made; each stands with the sentence in which its evidence ends.
    """
    outcomes = sorted(engine.outcomes(document), key=lambda o: (o.start, o.rule.id))
    found = []
    for start, end in document.sentences:
        tried = tuple(
            Tried(o.rule.id, o.start, o.end, document.text[o.start : o.end], tuple(told(document, f) for f in o.facts), o.failed)
            for o in outcomes
            if start <= o.start < end
        )
        words = tuple((document.text[w.start : w.end], w.tag) for w in document.words if start <= w.start < end)
        names = tuple((m.text, m.type, m.kind) for m in document.mentions if start <= m.start < end)
        roles = tuple(r.text for r in document.roles if start <= r.start < end)
        own = tuple((told(document, fact), fact.confidence) for fact in added if start < fact.evidence.end <= end)
        found.append(Explanation(document.text[start:end], words, names, roles, tried, own))
    return tuple(found)


def check_examples(rule: Rule, engine: RuleEngine) -> tuple[Failure, ...]:
    """Runs the rule's own examples with this rule alone; an empty result means that all hold."""
    alone = engine.only(rule)
    failures = []
    for examples, wanted in ((rule.match, True), (rule.no_match, False)):
        for example in examples:
            failure = _check(rule, example, alone, wanted=wanted)
            if failure is not None:
                failures.append(failure)
    return tuple(failures)


def _check(rule: Rule, example: str, alone: RuleEngine, *, wanted: bool) -> Failure | None:
    try:
        document, expected = document_of(example), expected_of(example)
    except ExampleError as error:
        return Failure(rule.id, example, (), (), str(error))
    if wanted != bool(expected):
        problem = "a match needs “=> fact” behind it" if wanted else "a sentence that does not match has no “=>”"
        return Failure(rule.id, example, expected, (), problem)
    found = tuple(told(document, fact) for fact in alone.find(document))
    return None if _same(expected, found) else Failure(rule.id, example, expected, found)


def _same(expected: tuple[Expected, ...], found: tuple[Expected, ...]) -> bool:
    """Ends and predicate must agree exactly; of the properties, those that the example writes."""
    if len(expected) != len(found):
        return False
    rest = list(found)
    for want in expected:
        hit = next((f for f in rest if _covers(want, f)), None)
        if hit is None:
            return False
        rest.remove(hit)
    return True


def _covers(want: Expected, found: Expected) -> bool:
    ends = (want.source, want.predicate, want.target) == (found.source, found.predicate, found.target)
    return ends and set(want.properties) <= set(found.properties)


