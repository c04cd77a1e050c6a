"""The network as one draws it (nodes with place, size and colour, relations with a label), for Gephi and pictures.

Only what the news is about is drawn: people, bodies, places, programs, works and the facts between them. Articles,
what they mention and who wrote them are left out, for they would join everything with everything; graph.ttl and the
report hold them. This is the one place that holds all nodes and relations in memory, without their evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from kg.export.text import one_line
from kg.schema import Schema, default_schema
from kg.store.model import Graph, GraphEdge, GraphNode

__all__ = ["DrawnEdge", "DrawnNode", "Network", "Sketched", "draw", "focus", "relation_label"]

_UNKNOWN = (125, 133, 144)


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node in the picture: `x`, `y` and `size` (its diameter) in the same unit; `rgb` 0…255."""

    key: str
    label: str
    type: str
    type_zh: str
    aliases: str
    code: str
    generic: bool
    articles: int
    degree: int
    x: float
    y: float
    size: float
    rgb: tuple[int, int, int]

    @property
    def colour(self) -> str:
        """The colour as ``#rrggbb``."""
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """A relation in the picture. `kind` tells parallel ones apart: the predicate, for a second role with that role."""

    id: str
    source: str
    target: str
    label: str
    predicate: str
    kind: str
    role: str
    former: bool
    weight: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Network:
    """All nodes and relations of the picture, by key and by id."""

    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]


class Sketched:
    """A graph whose network is laid out once for all writers that draw it. As any `Graph`, it is only read."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.articles = graph.articles
        self.nodes = graph.nodes
        self.edges = graph.edges
        self.authorships = graph.authorships
        self.indicators = graph.indicators
        self.mentions = graph.mentions

    @cached_property
    def network(self) -> Network:
        """The network of the graph."""
        return draw(self._graph)


def draw(graph: Graph) -> Network:
    """Lays the graph out. A Person known only from bylines takes part in no fact and is left out."""
    if isinstance(graph, Sketched):
        return graph.network
    schema = default_schema()
    nodes = [node for node in graph.nodes() if not node.byline]
    edges = tuple(_edges(graph, {node.key for node in nodes}, schema))
    degree = Counter(end for edge in edges for end in (edge.source, edge.target))
    # Area by degree: what takes part in four times as many facts has twice the diameter.
    drawn = [
        _node(node, schema, degree[node.key], round(8 + 5 * degree[node.key] ** 0.5, 2)) for node in nodes
    ]
    return _placed(drawn, edges)


def focus(network: Network, limit: int) -> Network:
    """The nodes with most facts and what joins them, laid out anew; all of it when there are at most `limit`."""
    if len(network.nodes) <= limit:
        return network
    chosen = sorted(network.nodes, key=lambda node: (-node.degree, -node.articles, node.key))[:limit]
    keys = {node.key for node in chosen}
    edges = tuple(edge for edge in network.edges if edge.source in keys and edge.target in keys)
    return _placed(sorted(chosen, key=lambda node: node.key), edges)


def _placed(nodes: Sequence[DrawnNode], edges: tuple[DrawnEdge, ...]) -> Network:
    import numpy as np

    from kg.export.layout import layout

    index = {node.key: number for number, node in enumerate(nodes)}
    pairs = [(index[edge.source], index[edge.target]) for edge in edges]
    places = layout(len(nodes), pairs, np.array([node.size for node in nodes]) / 2)
    placed = (replace(node, x=float(x), y=float(y)) for node, (x, y) in zip(nodes, places, strict=True))
    return Network(tuple(placed), edges)


def relation_label(predicate: str, role: str | None, former: bool, schema: Schema) -> str:
    """What stands at a relation: the Chinese word for it, and the role: 任职于：党总支书记（曾任）."""
    known = schema.predicates.get(predicate)
    word = known.zh if known is not None else predicate
    text = f"{word}：{one_line(role)}" if role else word
    return text + "（曾任）" if former else text


def _node(node: GraphNode, schema: Schema, degree: int, size: float) -> DrawnNode:
    kind = schema.types.get(node.type)
    return DrawnNode(
        node.key, one_line(node.label), node.type, kind.zh if kind else node.type,
        "；".join(one_line(alias) for alias in node.aliases), node.code or "", node.generic, node.articles, degree,
        0.0, 0.0, size, kind.rgb if kind else _UNKNOWN,
    )  # fmt: skip


def _edges(graph: Graph, keys: Set[str], schema: Schema) -> Iterator[DrawnEdge]:
    seen: tuple[str, str, str] | None = None
    for edge in graph.edges():
        if edge.source not in keys or edge.target not in keys:
            continue
        ends = (edge.source, edge.predicate, edge.target)
        kind = _kind(edge) if ends == seen else edge.predicate
        seen = ends
        yield DrawnEdge(
            edge.id, edge.source, edge.target, relation_label(edge.predicate, edge.role, edge.former, schema),
            edge.predicate, kind, one_line(edge.role or ""), edge.former, edge.weight, round(edge.confidence, 3),
        )  # fmt: skip


def _kind(edge: GraphEdge) -> str:
    parts = [edge.predicate, one_line(edge.role or ""), "former" if edge.former else ""]
    return " ".join(part for part in parts if part)
