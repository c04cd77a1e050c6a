"""Reads the merged graph: whole, in order, for the writers; in parts, for `show` and `path`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import StoreError
from kg.store.model import (
    GraphArticle,
    GraphAuthor,
    GraphAuthorship,
    GraphEdge,
    GraphEvidence,
    GraphIndicator,
    GraphMention,
    GraphNode,
)

if TYPE_CHECKING:
    import duckdb

__all__ = ["GraphCounts", "StoredGraph", "translated"]

_FETCH = 2000
_NODE = "SELECT key, type, label, aliases, code, candidates, generic, articles, mentions, degree, byline FROM node"
_ARTICLE = """
SELECT a.article, a.title, a.kind, a.source, a.date, a.url, a.text, a.first_line, a.last_line, w.key, w.name, w.role
FROM article a LEFT JOIN author w USING (article)"""
_ARTICLE_ORDER = "ORDER BY a.file, a.number, a.article, w.position"
_EDGE = """
SELECT e.id, e.source, e.predicate, e.target, e.role, e.former, e.weight, e.confidence,
       f.article, f.first, f.last, f.sentence, f.rule, f.confidence, f.properties
FROM edge e JOIN fact f ON f.edge = e.id JOIN article a ON a.article = f.article"""
_EDGE_ORDER = """
ORDER BY e.source, e.predicate, e.target, coalesce(e.role, ''), e.former, e.id,
         a.file, a.number, f.article, f.first, f.last, f.rule, f.properties, f.confidence"""


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """How much there is: articles, files they come from, nodes by type, facts by predicate, indicators."""

    articles: int
    files: int
    nodes: Mapping[str, int]
    edges: Mapping[str, int]
    indicators: int


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors into StoreErrors that name the file and a remedy."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = str(error).split("\n", 1)[0]
        lower = said.lower()
        if "lock" in lower:
            what, remedy = (
                "another program has it open",
                "wait for it, or end it (another kg build or kg serve?)",
            )
        elif "not a valid duckdb" in lower:
            what, remedy = "not a DuckDB file", "choose another folder with -o, or move the file away"
        elif "permission" in lower or "read-only" in lower or "directory" in lower:
            what, remedy = f"cannot be opened ({said})", "check the path and its rights"
        elif "space" in lower or "memory" in lower:
            what, remedy = f"no room ({said})", "free disk space or memory; the store is as it was before"
        else:
            what, remedy = (
                f"damaged, or not kg's ({said})",
                "move the file away and build again from the sources",
            )
        raise StoreError(what, where=path, remedy=remedy) from error


class StoredGraph:
    """The merged graph of an open store: `Graph`, plus questions about single nodes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def articles(self) -> Iterator[GraphArticle]:
        """All articles, by source and number."""
        return self._articles(_ARTICLE + " " + _ARTICLE_ORDER)

    def nodes(self) -> Iterator[GraphNode]:
        """All nodes, by key."""
        return (_node(row) for row in self._rows(_NODE + " ORDER BY key"))

    def edges(self) -> Iterator[GraphEdge]:
        """All facts, by source, predicate, target and role, each with its evidence."""
        return self._edges(_EDGE + _EDGE_ORDER)

    def authorships(self) -> Iterator[GraphAuthorship]:
        """Who wrote what, by author, then by article."""
        rows = self._rows(
            "SELECT DISTINCT w.key, a.file, a.number, w.article, w.role"
            " FROM author w JOIN article a USING (article) ORDER BY ALL"
        )
        return (GraphAuthorship(key, article, role) for key, _, _, article, role in rows)

    def indicators(self) -> Iterator[GraphIndicator]:
        """All indicators, by node, article and place in the text."""
        return self._indicators("")

    def mentions(self) -> Iterator[GraphMention]:
        """All mentions, by article, then by place in the text."""
        rows = self._rows(
            "SELECT DISTINCT a.file, a.number, m.article, m.first, m.last, m.key, m.type"
            " FROM mention m JOIN article a USING (article) ORDER BY ALL"
        )
        return (
            GraphMention(article, key, kind, first, last) for _, _, article, first, last, key, kind in rows
        )

    def article(self, article: str) -> GraphArticle | None:
        """The article of an id."""
        return next(self._articles(f"{_ARTICLE} WHERE a.article = ? {_ARTICLE_ORDER}", [article]), None)

    def node(self, key: str) -> GraphNode | None:
        """The node of a key."""
        return next((_node(row) for row in self._rows(_NODE + " WHERE key = ?", [key])), None)

    def find_node(self, name: str, *, limit: int = 20) -> tuple[GraphNode, ...]:
        """The nodes that a name may mean, those with most facts first.

        They are the nodes of exactly this label; if there are none, of exactly this alias; else those one of whose
        names begins with it; else those one of whose names contains it. A key finds its node.
        """
        if not name:
            return ()
        starts = (
            "list_contains(list_transform(list_append(aliases, label), lambda x: starts_with(x, ?)), true)"
        )
        contains = (
            "list_contains(list_transform(list_append(aliases, label), lambda x: contains(x, ?)), true)"
        )
        for test in ("key = ?", "label = ?", "list_contains(aliases, ?)", starts, contains):
            rows = self._rows(
                f"{_NODE} WHERE {test} ORDER BY degree DESC, articles DESC, length(label), key LIMIT ?",
                [name, limit],
            )
            found = tuple(_node(row) for row in rows)
            if found:
                return found
        return ()

    def edges_of(self, key: str) -> tuple[GraphEdge, ...]:
        """All facts that a node takes part in, at either end."""
        return tuple(self._edges(_EDGE + " WHERE e.source = ? OR e.target = ?" + _EDGE_ORDER, [key, key]))

    def indicators_of(self, key: str) -> tuple[GraphIndicator, ...]:
        """All indicators of a node."""
        return tuple(self._indicators("WHERE i.node = ?", [key]))

    def articles_of(self, key: str) -> tuple[GraphArticle, ...]:
        """The articles that name a node, or that a byline gives to a Person."""
        inside = (
            "WHERE a.article IN (SELECT article FROM article_node WHERE key = ?"
            " UNION SELECT article FROM author WHERE key = ?)"
        )
        return tuple(self._articles(f"{_ARTICLE} {inside} {_ARTICLE_ORDER}", [key, key]))

    def path(self, source: str, target: str, *, longest: int = 12) -> tuple[GraphEdge, ...] | None:
        """A shortest way between two keys, facts taken in either direction; None when there is none up to `longest`.

        Of several shortest ways always the same one. Breadth first, one query a step: memory grows with the
        neighbourhood, not with the graph.
        """
        came: dict[str, tuple[str, str] | None] = {source: None}
        frontier = [source]
        for _ in range(longest):
            if target in came or not frontier:
                break
            rows = self._rows(
                "WITH f AS (SELECT unnest(?::VARCHAR[]) AS key)"
                " SELECT source, target, id FROM edge JOIN f ON source = f.key"
                " UNION ALL SELECT target, source, id FROM edge JOIN f ON target = f.key ORDER BY ALL",
                [frontier],
            )
            found: dict[str, tuple[str, str]] = {}
            for here, there, edge in rows:
                if there not in came:
                    found.setdefault(there, (here, edge))
            came.update(found)
            frontier = sorted(found)
        if target not in came:
            return None
        ids: list[str] = []
        step = came[target]
        while step is not None:
            ids.append(step[1])
            step = came[step[0]]
        query = f"{_EDGE} WHERE e.id IN (SELECT unnest(?::VARCHAR[])){_EDGE_ORDER}"
        edges = {edge.id: edge for edge in self._edges(query, [ids])}
        return tuple(edges[edge] for edge in reversed(ids))

    def counts(self) -> GraphCounts:
        """How much there is."""
        [(articles, files)] = self._rows("SELECT count(*), count(DISTINCT file) FROM article")
        nodes = dict(self._rows("SELECT type, count(*) FROM node GROUP BY type ORDER BY 2 DESC, 1"))
        edges = dict(self._rows("SELECT predicate, count(*) FROM edge GROUP BY predicate ORDER BY 2 DESC, 1"))
        [(indicators,)] = self._rows("SELECT count(*) FROM indicator")
        return GraphCounts(articles, files, nodes, edges, indicators)

    def _rows(self, query: str, parameters: list[Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few thousand at a time; several may be under way at once."""
        with translated(self._path):
            cursor = self._connection.cursor()
            try:
                cursor.execute(query, parameters)
                while rows := cursor.fetchmany(_FETCH):
                    yield from rows
            finally:
                cursor.close()

    def _articles(self, query: str, parameters: list[Any] | None = None) -> Iterator[GraphArticle]:
        for _, rows in groupby(self._rows(query, parameters), key=lambda row: row[0]):
            lines = list(rows)
            article, title, kind, source, date, url, text, first, last = lines[0][:9]
            authors = tuple(GraphAuthor(*row[9:12]) for row in lines if row[9] is not None)
            yield GraphArticle(article, title, kind, authors, source, date, url, text, (first, last))

    def _edges(self, query: str, parameters: list[Any] | None = None) -> Iterator[GraphEdge]:
        for head, rows in groupby(self._rows(query, parameters), key=lambda row: row[:8]):
            evidence = tuple(_evidence(row[8:]) for row in rows)
            edge, source, predicate, target, role, former, weight, confidence = head
            yield GraphEdge(
                edge, source, predicate, target, role, former, weight, confidence, _joined(evidence), evidence
            )

    def _indicators(self, where: str, parameters: list[Any] | None = None) -> Iterator[GraphIndicator]:
        rows = self._rows(
            "SELECT DISTINCT i.id, i.node, i.metric, i.value, i.unit, i.period, i.text, i.article, i.first, i.last,"
            " i.sentence, a.file, a.number FROM indicator i JOIN article a USING (article)"
            f" {where} ORDER BY i.node, a.file, a.number, i.article, i.first, i.id",
            parameters,
        )
        return (GraphIndicator(*row[:11]) for row in rows)


def _node(row: tuple[Any, ...]) -> GraphNode:
    key, kind, label, aliases, code, candidates, *rest = row
    return GraphNode(key, kind, label, tuple(aliases), code, tuple(candidates), *rest)


def _evidence(row: tuple[Any, ...]) -> GraphEvidence:
    article, first, last, sentence, rule, confidence, properties = row
    return GraphEvidence(article, first, last, sentence, rule, confidence, json.loads(properties))


def _joined(evidence: tuple[GraphEvidence, ...]) -> dict[str, str]:
    """What the evidence adds, its different values joined in order."""
    values: dict[str, set[str]] = {}
    for one in evidence:
        for name, value in one.properties.items():
            values.setdefault(name, set()).add(str(value).lower() if isinstance(value, bool) else str(value))
    return {name: "；".join(sorted(found)) for name, found in sorted(values.items())}
