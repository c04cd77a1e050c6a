"""An article's graph and its keys as rows of the store's tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kg.records import ArticleGraph, Edge, content_id
from kg.schema import Schema

__all__ = ["AuthorKey", "Rows", "article_rows", "clean"]

# The rows of an article, by table, in the order of the table's columns.
Rows = dict[str, list[tuple[Any, ...]]]
# Author name → key. The store does not know how keys are made; who adds the article does.
AuthorKey = Mapping[str, str]

_SURROGATE = re.compile("[\ud800-\udfff]")
# What makes two facts of the same ends and predicate two facts.
_IDENTITY = ("role", "former")


def clean(text: str) -> str:
    """A text that can be encoded: a lone surrogate becomes U+FFFD, so that no offset moves."""
    return _SURROGATE.sub("�", text)


def article_rows(graph: ArticleGraph, keys: Mapping[str, str], authors: AuthorKey, schema: Schema) -> Rows:
    """All rows of one article. Raises KeyError when a node or an author has no key."""
    article = graph.article
    rows: Rows = {"article": [_article_row(graph)]}
    rows["author"] = [
        (article.id, position, authors[author.name], clean(author.name), clean(author.role))
        for position, author in enumerate(article.authors)
    ]
    rows["article_node"], rows["alias"], rows["mention"] = [], [], []
    types = {}
    for node in graph.nodes:
        key = keys[node.id]
        types[node.id] = node.type
        rows["article_node"].append(
            (
                article.id,
                key,
                node.type,
                clean(node.label),
                node.code,
                " ".join(node.candidates),
                node.generic,
                len(node.mentions),
            )
        )
        rows["alias"] += [(article.id, key, clean(alias)) for alias in node.aliases]
        rows["mention"] += [(article.id, key, node.type, m.start, m.end) for m in node.mentions]
    facts = (_fact_row(article.id, edge, keys, schema) for edge in graph.edges)
    rows["fact"] = sorted({row for row in facts if row is not None}, key=repr)
    rows["indicator"] = [
        (
            article.id,
            content_id(
                article.id, keys[i.node], i.metric, i.value, i.unit, i.period, i.evidence.start, i.text
            ),
            keys[i.node],
            clean(i.metric),
            i.value,
            clean(i.unit),
            clean(i.period) if i.period else None,
            clean(i.text),
            i.evidence.start,
            i.evidence.end,
            clean(i.evidence.text),
        )
        for i in graph.indicators
    ]
    return rows


def _article_row(graph: ArticleGraph) -> tuple[Any, ...]:
    article = graph.article
    file, _, number = article.source.rpartition("#")
    counted = file and number.isdecimal() and len(number) < 10
    return (
        article.id,
        clean(article.title) if article.title is not None else None,
        article.kind,
        clean(article.source),
        clean(file if counted else article.source),
        int(number) if counted else 0,
        article.first_line,
        article.last_line,
        article.date,
        clean(article.url) if article.url is not None else None,
        clean(article.text),
    )


def _fact_row(article: str, edge: Edge, keys: Mapping[str, str], schema: Schema) -> tuple[Any, ...] | None:
    """The row of one fact; None for one that runs from a node to itself once the nodes are merged."""
    source, target = keys[edge.source], keys[edge.target]
    if source == target:
        return None
    role, former = edge.properties.get("role"), bool(edge.properties.get("former", False))
    role_text = clean(str(role)) if role else None
    predicate = schema.predicates.get(edge.predicate)
    # Written once, whichever way round the article says it. A role has a direction (A is B's wife) and keeps it.
    if predicate is not None and predicate.symmetric and role_text is None and source > target:
        source, target = target, source
    rest = {name: value for name, value in edge.properties.items() if name not in _IDENTITY}
    return (
        article,
        content_id(source, edge.predicate, target, role_text, former),
        source,
        edge.predicate,
        target,
        role_text,
        former,
        clean(json.dumps(rest, ensure_ascii=True, sort_keys=True)),
        edge.evidence.start,
        edge.evidence.end,
        clean(edge.evidence.text),
        edge.rule,
        edge.confidence,
    )
