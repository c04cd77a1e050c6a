"""What the store hands out: the merged graph, record by record.

Keys are ASCII and carry their kind: ``place/330521005001``, ``person/<hash>``, ``article/<id>``. All text is
encodable as UTF-8 (a lone surrogate became U+FFFD when it was stored); control characters are left to the writers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "Graph",
    "GraphArticle",
    "GraphAuthor",
    "GraphAuthorship",
    "GraphEdge",
    "GraphEvidence",
    "GraphIndicator",
    "GraphMention",
    "GraphNode",
]


@dataclass(frozen=True, slots=True)
class GraphAuthor:
    """A byline of an article: the key of the Person, the name, and `role` 文字 or 摄影."""

    key: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class GraphAuthorship:
    """The edge `author_of`: the key of the Person, the id of the article, and `role` 文字 or 摄影."""

    author: str
    article: str
    role: str


@dataclass(frozen=True, slots=True)
class GraphArticle:
    """An article as the sources gave it. `lines` are its first and last line in the file, from 1 (0: unknown)."""

    id: str
    title: str | None
    kind: str
    authors: tuple[GraphAuthor, ...]
    source: str
    date: str | None
    url: str | None
    text: str
    lines: tuple[int, int] = (0, 0)

    @property
    def key(self) -> str:
        """The article as a node of the graph."""
        return "article/" + self.id

    @property
    def heading(self) -> str:
        """The title, or the beginning of the text where there is none (captions)."""
        if self.title:
            return self.title
        first = self.text.strip().split("\n", 1)[0]
        return first if len(first) <= 30 else first[:29] + "…"


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node with what all articles say of it.

    `label` is the one most articles use (then the longest, then the first in code point order); `aliases` are all other
    names, sorted. `articles` and `mentions` count where it is named, `degree` the facts it takes part in. `byline` is
    true for a Person known only from bylines.
    """

    key: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    code: str | None = None
    candidates: tuple[str, ...] = ()
    generic: bool = False
    articles: int = 0
    mentions: int = 0
    degree: int = 0
    byline: bool = False


@dataclass(frozen=True, slots=True)
class GraphEvidence:
    """One sentence that states a fact. Offsets are characters of the article's text; `properties` are what it adds."""

    article: str
    start: int
    end: int
    text: str
    rule: str
    confidence: float
    properties: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A fact: source, predicate, target, and the role where there is one; a second role is a second edge.

    `weight` counts articles, `confidence` is that of the best evidence. `properties` holds everything the evidence says
    besides role and former (date, amount); several values are joined by ``；``.
    """

    id: str
    source: str
    predicate: str
    target: str
    role: str | None
    former: bool
    weight: int
    confidence: float
    properties: Mapping[str, str]
    evidence: tuple[GraphEvidence, ...]


@dataclass(frozen=True, slots=True)
class GraphIndicator:
    """A number that an article gives for a node: `value` in `unit`."""

    id: str
    node: str
    metric: str
    value: float
    unit: str
    period: str | None
    text: str
    article: str
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class GraphMention:
    """One occurrence of a node in an article's text: ``text[start:end]``."""

    article: str
    node: str
    type: str
    start: int
    end: int


class Graph(Protocol):
    """A merged graph to read. Every call starts a fresh pass in a fixed order; nothing is held in memory.

    Articles come in the order of their source and number; nodes, edges and indicators in the order of their keys
    (edges by source, predicate, target, role), so that a writer can join them as they come.
    """

    def articles(self) -> Iterator[GraphArticle]:
        """All articles."""

    def nodes(self) -> Iterator[GraphNode]:
        """All nodes but the articles, people of the bylines included."""

    def edges(self) -> Iterator[GraphEdge]:
        """All facts; neither `author_of` nor `mentions`, which follow from articles and mentions."""

    def authorships(self) -> Iterator[GraphAuthorship]:
        """Who wrote what, by author, then in the order of the articles."""

    def indicators(self) -> Iterator[GraphIndicator]:
        """All indicators, by node."""

    def mentions(self) -> Iterator[GraphMention]:
        """All mentions, in the order of the articles, then by place in the text."""
