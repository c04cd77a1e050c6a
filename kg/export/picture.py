"""The network as an SVG picture, made from the layout alone: the same bytes every time, no drawing program."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from kg.export.network import DrawnEdge, DrawnNode, Network, draw
from kg.export.terms import check_base
from kg.export.xml import number
from kg.schema import default_schema
from kg.store.model import Graph

__all__ = ["svg", "write"]

_FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_MARGIN = 24.0
# A name is written where it covers no other one; more than so many would be a grey wall.
_LABELS = 400


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes ``graph.svg``: the whole network on white, with a legend."""
    check_base(base)
    picture = svg(draw(graph), legend=True)
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + picture + "\n", "utf-8", newline="\n")


def svg(network: Network, *, limit: int = 1500, legend: bool = False) -> str:
    """An ``<svg>`` element: edges, nodes with their title, and as many names as fit without covering each other.

    Beyond `limit` nodes only those with most facts are drawn. The element scales to the room it is given.
    """
    ranked = sorted(network.nodes, key=lambda node: (-node.degree, node.key))[:limit]
    if not ranked:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" class="network"></svg>'
    left = min(node.x - node.size for node in ranked) - _MARGIN
    top = min(node.y - node.size for node in ranked) - _MARGIN
    width = max(node.x + node.size for node in ranked) + _MARGIN - left
    height = max(node.y + node.size for node in ranked) + _MARGIN - top
    # Names stay readable whatever the size of the picture: 1/75 of its width, and not smaller than the nodes ask for.
    font = max(11.0, min(width, height * 1.6) / 75)
    bottom = font * 2.4 if legend else 0.0
    shown = {node.key: node for node in ranked}
    edges = [edge for edge in network.edges if edge.source in shown and edge.target in shown]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" font-family="{_FONT}" '
        f'viewBox="{number(left)} {number(top)} {number(width)} {number(height + bottom)}">'
    ]
    if legend:
        frame = (
            f'x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(height + bottom)}"'
        )
        parts.append(f'<rect {frame} fill="#fff"/>')
    parts.append(
        f'<g stroke="#8a94a0" stroke-opacity=".45">{"".join(_line(edge, shown) for edge in edges)}</g>'
    )
    parts += [_circle(node) for node in reversed(ranked)]
    parts.append(_names(ranked, font))
    if legend:
        parts.append(_legend(ranked, left + _MARGIN, top + height + font, font))
    return "\n".join([*parts, "</svg>"])


def _line(edge: DrawnEdge, shown: dict[str, DrawnNode]) -> str:
    a, b = shown[edge.source], shown[edge.target]
    width = number(min(4.0, 0.8 + 0.6 * (edge.weight - 1)))
    dash = ' stroke-dasharray="4 3"' if edge.former else ""
    ends = f'x1="{number(a.x)}" y1="{number(a.y)}" x2="{number(b.x)}" y2="{number(b.y)}"'
    title = escape(f"{a.label} — {edge.label} → {b.label}", quote=False)
    return f'<line {ends} stroke-width="{width}"{dash}><title>{title}</title></line>'


def _circle(node: DrawnNode) -> str:
    # What is only a common noun is drawn hollow.
    fill = "#fff" if node.generic else node.colour
    title = escape(f"{node.label}（{node.type_zh}）", quote=False)
    return (
        f'<circle data-key="{escape(node.key)}" cx="{number(node.x)}" cy="{number(node.y)}" '
        f'r="{number(node.size / 2)}" '
        f'fill="{fill}" stroke="{node.colour if node.generic else "#fff"}" stroke-width="1.2">'
        f"<title>{title}</title></circle>"
    )


def _names(ranked: Sequence[DrawnNode], font: float) -> str:
    """Names below their nodes, the most important first; one that would cover another is left to its title."""
    taken: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    cell = font * 12
    written = []
    for node in ranked:
        size = font * (1.0 + min(0.6, node.degree / 40))
        label = node.label if len(node.label) <= 14 else node.label[:13] + "…"
        half = size * sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in label) / 2
        y = node.y + node.size / 2 + size * 0.98
        box = (node.x - half, y - size * 0.9, node.x + half, y + size * 0.2)
        cells = [
            (i, j)
            for i in range(int(box[0] // cell), int(box[2] // cell) + 1)
            for j in range(int(box[1] // cell), int(box[3] // cell) + 1)
        ]
        others = (other for where in cells for other in taken.get(where, ()))
        if any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others):
            continue
        for where in cells:
            taken.setdefault(where, []).append(box)
        text = escape(label, quote=False)
        written.append(f'<text x="{number(node.x)}" y="{number(y)}" font-size="{number(size)}">{text}</text>')
        if len(written) == _LABELS:
            break
    halo = 'stroke="#fff" stroke-width="3" stroke-opacity=".85" stroke-linejoin="round" paint-order="stroke"'
    return f'<g text-anchor="middle" fill="#1d2733" {halo} pointer-events="none">{"".join(written)}</g>'


def _legend(ranked: Sequence[DrawnNode], x: float, y: float, font: float) -> str:
    present = {node.type for node in ranked}
    parts = []
    for kind in default_schema().types.values():
        if kind.name in present:
            parts.append(
                f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(font * 0.4)}" fill="{kind.colour}"/>'
            )
            at = f'x="{number(x + font * 0.7)}" y="{number(y + font * 0.35)}"'
            parts.append(f'<text {at} font-size="{number(font)}" fill="#1d2733">{kind.zh} {kind.en}</text>')
            x += font * (len(kind.zh) + 0.6 * len(kind.en) + 3)
    return "".join(parts)
