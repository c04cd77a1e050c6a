"""The plain typed data that flows between the stages, with JSON both ways.

An `Article` leaves the sources; a `Document` (its sentences, mentions and facts) leaves language and relations; an
`ArticleGraph` leaves the resolution and is what `kg extract` writes and the store keeps. All offsets are characters of
`Article.text`, half open: ``text[start:end] == mention.text``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Article", "ArticleGraph", "Author", "Document", "Edge", "Evidence", "Fact", "Indicator", "Mention", "MentionRef",
    "Node", "Quantity", "Role", "TimeSpan", "Word", "content_id",
]  # fmt: skip


def content_id(*parts: object) -> str:
    """A stable id of 16 hexadecimal digits: SHA-256 over the JSON array of the parts."""
    packed = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode("ascii")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Author:
    """A byline: the name, and `role` 文字 or 摄影."""

    name: str
    role: str = "文字"


@dataclass(frozen=True, slots=True)
class Article:
    """One story or caption of a source, after repair.

    `text` is the body alone: paragraphs joined by a line feed, without title and bylines. `source` is the path as the user
    gave it with ``#n``, n counting the articles of the file from 1. `first_line` and `last_line` count lines of the file from 1 (0:
    unknown). `date` is ISO 8601 (``2024-05-06``) or None.
    """

    id: str
    title: str | None
    text: str
    source: str
    kind: str = "article"
    authors: tuple[Author, ...] = ()
    date: str | None = None
    url: str | None = None
    first_line: int = 0
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The stretch of the article that states something: offsets and text."""

    start: int
    end: int
    text: str

    def to_json(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        return cls(data["start"], data["end"], data["text"])


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a name, a pointer or a generic noun in the text.

    `type` is a node type of the schema. `kind` is ``name`` (千丰社区), ``pointer`` (该镇, 社区, 双方: stands for nodes
    named elsewhere) or ``generic`` (企业: a common noun that becomes a node only when an edge needs it). `label` is the
    name as a node would bear it, without quotation marks and kind words that the standard drops; `score` is between
    0 and 1; `voice` says who found it.
    """

    start: int
    end: int
    text: str
    type: str
    kind: str = "name"
    label: str = ""
    score: float = 1.0
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text with its tag (LAC's: n, v, p, …; PER, LOC, ORG, TIME are names)."""

    start: int
    end: int
    tag: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Role:
    """A post or role in the text: 党总支书记. `former` when the text says that it has ended."""

    start: int
    end: int
    text: str
    former: bool = False


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A date or time as the text says it: 2020年11月11日, 今年以来, 近日."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: 12万元 is value 120000.0, unit 元. `text` includes 超, 余, 多, /年 when they are there."""

    start: int
    end: int
    text: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Document:
    """What language found in one text; all spans are sorted and lie within sentences.

    `sentences` are (start, end) pairs; `mentions` do not overlap each other; `roles` do not overlap mentions of persons.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    words: tuple[Word, ...] = ()
    mentions: tuple[Mention, ...] = ()
    roles: tuple[Role, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionRef:
    """A mention by its offsets: how a fact names its two ends."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What one rule found: two mentions and a predicate, before anybody knows which nodes they are."""

    source: MentionRef
    predicate: str
    target: MentionRef
    evidence: Evidence
    rule: str
    confidence: float
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node of one article's graph. `code` is the 12-digit code of a division, `candidates` the codes that nothing decided."""

    id: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    generic: bool = False
    code: str | None = None
    candidates: tuple[str, ...] = ()
    mentions: tuple[Evidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "id": self.id, "type": self.type, "label": self.label, "aliases": list(self.aliases),
            "generic": self.generic, "code": self.code, "mentions": [m.to_json() for m in self.mentions],
        }  # fmt: skip
        if self.candidates:
            data["candidates"] = list(self.candidates)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Node:
        return cls(
            data["id"], data["type"], data["label"], tuple(data.get("aliases", ())), bool(data.get("generic", False)),
            data.get("code"), tuple(data.get("candidates", ())),
            tuple(Evidence.from_json(m) for m in data.get("mentions", ())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact between two nodes of one article's graph. `properties` hold strings and booleans, `confidence` lies in 0…1."""

    source: str
    predicate: str
    target: str
    evidence: Evidence
    rule: str
    confidence: float
    properties: Mapping[str, str | bool] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source, "predicate": self.predicate, "target": self.target,
            "properties": dict(sorted(self.properties.items())), "evidence": self.evidence.to_json(),
            "rule": self.rule, "confidence": round(self.confidence, 3),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Edge:
        return cls(
            data["source"], data["predicate"], data["target"], Evidence.from_json(data["evidence"]), data["rule"],
            data["confidence"], dict(data.get("properties", {})),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number that measures a node: `value` in `unit` (12万元 is 120000.0 元), `period` as the text says it."""

    node: str
    metric: str
    value: float
    unit: str
    period: str | None
    text: str
    evidence: Evidence

    def to_json(self) -> dict[str, Any]:
        value = int(self.value) if self.value == int(self.value) else self.value
        return {
            "node": self.node, "metric": self.metric, "value": value, "unit": self.unit, "period": self.period,
            "text": self.text, "evidence": self.evidence.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Indicator:
        return cls(
            data["node"], data["metric"], float(data["value"]), data["unit"], data.get("period"), data["text"],
            Evidence.from_json(data["evidence"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArticleGraph:
    """An article with what it states: the contract of `kg extract`, one JSON object an article."""

    article: Article
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's object. Values that JSON lacks do not occur; the order of keys is fixed."""
        a = self.article
        data: dict[str, Any] = {
            "id": a.id, "title": a.title, "kind": a.kind,
            "authors": [{"name": w.name, "role": w.role} for w in a.authors], "source": a.source,
            "lines": [a.first_line, a.last_line], "date": a.date, "url": a.url, "text": a.text,
            "nodes": [n.to_json() for n in self.nodes], "edges": [e.to_json() for e in self.edges],
            "indicators": [i.to_json() for i in self.indicators],
        }  # fmt: skip
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ArticleGraph:
        """The inverse of `to_json`. Raises KeyError when a field of the contract is missing."""
        first, last = data.get("lines", (0, 0))
        article = Article(
            data["id"], data["title"], data["text"], data["source"], data["kind"],
            tuple(Author(w["name"], w["role"]) for w in data["authors"]), data.get("date"), data.get("url"), first, last,
        )  # fmt: skip
        return cls(
            article,
            tuple(Node.from_json(n) for n in data["nodes"]),
            tuple(Edge.from_json(e) for e in data["edges"]),
            tuple(Indicator.from_json(i) for i in data["indicators"]),
        )
