"""``graph.gexf``: the network for Gephi and Gephi Lite, as GEXF 1.3 with colours, places and sizes.

Articles and what they mention are not in it, only the entities and their relations (see `kg.export.network`). The
``kind`` of an edge keeps parallel relations apart, which Gephi would merge otherwise; the attribute of that name is the
bare predicate, to filter by. (It is not called ``type``: that word is GEXF's own for directed or undirected.)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.export.network import DrawnEdge, DrawnNode, draw
from kg.export.terms import check_base
from kg.export.xml import attribute, number
from kg.store.model import Graph

__all__ = ["write"]

_NODE_KEYS = {
    "type": "string", "type_zh": "string", "aliases": "string", "code": "string", "generic": "boolean",
    "articles": "integer", "degree": "integer",
}  # fmt: skip
_EDGE_KEYS = {"kind": "string", "role": "string", "former": "boolean", "confidence": "double"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
<meta><creator>kg</creator><description>新闻知识图谱</description></meta>
<graph mode="static" defaultedgetype="directed" idtype="string">
"""


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the file. Nodes bear the keys of the graph as their ids; `base` is checked, but no IRI occurs."""
    check_base(base)
    network = draw(graph)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for which, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
            file.write(f'<attributes class="{which}" mode="static">\n')
            for name, kind in keys.items():
                file.write(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n')
            file.write("</attributes>\n")
        file.write("<nodes>\n")
        file.writelines(_node(node) for node in network.nodes)
        file.write("</nodes>\n<edges>\n")
        file.writelines(_edge(edge) for edge in network.edges)
        file.write("</edges>\n</graph>\n</gexf>\n")


def _node(node: DrawnNode) -> str:
    values: dict[str, str | bool | int | float] = {
        "type": node.type, "type_zh": node.type_zh, "aliases": node.aliases, "code": node.code, "generic": node.generic,
        "articles": node.articles, "degree": node.degree,
    }  # fmt: skip
    red, green, blue = node.rgb
    return (
        f'<node id="{attribute(node.key)}" label="{attribute(node.label)}">{_values(values)}'
        f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
        f'<viz:position x="{number(node.x)}" y="{number(node.y)}" z="0"/>'
        f'<viz:size value="{number(node.size)}"/></node>\n'
    )


def _edge(edge: DrawnEdge) -> str:
    values: dict[str, str | bool | int | float] = {
        "kind": edge.predicate, "role": edge.role, "former": edge.former, "confidence": edge.confidence,
    }  # fmt: skip
    ends = f'source="{attribute(edge.source)}" target="{attribute(edge.target)}"'
    head = f'id="{attribute(edge.id)}" {ends} type="directed" kind="{attribute(edge.kind)}"'
    return f'<edge {head} label="{attribute(edge.label)}" weight="{edge.weight}">{_values(values)}</edge>\n'


def _values(values: Mapping[str, str | bool | int | float]) -> str:
    inner = "".join(f'<attvalue for="{name}" value="{attribute(value)}"/>' for name, value in values.items())
    return f"<attvalues>{inner}</attvalues>"
