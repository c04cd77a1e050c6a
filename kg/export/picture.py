"""The network as an SVG picture, made from the layout alone: the same bytes every time, no drawing program."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from kg.export.network import DrawnEdge, DrawnNode, Network, draw, focus
from kg.export.terms import check_base
from kg.export.xml import number
from kg.schema import default_schema
from kg.store.model import Graph

__all__ = ["svg", "write"]

_FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
# A name is written where it covers no other one; more than so many would be a grey wall.
_LABELS = 400
_Box = tuple[float, float, float, float]


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes ``graph.svg``: the whole network on white, with a legend."""
    check_base(base)
    picture = svg(draw(graph), legend=True)
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + picture + "\n", "utf-8", newline="\n")


def svg(network: Network, *, limit: int = 1500, legend: bool = False) -> str:
    """An ``<svg>`` element: edges, nodes with their title, and as many names as fit without covering each other.

    Of more than `limit` nodes only those with most facts are drawn, laid out by themselves. The element scales to the
    room it is given.
    """
    network = focus(network, limit)
    ranked = sorted(network.nodes, key=lambda node: (-node.degree, node.key))
    if not ranked:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" class="network"></svg>'
    left, right = min(node.x - node.size for node in ranked), max(node.x + node.size for node in ranked)
    top, low = min(node.y - node.size for node in ranked), max(node.y + node.size for node in ranked)
    # Names come out at about 12 pixels where the picture fills a wide window; the outer ones need room at the sides.
    font = 12 * max((right - left) / 1150, (low - top) / 680, 0.7)
    left, top = left - 5 * font, top - 2 * font
    width, height = right + 5 * font - left, low + 2 * font - top
    bottom = font * 2.4 if legend else 0.0
    shown = {node.key: node for node in ranked}
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
        f'<g stroke="#5f6b78" stroke-opacity=".7">{"".join(_line(edge, shown) for edge in network.edges)}</g>'
    )
    parts += [_circle(node) for node in reversed(ranked)]
    parts.append(_names(ranked, font, (left, left + width)))
    if legend:
        parts.append(_legend(ranked, left + 2 * font, top + height + font, font))
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


def _names(ranked: Sequence[DrawnNode], font: float, sides: tuple[float, float]) -> str:
    """Names at their nodes, the most important first; one that would cover another or a node is left to its title."""
    taken = _Boxes(font * 10)
    for node in ranked:
        reach = node.size * 0.45
        taken.add((node.x - reach, node.y - reach, node.x + reach, node.y + reach))
    written = []
    names = _Boxes(font * 10)
    for rank, node in enumerate(ranked):
        size = font * (1.0 + min(0.5, node.degree / 60))
        label = node.label if len(node.label) <= 14 else node.label[:13] + "…"
        long = size * sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in label)
        away = node.size / 2 + size * 0.15
        # Below, above, to the right, to the left: the left end and the baseline of the name.
        spots = (
            (node.x - long / 2, node.y + away + size * 0.85), (node.x - long / 2, node.y - away - size * 0.15),
            (node.x + away, node.y + size * 0.35), (node.x - away - long, node.y + size * 0.35),
        )  # fmt: skip
        boxes = [(x, y - size * 0.85, x + long, y + size * 0.15) for x, y in spots]
        inside = [i for i, box in enumerate(boxes) if sides[0] <= box[0] and box[2] <= sides[1]]
        free = [i for i in inside if not taken.hits(boxes[i])]
        if not free and rank < len(ranked) / 25:  # the names that matter most may cover a lesser node
            free = [i for i in inside if not names.hits(boxes[i])]
        if free:
            x, y = spots[free[0]]
            taken.add(boxes[free[0]])
            names.add(boxes[free[0]])
            at = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
            written.append(f"<text {at}>{escape(label, quote=False)}</text>")
        if len(written) == _LABELS:
            break
    halo = 'stroke="#fff" stroke-width="3" stroke-opacity=".85" stroke-linejoin="round" paint-order="stroke"'
    return f'<g fill="#1d2733" {halo} pointer-events="none">{"".join(written)}</g>'


class _Boxes:
    """Rectangles (left, top, right, bottom) that may not be covered again."""

    def __init__(self, cell: float) -> None:
        self._cell = cell
        self._boxes: dict[tuple[int, int], list[_Box]] = {}

    def add(self, box: _Box) -> None:
        for where in self._cells(box):
            self._boxes.setdefault(where, []).append(box)

    def hits(self, box: _Box) -> bool:
        left, top, right, bottom = box
        near = (other for where in self._cells(box) for other in self._boxes.get(where, ()))
        return any(left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in near)

    def _cells(self, box: _Box) -> list[tuple[int, int]]:
        left, top, right, bottom = (int(side // self._cell) for side in box)
        return [(i, j) for i in range(left, right + 1) for j in range(top, bottom + 1)]


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
