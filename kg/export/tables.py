"""``nodes.csv`` and ``edges.csv``: the entities and their relations as tables for Gephi, Neo4j and a spreadsheet.

One header serves both programs, because each passes over the columns of the other:
  - Gephi wants columns named exactly ``Id``, ``Label`` and ``Source``, ``Target``, ``Type``, ``Kind``, ``Weight``; it
    takes any other column as an attribute. ``Kind`` keeps parallel relations apart.
  - neo4j-admin wants ``:ID``, ``:LABEL`` and ``:START_ID``, ``:END_ID``, ``:TYPE``; it takes any other column as a
    property, a text unless the name says otherwise (``articles:int``, ``aliases:string[]`` with ``;`` between items). A
    column cannot be called ``Id`` and ``:ID`` at once, so the key stands in each row twice.
        neo4j-admin database import full --nodes=nodes.csv --relationships=edges.csv neo4j
RFC 4180 with line feeds, UTF-8 without a byte order mark; no cell holds a line feed, which either program would need to
be told of. A text that a spreadsheet would run as a formula (it begins with = + - @) gets a leading apostrophe: names
of this kind are rare, keys and numbers never begin so, and the other formats hold the name as it is.
"""

from __future__ import annotations

import csv
from pathlib import Path

from kg.export.network import relation_label
from kg.export.terms import check_base
from kg.export.text import one_line
from kg.schema import default_schema
from kg.store.model import Graph

__all__ = ["write_edges", "write_nodes"]

_NODE_COLUMNS = (
    "Id", "Label", ":ID", ":LABEL", "type_zh", "aliases:string[]", "code", "generic:boolean", "articles:int",
    "mentions:int", "degree:int",
)  # fmt: skip
_EDGE_COLUMNS = (
    "Source", "Target", "Type", "Id", "Label", "Kind", "Weight", ":START_ID", ":END_ID", ":TYPE", "role",
    "former:boolean", "articles:int", "confidence:double", "details", "sentence",
)  # fmt: skip


def write_nodes(graph: Graph, path: Path, *, base: str) -> None:
    """Writes ``nodes.csv``. A Person known only from bylines takes part in no relation and is left out."""
    check_base(base)
    schema = default_schema()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_NODE_COLUMNS)
        for node in graph.nodes():
            if node.byline:
                continue
            kind = schema.types.get(node.type)
            # The semicolon separates the items for Neo4j.
            aliases = ";".join(one_line(alias).replace(";", "；") for alias in node.aliases)
            rows.writerow((
                node.key, _cell(node.label), node.key, node.type, kind.zh if kind else node.type, _cell(aliases),
                _cell(node.code or ""), _truth(node.generic), node.articles, node.mentions, node.degree,
            ))  # fmt: skip


def write_edges(graph: Graph, path: Path, *, base: str) -> None:
    """Writes ``edges.csv``: a row a relation, with the sentence of its best evidence."""
    check_base(base)
    schema = default_schema()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_EDGE_COLUMNS)
        for edge in graph.edges():
            label = relation_label(edge.predicate, edge.role, edge.former, schema)
            kind = f"{edge.predicate} {one_line(edge.role)}" if edge.role else edge.predicate
            details = "；".join(f"{name}: {value}" for name, value in edge.properties.items())
            best = max(edge.evidence, key=lambda one: one.confidence)
            rows.writerow((
                edge.source, edge.target, "Directed", edge.id, _cell(label), _cell(kind), edge.weight, edge.source,
                edge.target, edge.predicate.upper(), _cell(edge.role or ""), _truth(edge.former), edge.weight,
                f"{edge.confidence:.3f}", _cell(details), _cell(best.text),
            ))  # fmt: skip


def _cell(text: str) -> str:
    line = one_line(text)
    return "'" + line if line.startswith(("=", "+", "-", "@")) else line


def _truth(value: bool) -> str:
    return "true" if value else "false"
