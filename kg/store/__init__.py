"""The graph on disk: articles are added, the merged graph is read."""

from kg.store.model import (
    Graph,
    GraphArticle,
    GraphAuthor,
    GraphAuthorship,
    GraphEdge,
    GraphEvidence,
    GraphIndicator,
    GraphMention,
    GraphNode,
)
from kg.store.reading import GraphCounts, StoredGraph
from kg.store.store import GraphStore

__all__ = [
    "Graph",
    "GraphArticle",
    "GraphAuthor",
    "GraphAuthorship",
    "GraphCounts",
    "GraphEdge",
    "GraphEvidence",
    "GraphIndicator",
    "GraphMention",
    "GraphNode",
    "GraphStore",
    "StoredGraph",
]
