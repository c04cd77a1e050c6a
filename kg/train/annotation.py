"""An annotated article of the corpus as plain data, and the gold JSON that scoring reads.

All offsets are characters of `text` (or of `title`, for what begins with ``title_``), half open.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.records import Author, Role, content_id

__all__ = [
    "SPLITS", "AnnotatedArticle", "AnnotatedEdge", "AnnotatedIndicator", "AnnotatedMention", "AnnotatedNode", "plain",
    "split_of",
]  # fmt: skip

SPLITS = ("train", "dev", "test")
_MARKS = frozenset("“”‘’\"'《》〈〉「」『』（）()·•・")


def plain(name: str) -> str:
    """The name without quotation marks, brackets, dots and white space, in compatibility form: the scorer's spelling."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c not in _MARKS and not c.isspace())


@dataclass(frozen=True, slots=True)
class AnnotatedMention:
    """A marked stretch. `kind` is ``name``, ``pointer`` or ``generic``; `nodes` are the ids of what it stands for (双方: two)."""

    start: int
    end: int
    text: str
    type: str
    kind: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedNode:
    """A node: `label` is the fullest form, `aliases` the other forms that name it (no pointers)."""

    id: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    generic: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedEdge:
    """A fact between two nodes, by their ids. `properties`: role, former (True), date and amount in the words of the text."""

    source: str
    predicate: str
    target: str
    properties: Mapping[str, str | bool] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedIndicator:
    """A number that measures a node: `text` 12万元, `value` 120000.0, `unit` 元, `period` as the text says it."""

    node: str
    metric: str
    text: str
    value: float
    unit: str
    period: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """One article with all that a reader marked.

    `province` is a code of six digits, `beat` what it is about, `writer` who wrote and annotated it, `trap` what is hard
    about it (empty: nothing on purpose). `not_names` are stretches that look like a name of the article and are none.
    """

    id: str
    title: str | None
    text: str
    kind: str
    authors: tuple[Author, ...]
    date: str | None
    province: str
    beat: str
    writer: str
    trap: str
    nodes: tuple[AnnotatedNode, ...] = ()
    mentions: tuple[AnnotatedMention, ...] = ()
    roles: tuple[Role, ...] = ()
    not_names: tuple[tuple[int, int], ...] = ()
    title_mentions: tuple[AnnotatedMention, ...] = ()
    title_roles: tuple[Role, ...] = ()
    edges: tuple[AnnotatedEdge, ...] = ()
    indicators: tuple[AnnotatedIndicator, ...] = ()

    def to_gold(self) -> dict[str, Any]:
        """The JSON object of a gold file: what the scorer reads, with the text, the mentions and the roles beside it."""
        return {
            "id": self.id, "title": self.title, "kind": self.kind,
            "authors": [{"name": a.name, "role": a.role} for a in self.authors],
            "date": self.date, "province": self.province, "beat": self.beat, "split": split_of(self), "text": self.text,
            "nodes": [self._node(node) for node in self.nodes],
            "edges": [
                {"source": e.source, "predicate": e.predicate, "target": e.target,
                 "properties": dict(sorted(e.properties.items())), "optional": e.optional}
                for e in self.edges
            ],
            "indicators": [
                {"node": i.node, "metric": i.metric, "value": int(i.value) if i.value == int(i.value) else i.value,
                 "unit": i.unit, "period": i.period, "text": i.text, "optional": i.optional}
                for i in self.indicators
            ],
            "roles": [{"start": r.start, "end": r.end, "text": r.text, "former": r.former} for r in self.roles],
        }  # fmt: skip

    def _node(self, node: AnnotatedNode) -> dict[str, Any]:
        found = [
            {"start": m.start, "end": m.end, "text": m.text, "kind": m.kind}
            for m in self.mentions
            if node.id in m.nodes
        ]
        return {
            "id": node.id, "type": node.type, "label": node.label, "aliases": list(node.aliases),
            "generic": node.generic, "optional": node.optional, "mentions": found,
        }  # fmt: skip


def split_of(article: AnnotatedArticle) -> str:
    """``train``, ``dev`` or ``test`` (8 : 1 : 1): all articles of one writer, province and beat fall on the same side."""
    part = int(content_id("split", article.writer, article.province, article.beat), 16) % 10
    return {0: "test", 1: "dev"}.get(part, "train")
