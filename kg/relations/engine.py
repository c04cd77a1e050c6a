"""The rule engine: one pass finds every trigger of every rule, then each rule is tried where its trigger stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ahocorasick

from kg.records import Document, Evidence, Fact, MentionRef
from kg.relations.attempt import Draft, attempt_posts, attempt_sequence, attempt_trigger
from kg.relations.items import Hit
from kg.relations.reading import Reading
from kg.relations.rules import Rule, load_rules
from kg.relations.scene import Sentence
from kg.relations.verbs import Verbs, default_verbs
from kg.resources import package_path
from kg.schema import Schema, default_schema

__all__ = ["Outcome", "RuleEngine"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule at one place: the facts it made, or the first condition that failed there."""

    rule: Rule
    start: int
    end: int
    facts: tuple[Fact, ...]
    failed: str = ""


class RuleEngine:
    """Finds the facts that a document states, by rules. Make one with `load`; it keeps no state between documents."""

    def __init__(self, rules: Sequence[Rule], schema: Schema, verbs: Verbs) -> None:
        self._rules = tuple(rules)
        self._schema, self._verbs = schema, verbs
        self._by_trigger: dict[str, list[Rule]] = {}
        for rule in self._rules:
            for word in rule.triggers:
                self._by_trigger.setdefault(word, []).append(rule)
        self._posts = [rule for rule in self._rules if rule.posts is not None]
        self._sequences = [rule for rule in self._rules if rule.pattern is not None]
        self._anchored: dict[str, list[Rule]] = {}
        for rule in self._sequences:
            if rule.pattern is not None:
                for anchor in rule.pattern.anchors:
                    self._anchored.setdefault(anchor, []).append(rule)
        self._bare = [rule for rule in self._sequences if rule.pattern is not None and not rule.pattern.anchors]
        self._words, self._anchors = _automaton({*verbs.every, *self._by_trigger}), _automaton(self._anchored)

    @classmethod
    def load(
        cls, paths: Sequence[Path] | None = None, schema: Schema | None = None, verbs: Verbs | None = None
    ) -> RuleEngine:
        """The engine with the rules of these files, by default those of the package.

        Raises DataError (file, line, key) for whatever is wrong in a rule.
        """
        schema, verbs = schema or default_schema(), verbs or default_verbs()
        if paths is None:
            paths = sorted(package_path("relations/rules").glob("*.yaml"))
        return cls(load_rules(paths, schema, verbs.lists), schema, verbs)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order of their files."""
        return self._rules

    @property
    def triggers(self) -> dict[str, frozenset[str]]:
        """The words that the rules wait for, with the predicates of those rules."""
        return {word: frozenset(rule.predicate for rule in rules) for word, rules in self._by_trigger.items()}

    def only(self, rule: Rule) -> RuleEngine:
        """An engine with this rule alone."""
        return RuleEngine((rule,), self._schema, self._verbs)

    def find(self, document: Document) -> tuple[Fact, ...]:
        """The facts of the document, in the order of the text; of the same fact, the surest one."""
        best: dict[tuple[object, ...], Fact] = {}
        for outcome in self.outcomes(document):
            for fact in outcome.facts:
                key = self._key(fact)
                if key not in best or fact.confidence > best[key].confidence:
                    best[key] = fact
        return tuple(sorted(best.values(), key=_order))

    def outcomes(self, document: Document) -> Iterator[Outcome]:
        """What became of each rule wherever it could have applied (for `explain`)."""
        if not document.mentions:
            return
        reading = Reading(document, self._hits(document.text), self._verbs)
        anchors = self._anchors_of(document)
        starts = [mention.start for mention in document.mentions]
        for index, (start, end) in enumerate(document.sentences):
            first = bisect_left(starts, start)
            if first == len(starts) or starts[first] >= end:
                continue
            yield from self._sentence(reading.sentence(index), reading, anchors.get(index, ()))

    def _sentence(self, sentence: Sentence, reading: Reading, anchored: Iterable[Rule]) -> Iterator[Outcome]:
        for hit in sentence.hits:
            for rule in self._by_trigger.get(hit.word, ()):
                drafts, why = attempt_trigger(rule, hit, sentence, reading)
                yield self._outcome(rule, hit.start, hit.end, drafts, why, sentence)
        for rule in self._posts:
            for draft in attempt_posts(rule, sentence, reading):
                yield self._outcome(rule, draft.source.start, draft.source.end, [draft], "", sentence)
        for rule in (*self._bare, *anchored):
            found, why = attempt_sequence(rule, sentence)
            for start, end, drafts in found:
                yield self._outcome(rule, start, end, drafts, "", sentence)
            if not found and why:
                yield Outcome(rule, sentence.start, sentence.end, (), why)

    def _outcome(
        self, rule: Rule, start: int, end: int, drafts: Sequence[Draft], why: str, sentence: Sentence
    ) -> Outcome:
        evidence = Evidence(sentence.start, sentence.end, sentence.text[sentence.start : sentence.end])
        predicate = self._schema.predicates[rule.predicate]
        facts = []
        for draft in drafts:
            if draft.source is draft.target or not predicate.allows(draft.source.type, draft.target.type):
                continue
            if draft.source.kind == draft.target.kind == "generic":
                continue
            source, target = MentionRef(draft.source.start, draft.source.end), MentionRef(draft.target.start, draft.target.end)
            known = tuple(p for p in draft.properties if p[0] in predicate.properties)
            facts.append(Fact(source, rule.predicate, target, evidence, rule.id, rule.confidence, known))
        if drafts and not facts:
            why = "the schema does not join names of these types"
        return Outcome(rule, start, end, tuple(facts), why)

    def _key(self, fact: Fact) -> tuple[object, ...]:
        ends = [(fact.source.start, fact.source.end), (fact.target.start, fact.target.end)]
        if self._schema.predicates[fact.predicate].symmetric:
            ends.sort()
        return (fact.predicate, *ends, dict(fact.properties).get("role"))

    def _hits(self, text: str) -> list[Hit]:
        """All verbs and triggers, from left to right; of those that overlap, the leftmost and longest."""
        found: list[Hit] = []
        raw = [(end + 1 - len(word), end + 1, word) for end, word in self._words.iter(text)]
        raw.sort(key=lambda hit: (hit[0], -hit[1]))
        limit = 0
        for start, end, word in raw:
            if start >= limit:
                found.append(Hit(start, end, word))
                limit = end
        return found

    def _anchors_of(self, document: Document) -> dict[int, list[Rule]]:
        """The sequence rules of which a text of their own occurs, by sentence."""
        found: dict[int, dict[str, Rule]] = {}
        if self._anchored:
            starts = [start for start, _ in document.sentences]
            for end, word in self._anchors.iter(document.text):
                index = bisect_left(starts, end + 1) - 1
                for rule in self._anchored[word]:
                    found.setdefault(index, {})[rule.id] = rule
        return {index: list(rules.values()) for index, rules in found.items()}


def _automaton(words: Iterable[str]) -> Any:
    automaton = ahocorasick.Automaton()
    for word in sorted(words):
        automaton.add_word(word, word)
    automaton.add_word("\x00", "\x00")  # an automaton must hold a word
    automaton.make_automaton()
    return automaton


def _order(fact: Fact) -> tuple[object, ...]:
    return (fact.evidence.start, fact.source.start, fact.target.start, fact.predicate, fact.properties)


