"""``graph.graphml``: the network for Gephi, Gephi Lite, yEd, networkx, igraph.

Articles and what they mention are not in it, only the entities and their relations (see `kg.export.network`). Gephi
knows the keys label, x, y, size, r, g, b of a node and label, weight of an edge by their names; Gephi Lite tells a
node's attributes from an edge's by ``for``, so no key is for both; every node has every key, no value is ever missing.
"""

from __future__ import annotations

from pathlib import Path

from kg.export.network import DrawnEdge, DrawnNode, draw
from kg.export.terms import check_base
from kg.export.xml import attribute
from kg.store.model import Graph

__all__ = ["write"]

_NODE_KEYS = {
    "label": "string", "type": "string", "type_zh": "string", "aliases": "string", "code": "string",
    "generic": "boolean", "articles": "int", "degree": "int", "x": "double", "y": "double", "size": "double",
    "r": "int", "g": "int", "b": "int",
}  # fmt: skip
_EDGE_KEYS = {
    "label": "string", "kind": "string", "role": "string", "former": "boolean", "weight": "double",
    "confidence": "double",
}  # fmt: skip
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the file. Nodes bear the keys of the graph as their ids; `base` is checked, but no IRI occurs."""
    check_base(base)
    network = draw(graph)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for which, prefix, keys in (("node", "n", _NODE_KEYS), ("edge", "e", _EDGE_KEYS)):
            for name, kind in keys.items():
                file.write(
                    f'<key id="{prefix}_{name}" for="{which}" attr.name="{name}" attr.type="{kind}"/>\n'
                )
        file.write('<graph id="kg" edgedefault="directed">\n')
        for node in network.nodes:
            file.write(f'<node id="{attribute(node.key)}">{_node_data(node)}</node>\n')
        for edge in network.edges:
            ends = f'source="{attribute(edge.source)}" target="{attribute(edge.target)}"'
            file.write(f'<edge id="{attribute(edge.id)}" {ends}>{_edge_data(edge)}</edge>\n')
        file.write("</graph>\n</graphml>\n")


def _node_data(node: DrawnNode) -> str:
    red, green, blue = node.rgb
    values: dict[str, str | bool | int | float] = {
        "label": node.label, "type": node.type, "type_zh": node.type_zh, "aliases": node.aliases, "code": node.code,
        "generic": node.generic, "articles": node.articles, "degree": node.degree, "x": node.x, "y": node.y,
        "size": node.size, "r": red, "g": green, "b": blue,
    }  # fmt: skip
    return "".join(f'<data key="n_{name}">{attribute(values[name])}</data>' for name in _NODE_KEYS)


def _edge_data(edge: DrawnEdge) -> str:
    values: dict[str, str | bool | int | float] = {
        "label": edge.label, "kind": edge.predicate, "role": edge.role, "former": edge.former, "weight": edge.weight,
        "confidence": edge.confidence,
    }  # fmt: skip
    return "".join(f'<data key="e_{name}">{attribute(values[name])}</data>' for name in _EDGE_KEYS)
