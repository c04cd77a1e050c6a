"""A sentence in which each name is one character, so that a sequence rule is a regular expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.records import Quantity, Role, TimeSpan
from kg.relations.items import Item
from kg.relations.patterns import MARKS

__all__ = ["Encoded", "encode"]

_Part = Item | Role | TimeSpan | Quantity


class _Sentence(Protocol):
    start: int
    end: int
    text: str
    items: list[Item]
    roles: list[Role]
    times: Sequence[TimeSpan]
    money: Sequence[Quantity]


@dataclass(frozen=True, slots=True)
class Encoded:
    """`text` with marks; `offsets[i]` is where its character i stands in the document, `parts` what each mark stands for."""

    text: str
    offsets: list[int]
    parts: dict[int, _Part]
    marks: frozenset[str]

    def offset(self, at: int) -> int:
        """The offset in the document of character `at`."""
        return self.offsets[at]

    def items_in(self, span: tuple[int, int]) -> list[Item]:
        """The names in a stretch of the encoded text."""
        return [part for at in range(*span) if isinstance(part := self.parts.get(at), Item)]

    def roles_in(self, span: tuple[int, int]) -> list[Role]:
        """The roles in a stretch of the encoded text."""
        return [part for at in range(*span) if isinstance(part := self.parts.get(at), Role)]

    def text_of(self, span: tuple[int, int]) -> str:
        """The text of the first time or sum in a stretch."""
        for at in range(*span):
            part = self.parts.get(at)
            if isinstance(part, (TimeSpan, Quantity)):
                return part.text
        return ""


def encode(sentence: _Sentence, *, roles: bool) -> Encoded:
    """Puts one mark in the place of each item, time and sum, and of each role if asked; where two overlap, names come first."""
    spans: list[tuple[int, int, str, _Part]] = []
    spans += [(i.start, i.end, MARKS.get(i.type, ""), i) for i in sentence.items]
    taken = {at for i in sentence.items for at in range(i.start, i.end)}
    others: list[tuple[str, Role | TimeSpan | Quantity]] = [("role", role) for role in sentence.roles if roles]
    others += [("time", time) for time in sentence.times]
    others += [("amount", sum_) for sum_ in sentence.money]
    for mark, other in others:
        if taken.isdisjoint(range(other.start, other.end)):
            spans.append((other.start, other.end, MARKS[mark], other))
            taken.update(range(other.start, other.end))
    spans.sort(key=lambda span: span[0])
    pieces: list[str] = []
    offsets: list[int] = []
    found: dict[int, _Part] = {}
    at = sentence.start
    for start, end, mark, part in spans:
        if start < at or not mark:
            continue
        pieces.append(sentence.text[at:start])
        offsets.extend(range(at, start))
        found[len(offsets)] = part
        pieces.append(mark)
        offsets.append(start)
        at = end
    pieces.append(sentence.text[at : sentence.end])
    offsets.extend(range(at, sentence.end + 1))
    return Encoded("".join(pieces), offsets, found, frozenset(mark for _, _, mark, _ in spans))
