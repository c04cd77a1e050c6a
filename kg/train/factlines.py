"""The lines under an article of the corpus: edges, indicators, aliases and nodes without a mention.

    李明 | affiliated_with | 青山镇 | role=党委书记 | former
    千丰社区 | # 社区基金募集 | 12万元 | 120000 元 | period=今年以来
    区纪委监委 | = | 吴兴区纪委监委
    Place:朝阳街道

A leading ``?`` makes the line optional; ``Type:label`` tells two nodes of one label apart, ``label#2`` two of one label and
type.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.language.numbers import find_quantities
from kg.schema import default_schema
from kg.train.annotation import AnnotatedEdge, AnnotatedIndicator, AnnotatedNode, plain
from kg.train.markup import types

__all__ = ["FactReader", "NodeBook", "Problem"]

_VALUE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(\S.*)\Z")
_LINE_FORMS = "write 甲 | predicate | 乙, 甲 | # metric | text | value unit, 甲 | = | alias, or Type:label"
_OF_THE_HEAD = frozenset({"author_of", "mentions"})


class Problem(Exception):
    """What is wrong with a line or a name in it, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(slots=True)
class _Entry:
    id: str
    type: str
    label: str
    line: int
    generic: bool
    optional: bool
    forms: dict[str, None] = field(default_factory=dict)


class NodeBook:
    """The nodes of one article as they come up, by type, label and number; `line` is the line of the file being read."""

    def __init__(self) -> None:
        self.line = 1
        self._entries: dict[tuple[str, str, str], _Entry] = {}

    def add(self, type_: str, name: str, *, generic: bool = False, optional: bool = False) -> _Entry:
        """The node of this type and label (``label`` or ``label#2``), made when it is new. Raises Problem for a clash."""
        label, number = _split_number(name)
        key = (type_, plain(label), number)
        if not key[1]:
            raise Problem(f"“{name}” is no label", "write the name as the text has it")
        entry = self._entries.get(key)
        if entry is None:
            entry = _Entry(f"n{len(self._entries) + 1}", type_, label, self.line, generic, optional)
            self._entries[key] = entry
        elif entry.generic != generic:
            raise Problem(f"“{name}” is a name here and generic there", "mark it one way throughout")
        entry.optional |= optional
        return entry

    def find(self, reference: str, *, prefer: str | None = None) -> _Entry:
        """The node that ``label``, ``Type:label`` or ``label#2`` means; `prefer` is the type taken among several.

        A ``Type:label`` that is new becomes a node. Raises Problem when there is none, or more than one.
        """
        prefix, colon, rest = reference.partition(":")
        if colon and prefix in types():
            label, number = _split_number(rest)
            entry = self._entries.get((prefix, plain(label), number))
            return entry if entry is not None else self.add(prefix, rest)
        label, number = _split_number(reference)
        found = [e for (_, name, n), e in self._entries.items() if name == plain(label) and n == number]
        if len(found) > 1:
            found = [e for e in found if e.type == prefer] or found
        if len(found) > 1:
            several = " or ".join(f"{e.type}:{label}" for e in found)
            raise Problem(f"“{reference}” may be several nodes", f"write {several}")
        if not found:
            near = difflib.get_close_matches(label, [e.label for e in self._entries.values()], n=3, cutoff=0.5)
            by_form = [e.label for e in self._entries.values() if plain(label) in map(plain, e.forms)]
            hint = "、".join(dict.fromkeys([*by_form, *near]))
            remedy = f"use the label: {hint}" if hint else f"mark it in the text, or write Type:{label}"
            raise Problem(f"no node has the label “{reference}”", remedy)
        return found[0]

    def lines(self) -> dict[str, int]:
        """Where each node came up first, by its id."""
        return {entry.id: entry.line for entry in self._entries.values()}

    def nodes(self) -> tuple[AnnotatedNode, ...]:
        """The nodes, in the order in which they came up."""
        return tuple(
            AnnotatedNode(
                e.id, e.type, e.label, tuple(form for form in e.forms if form != e.label), e.generic, e.optional
            )
            for e in self._entries.values()
        )


def _split_number(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.+)#(\d)", name.strip())
    return (found[1], found[2]) if found else (name.strip(), "")


class FactReader:
    """Reads the lines under an article into `edges` and `indicators`, with the line of each."""

    def __init__(self, book: NodeBook, words: str, roles: frozenset[str]) -> None:
        self._book = book
        self._words = plain(words)
        self._roles = roles
        self.edges: list[tuple[int, AnnotatedEdge]] = []
        self.indicators: list[tuple[int, AnnotatedIndicator]] = []

    def read(self, number: int, line: str) -> Iterator[Problem]:
        """Takes in one line; yields what is wrong with it."""
        self._book.line = number
        optional = line.startswith("?")
        cells = [cell.strip() for cell in line.removeprefix("?").split("|")]
        try:
            if not all(cells):
                raise Problem("an empty cell", _LINE_FORMS)
            if len(cells) == 1:
                self._node(cells[0], optional)
            elif cells[1] == "=":
                yield from self._aliases(cells)
            elif cells[1].startswith("#"):
                self.indicators.append((number, self._indicator(cells, optional)))
            else:
                self.edges.append((number, self._edge(cells, optional)))
        except Problem as problem:
            yield problem

    def _node(self, cell: str, optional: bool) -> None:
        entry = self._book.find(cell)
        entry.optional |= optional

    def _aliases(self, cells: list[str]) -> Iterator[Problem]:
        entry = self._book.find(cells[0])
        if len(cells) == 2:
            yield Problem("no alias behind “=”", "write 甲 | = | alias | alias")
        entry.forms |= dict.fromkeys(cells[2:])

    def _edge(self, cells: list[str], optional: bool) -> AnnotatedEdge:
        if len(cells) < 3:
            raise Problem(f"“{' | '.join(cells)}” is no fact", _LINE_FORMS)
        predicate = default_schema().predicates.get(cells[1])
        if predicate is None or predicate.name in _OF_THE_HEAD:
            known = [name for name in default_schema().predicates if name not in _OF_THE_HEAD]
            raise Problem(f"“{cells[1]}” is no predicate of the facts", f"use one of: {', '.join(known)}")
        source, target = self._book.find(cells[0]), self._book.find(cells[2])
        if source is target:
            raise Problem(f"“{cells[0]}” stands at both ends", "name two nodes")
        pairs = predicate.pairs | ({(b, a) for a, b in predicate.pairs} if predicate.symmetric else set())
        if (source.type, target.type) not in pairs:
            allowed = ", ".join(f"{a} → {b}" for a, b in sorted(predicate.pairs))
            raise Problem(f"{predicate.name} does not join {source.type} to {target.type}", f"it joins {allowed}")
        properties = self._properties(cells[3:], predicate.properties)
        role = properties.get("role")
        if predicate.name == "affiliated_with" and isinstance(role, str):
            if not any(plain(role) in marked for marked in self._roles):
                raise Problem(f"the role “{role}” is not marked in the text", f"mark [{role}:role] there")
        return AnnotatedEdge(source.id, predicate.name, target.id, properties, optional)

    def _properties(self, cells: list[str], known: tuple[str, ...]) -> dict[str, str | bool]:
        properties: dict[str, str | bool] = {}
        for cell in cells:
            key, equals, value = (part.strip() for part in cell.partition("="))
            if key not in known:
                remedy = f"it takes {', '.join(known)}" if known else "it takes none"
                raise Problem(f"“{cell}” is no property of this predicate", remedy)
            if key in properties:
                raise Problem(f"“{key}” is there twice", "one line a role")
            if (key == "former") == bool(equals):
                raise Problem(f"“{cell}” is no property", "write former alone, role=…, date=…, amount=…")
            if equals:
                self._said(value, key)
            if key == "role" and "、" in value:
                raise Problem(f"“{value}” is more than one role", "one line a role")
            properties[key] = value if equals else True
        return properties

    def _indicator(self, cells: list[str], optional: bool) -> AnnotatedIndicator:
        form = "write 甲 | # metric | 12万元 | 120000 元 | period=今年以来"
        metric, tail = cells[1][1:].strip(), cells[4:]
        if len(cells) not in (4, 5) or not metric or not all(cell.startswith("period=") for cell in tail):
            raise Problem("no indicator", form)
        value = _VALUE.match(cells[3])
        if value is None:
            raise Problem(f"“{cells[3]}” is no value with its unit", form)
        self._said(cells[2], "number")
        read = find_quantities(cells[2])
        if len(read) == 1 and abs(read[0].value - float(value[1])) > 1e-6 * abs(read[0].value):
            raise Problem(f"“{cells[2]}” is {read[0].value:g}, not {value[1]}", "write the value in full digits")
        period = tail[0].partition("=")[2].strip() if tail else None
        if period is not None:
            self._said(period, "period")
        holder = self._book.find(cells[0])
        return AnnotatedIndicator(holder.id, metric, cells[2], float(value[1]), value[2], period, optional)

    def _said(self, words: str, what: str) -> None:
        if not plain(words) or plain(words) not in self._words:
            raise Problem(f"the {what} “{words}” is not in the text", "use the words of the text")
