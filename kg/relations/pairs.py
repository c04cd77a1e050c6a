"""An article as the relation model reads it: a row of tokens in which a name is one token, and the pairs that a fact may join.

A name is read by its type and the end of its form (…村, …公司), so that the model learns how a fact is said and not of whom.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.records import Document, Fact, Mention
from kg.schema import Schema

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float32]

__all__ = ["CHARACTERS", "KINDS", "ROLE", "Label", "PairReader", "Pairs", "labels_of"]

_TYPES = ("Person", "Organization", "Place", "Program", "Work")
_MENTIONS = ("name", "pointer", "generic")
KINDS = ("word", *(f"{kind} {mention}" for kind in _TYPES for mention in _MENTIONS), "role", "former role", "paragraph")
"""What a token may be."""
CHARACTERS = 6
"""How many characters of a token are read: the first ones, and the last two."""
ROLE = "role"
"""The label of a pair of a name and a post: the post is of this person, or of somebody at this body."""

_REACH = 300  # tokens between the two of a pair
_SENTENCES = 3  # sentences from the one to the other …
_PROGRAM_SENTENCES = 12  # … and where one is a program, which an article often tells of in all that follows
_UNKNOWN = 1  # the row of a character or tag that training has not seen; row 0 is none
_NAME_END = 2  # characters of a name that are read

Label = tuple[str, bool]
"""A predicate, and whether its source is the later one of the two; of a symmetric one it never is."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The tokens of an article, [tokens…], and its pairs, [pairs…]."""

    characters: Ints  # [tokens, CHARACTERS], rows of the vocabulary; 0 behind the last one
    kinds: Ints
    tags: Ints
    triggers: Floats  # [tokens, predicates]: 1 where a word of a rule of the predicate stands
    first: Ints  # the token of the one that stands first
    second: Ints
    sentences: Ints  # from the one to the other
    between: Ints  # [pairs, 2]: names of the first one's type between the two, and of the second one's
    rules: Floats  # [pairs, labels]: 1 where a rule found this
    allowed: NDArray[np.bool_]  # [pairs, labels]: what the schema lets them be
    ends: tuple[tuple[int, int], ...]  # the mentions of each pair, by number; a role has the number of mentions and its own


def labels_of(schema: Schema) -> tuple[Label, ...]:
    """What a pair may be said to be, in the order of the model's figures."""
    found: list[Label] = []
    for name, predicate in schema.predicates.items():
        if name not in ("author_of", "mentions"):
            found += [(name, False)] if predicate.symmetric else [(name, False), (name, True)]
    return (*found, (ROLE, False))


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    kind: int
    tag: str = ""
    number: int = -1  # of the mention; a role counts on from the last mention


class PairReader:
    """Reads documents for one model: `characters`, `tags` and `labels` are those it knows, `triggers` the words of the rules with
    their predicates.
    """

    def __init__(
        self, characters: Sequence[str], tags: Sequence[str], labels: Sequence[Label], triggers: Mapping[str, Iterable[str]],
        schema: Schema,
    ) -> None:  # fmt: skip
        import ahocorasick

        self._characters = {c: row for row, c in enumerate(characters, start=_UNKNOWN + 1)}
        self._tags = {tag: row for row, tag in enumerate(tags, start=_UNKNOWN + 1)}
        self._schema = schema
        self.labels = tuple(labels)
        self._number = {label: i for i, label in enumerate(self.labels)}
        self.predicates = tuple(dict.fromkeys(name for name, _ in self.labels if name != ROLE))
        self._automaton = ahocorasick.Automaton()
        self._automaton.add_word("\x00", (1, ()))  # an automaton must hold a word
        for word, names in triggers.items():
            known = tuple(self.predicates.index(name) for name in names if name in self.predicates)
            self._automaton.add_word(word, (len(word), known))
        self._automaton.make_automaton()
        self._allowed = lru_cache(maxsize=None)(self._may_be)

    def read(self, document: Document, facts: Sequence[Fact]) -> Pairs:
        """The tokens and pairs of a document in which the rules found `facts`."""
        import numpy as np

        tokens = _tokens(document)
        characters = np.zeros((len(tokens), CHARACTERS), np.int32)
        for row, token in enumerate(tokens):
            read = [self._characters.get(c, _UNKNOWN) for c in _surface(document, token)]
            characters[row, : len(read)] = read
        starts = [start for start, _ in document.sentences]
        named = [(row, t, bisect_right(starts, t.start)) for row, t in enumerate(tokens) if t.number >= 0]
        types = [self._type(document, token.number) for _, token, _ in named]
        rules = self._rules(document, facts)
        rows: list[tuple[int, int, int, int, int]] = []
        ends: list[tuple[int, int]] = []
        allowed: list[NDArray[np.bool_]] = []
        for a, (one_row, one, one_sentence) in enumerate(named):
            seen = dict.fromkeys((*_TYPES, ROLE), 0)
            for b in range(a + 1, len(named)):
                row, other, sentence = named[b]
                apart = sentence - one_sentence
                if row - one_row > _REACH or apart > _PROGRAM_SENTENCES:
                    break
                near = apart <= _SENTENCES or "Program" in (types[a], types[b])
                fits = self._allowed(types[a], types[b], apart == 0) if near else None
                generic = KINDS[one.kind].endswith("generic") and KINDS[other.kind].endswith("generic")
                if fits is not None and not generic:
                    ends.append((one.number, other.number))
                    rows.append((one_row, row, apart, seen[types[a]], seen[types[b]]))
                    allowed.append(fits)
                seen[types[b]] += 1
        table = np.array(rows, np.int32).reshape(-1, 5)
        found = np.zeros((len(ends), len(self.labels)), np.float32)
        for row, pair in enumerate(ends):
            if pair in rules:
                found[row] = rules[pair]
        return Pairs(
            characters,
            np.array([token.kind for token in tokens], np.int32),
            np.array([self._tags.get(token.tag, _UNKNOWN) if token.tag else 0 for token in tokens], np.int32),
            self._triggers(document, tokens),
            table[:, 0], table[:, 1], table[:, 2], table[:, 3:],
            found,
            np.array(allowed, np.bool_).reshape(-1, len(self.labels)),
            tuple(ends),
        )  # fmt: skip

    def label(self, predicate: str, *, turned: bool) -> int | None:
        """The number of a label; None for a predicate that the model does not know. Of a symmetric one `turned` says nothing."""
        known = self._number.get((predicate, False))
        return self._number.get((predicate, True), known) if turned else known

    def _triggers(self, document: Document, tokens: Sequence[_Token]) -> Floats:
        import numpy as np

        found = np.zeros((len(tokens), len(self.predicates)), np.float32)
        words = [row for row, token in enumerate(tokens) if token.kind == 0]
        starts = [tokens[row].start for row in words]
        for last, (length, predicates) in self._automaton.iter(document.text):
            at = bisect_right(starts, last) - 1  # the word that holds the last character, and those before it
            while at >= 0 and tokens[words[at]].end > last - length + 1:
                found[words[at], predicates] = 1.0
                at -= 1
        return found

    def _type(self, document: Document, number: int) -> str:
        return document.mentions[number].type if number < len(document.mentions) else ROLE

    def _may_be(self, one: str, other: str, near: bool) -> NDArray[np.bool_] | None:
        """Which labels two of these types may have; None when there is no such label."""
        import numpy as np

        fits = np.zeros(len(self.labels), np.bool_)
        if ROLE in (one, other):
            fits[self._number[ROLE, False]] = near and {one, other} & {"Person", "Organization", "Place"} != set()
        else:
            for number, (name, turned) in enumerate(self.labels):
                if name != ROLE:
                    fits[number] = self._schema.predicates[name].allows(*((other, one) if turned else (one, other)))
        return fits if fits.any() else None

    def _rules(self, document: Document, facts: Sequence[Fact]) -> Mapping[tuple[int, int], NDArray[np.float32]]:
        import numpy as np

        numbers = {(m.start, m.end): number for number, m in enumerate(document.mentions)}
        found: dict[tuple[int, int], NDArray[np.float32]] = {}
        for fact in facts:
            source, target = (numbers.get((end.start, end.end), -1) for end in (fact.source, fact.target))
            number = self.label(fact.predicate, turned=target < source)
            if number is not None:  # a predicate that the model knows
                pair = (min(source, target), max(source, target))
                found.setdefault(pair, np.zeros(len(self.labels), np.float32))[number] = 1.0
        return found


def _surface(document: Document, token: _Token) -> str:
    """The characters by which the model knows a token: all of a word, the end of a name, nothing of a person's."""
    kind, text = KINDS[token.kind], document.text[token.start : token.end]
    if kind == "paragraph" or kind == "Person name":
        return ""
    if kind.endswith(" name"):
        return text.rstrip("”’》」")[-_NAME_END:]
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 2] + text[-2:]


def _tokens(document: Document) -> list[_Token]:
    """Names and posts as one token each, the words around them, and the ends of paragraphs."""
    text, mentions = document.text, document.mentions
    taken = bytearray(len(text))
    marked = [_Token(m.start, m.end, _kind(m), "", number) for number, m in enumerate(mentions)]
    for token in marked:
        taken[token.start : token.end] = b"\1" * (token.end - token.start)
    for number, role in enumerate(document.roles, start=len(mentions)):
        start = role.start
        while start < role.end and taken[start]:
            start += 1
        if start < role.end and not any(taken[start : role.end]):
            kind = KINDS.index("former role" if role.former else "role")
            marked.append(_Token(start, role.end, kind, "", number))
            taken[start : role.end] = b"\1" * (role.end - start)
    tokens = marked
    for word in document.words:
        start = word.start
        while start < word.end:
            if taken[start]:
                start += 1
                continue
            end = start + 1
            while end < word.end and not taken[end]:
                end += 1
            if text[start:end].strip():
                tokens.append(_Token(start, end, 0, word.tag))
            start = end
    tokens.sort(key=lambda token: token.start)
    read: list[_Token] = []
    for token in tokens:
        if read and "\n" in text[read[-1].end : token.start]:
            read.append(_Token(read[-1].end, read[-1].end, KINDS.index("paragraph")))
        read.append(token)
    return read


def _kind(mention: Mention) -> int:
    return KINDS.index(f"{mention.type} {mention.kind}")
