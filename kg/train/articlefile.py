"""One file of the corpus: head, marked text and facts, parted by ``---``; all that is wrong in it, with its line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from kg.datafile import read_text
from kg.errors import DataError
from kg.train.annotation import AnnotatedArticle, AnnotatedMention, AnnotatedNode, plain
from kg.train.factlines import FactReader, NodeBook, Problem
from kg.train.head import read_head
from kg.train.markup import Mark, MarkedText, label_of, parse_marks
from kg.train.standard import check_edges, check_places, unmarked

__all__ = ["read_with_problems"]


def read_with_problems(path: Path) -> tuple[AnnotatedArticle, list[DataError]]:
    """An article as far as it can be read, and all that is wrong with it in the order of the lines."""
    reader = _Reader(path)
    article = reader.article()
    return article, sorted(reader.problems, key=lambda problem: problem.line or 0)


class _Reader:
    """Reads one file; collects what is wrong, so that a writer sees all of it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[DataError] = []
        self.book = NodeBook()

    def wrong(self, line: int, what: str, remedy: str) -> None:
        self.problems.append(DataError(what, where=self.path, line=line, remedy=remedy))

    def article(self) -> AnnotatedArticle:
        head_lines, body_lines, fact_lines = self._parts()
        head = read_head(head_lines, self.path.stem)
        for problem in head.problems:
            self.wrong(*problem)
        title_line = head.lines.get("title", 1)
        title = _Section(parse_marks(head["title"]), [0], [title_line])
        body = _section(body_lines)
        if not body.parsed.text:
            self.wrong(body_lines[0][0] if body_lines else title_line, "there is no text", "write it between two ---")
        for section in (title, body):
            for offset, what, remedy in section.parsed.problems:
                self.wrong(section.line_of_marked(offset), what, remedy)
        for section in (title, body):
            self._names(section)
        words = f"{title.parsed.text}\n{body.parsed.text}"
        facts = self._facts(fact_lines, words, frozenset(plain(r.text) for s in (title, body) for r in s.parsed.roles))
        title_mentions, mentions = self._mentions(title), self._mentions(body)
        nodes = self.book.nodes()
        self._check(nodes, title, body, title_mentions, mentions, facts, words)
        return AnnotatedArticle(
            head["id"], title.parsed.text or None, body.parsed.text, head["kind"], head.authors, head["date"] or None,
            head["province"], head["beat"], head["writer"], head["trap"], nodes, mentions, body.parsed.roles,
            body.parsed.not_names, title_mentions, title.parsed.roles, tuple(edge for _, edge in facts.edges),
            tuple(indicator for _, indicator in facts.indicators),
        )  # fmt: skip

    def _parts(self) -> list[list[tuple[int, str]]]:
        parts: list[list[tuple[int, str]]] = [[]]
        for number, line in enumerate(read_text(self.path).split("\n"), start=1):
            if line.strip() == "---":
                parts.append([])
            else:
                parts[-1].append((number, line.strip()))
        if len(parts) != 3:
            self.wrong(1, f"{len(parts) - 1} lines of ---", "write head, ---, text, ---, facts")
        return [*parts, [], []][:3]

    def _names(self, section: _Section) -> None:
        """Makes the nodes of the names and generic nouns; pointers wait until all nodes are there."""
        for mark in section.parsed.marks:
            if mark.kind == "pointer":
                continue
            line = self.book.line = section.line_of(mark.start)
            own = label_of(mark.text)
            target = mark.targets[0] if mark.targets else own
            try:
                if len(mark.targets) > 1:
                    raise Problem(f"the name “{mark.text}” stands for several nodes", "a name has one; write /pointer")
                entry = self.book.add(mark.type, target, generic=mark.kind == "generic", optional=mark.optional)
            except Problem as problem:
                self.wrong(line, problem.what, problem.remedy)
                continue
            entry.forms[own] = None
            short = plain(own) != plain(entry.label) and plain(entry.label) in plain(own)
            if short and mark.type not in ("Program", "Work"):
                what = f"the label “{entry.label}” is shorter than the name “{own}”"
                self.wrong(line, what, f"the label is the fullest form: ={own} everywhere")

    def _facts(self, lines: Sequence[tuple[int, str]], words: str, roles: frozenset[str]) -> FactReader:
        facts = FactReader(self.book, words, roles)
        for number, line in lines:
            if line and not line.startswith("#"):
                for problem in facts.read(number, line):
                    self.wrong(number, problem.what, problem.remedy)
        return facts

    def _mentions(self, section: _Section) -> tuple[AnnotatedMention, ...]:
        found = []
        for mark in section.parsed.marks:
            try:
                names = mark.targets or (label_of(mark.text),)
                nodes = tuple(self._target(mark, name).id for name in names)
            except Problem as problem:
                if mark.kind == "pointer":  # a name that is wrong was told of before
                    self.wrong(section.line_of(mark.start), problem.what, problem.remedy)
                continue
            found.append(AnnotatedMention(mark.start, mark.end, mark.text, mark.type, mark.kind, nodes))
        return tuple(found)

    def _target(self, mark: Mark, name: str) -> AnnotatedNode:
        entry = self.book.find(f"{mark.type}:{name}" if mark.kind != "pointer" else name, prefer=mark.type)
        return AnnotatedNode(entry.id, entry.type, entry.label)

    def _check(
        self, nodes: Sequence[AnnotatedNode], title: _Section, body: _Section,
        title_mentions: Sequence[AnnotatedMention], mentions: Sequence[AnnotatedMention], facts: FactReader, words: str,
    ) -> None:  # fmt: skip
        by_id, lines = {node.id: node for node in nodes}, self.book.lines()
        said, ends = plain(words), {end for _, edge in facts.edges for end in (edge.source, edge.target)}
        for node in nodes:
            line = lines[node.id]
            if plain(node.label) not in said:
                self.wrong(line, f"the label “{node.label}” is not in the text", "use its fullest form of the text; "
                           "a completed form is an alias: 甲 | = | alias")  # fmt: skip
            if node.generic and node.id not in ends:
                self.wrong(line, f"the generic node “{node.label}” has no edge", "unmark it, or write its fact")
        for problem in check_edges(by_id, facts.edges):
            self.wrong(*problem)
        edges = [edge for _, edge in facts.edges]
        forms = [m.text for m in (*title_mentions, *mentions) if m.kind == "name"]
        told: set[str] = set()
        for section, inside in ((title, title_mentions), (body, mentions)):
            covered = [(mark.start, mark.end) for mark in section.parsed.marks]
            covered += [(role.start, role.end) for role in section.parsed.roles]
            for offset, what, remedy in (
                *check_places(by_id, inside, edges),
                *unmarked(section.parsed.text, forms, [*covered, *section.parsed.not_names]),
            ):
                if what not in told:  # of a body in the title and in the text, one line is enough
                    told.add(what)
                    self.wrong(section.line_of(offset), what, remedy)


class _Section:
    """A title or a body: without its marks, and with the lines of the file that its offsets lie in."""

    def __init__(self, parsed: MarkedText, starts: list[int], lines: list[int]) -> None:
        self.parsed = parsed
        self._starts = starts
        self._lines = lines
        # Marks take no line break away, so the n-th line of the marked text is the n-th of the bare one.
        self._bare_starts = [0, *(found.end() for found in re.finditer("\n", parsed.text))]

    def line_of_marked(self, offset: int) -> int:
        return self._lines[bisect_right(self._starts, offset) - 1]

    def line_of(self, offset: int) -> int:
        return self._lines[bisect_right(self._bare_starts, offset) - 1]


def _section(lines: Sequence[tuple[int, str]]) -> _Section:
    full = [(number, line) for number, line in lines if line]
    starts, at = [], 0
    for _, line in full:
        starts.append(at)
        at += len(line) + 1
    marked = "\n".join(line for _, line in full)
    return _Section(parse_marks(marked), starts or [0], [number for number, _ in full] or [1])
