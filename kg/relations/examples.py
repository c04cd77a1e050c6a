"""The sentences that a rule carries: marked text to a Document, and the facts it should give.

``[青山镇:Place]与[华兴农业:Organization]签约共建。 => 青山镇 partners_with 华兴农业``; several facts are parted by ``；``,
a property follows in braces: ``… => 李明 affiliated_with 青山镇 {role: 书记}``. Marks: a node type (with ``/pointer`` or
``/generic``), ``role``, ``former`` (a role that has ended), ``time``, ``money``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.records import Document, Fact, Mention, Quantity, Role, TimeSpan

__all__ = ["ExampleError", "Expected", "document_of", "expected_of", "told"]

_MARK = re.compile(r"\[(?P<text>[^\[\]:]+):(?P<type>[A-Za-z]+)(?:/(?P<kind>pointer|generic))?\]")
_TYPES = frozenset({"Person", "Organization", "Place", "Program", "Work"})
_FACT = re.compile(r"(?P<source>\S+) (?P<predicate>[a-z_]+) (?P<target>.+?)(?: \{(?P<properties>[^{}]*)\})?\s*\Z")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?[”’」』]*")


class ExampleError(ValueError):
    """An example that cannot be read."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A fact as an example writes it: the texts of its ends."""

    source: str
    predicate: str
    target: str
    properties: tuple[tuple[str, str], ...] = ()


def document_of(example: str) -> Document:
    """The Document of a marked text (what follows ``=>`` is left out). Raises ExampleError for an unknown mark."""
    marked = example.partition("=>")[0].strip()
    text, at = "", 0
    mentions: list[Mention] = []
    roles: list[Role] = []
    times: list[TimeSpan] = []
    money: list[Quantity] = []
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        name, kind, start = match["text"], match["type"], len(text)
        text += name
        at, end = match.end(), len(text)
        if kind in _TYPES:
            mentions.append(Mention(start, end, name, kind, match["kind"] or "name", name, 1.0, "example"))
        elif kind in ("role", "former"):
            roles.append(Role(start, end, name, kind == "former"))
        elif kind == "time":
            times.append(TimeSpan(start, end, name))
        elif kind == "money":
            money.append(Quantity(start, end, name, 1.0, "元"))
        else:
            raise ExampleError(f"“{kind}” is no mark in “{example}”")
    text += marked[at:]
    spans = tuple(match.span() for match in _SENTENCE.finditer(text))
    return Document(text, spans, (), tuple(mentions), tuple(roles), tuple(times), tuple(money))


def expected_of(example: str) -> tuple[Expected, ...]:
    """The facts behind ``=>``. Raises ExampleError when they cannot be read."""
    after = example.partition("=>")[2].strip()
    found = []
    for part in re.split(r"[；;]\s*", after) if after else []:
        match = _FACT.match(part.strip())
        if match is None:
            raise ExampleError(f"“{part}” is no fact: write 甲 runs 乙")
        pairs = [tuple(pair.split(":", 1)) for pair in (match["properties"] or "").split(",") if ":" in pair]
        properties = tuple(sorted((key.strip(), value.strip()) for key, value in pairs))
        found.append(Expected(match["source"], match["predicate"], match["target"], properties))
    return tuple(found)


def told(document: Document, fact: Fact) -> Expected:
    """A fact in the words of the examples."""
    text = document.text
    source, target = text[fact.source.start : fact.source.end], text[fact.target.start : fact.target.end]
    return Expected(source, fact.predicate, target, fact.properties)
