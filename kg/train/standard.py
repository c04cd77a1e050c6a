"""What the standard asks of an annotated article as a whole: labels, chains of places, bodies, generic nodes, repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kg.schema import default_schema
from kg.train.annotation import AnnotatedEdge, AnnotatedMention, AnnotatedNode

__all__ = ["check_edges", "check_places", "unmarked"]

Found = tuple[int, str, str]
"""(line of the file, or offset in the text; what is wrong; remedy)."""

_RANKS = (
    (5, ("省", "自治区")),
    (4, ("市", "自治州", "盟")),
    (3, ("县", "区", "旗")),
    (2, ("镇", "乡", "街道", "苏木")),
    (1, ("村", "社区", "嘎查", "居民区")),
)


def _rank(label: str) -> int:
    """The level of a division by its ending, 5 (province) to 1 (village); 0 when the ending tells nothing."""
    ends = [(len(end), rank) for rank, endings in _RANKS for end in endings if label.endswith(end) and label != end]
    return max(ends)[1] if ends else 0


def check_edges(nodes: Mapping[str, AnnotatedNode], edges: Sequence[tuple[int, AnnotatedEdge]]) -> Iterator[Found]:
    """Repeats, places that lie in two places or skip a level, and generic nodes that no edge needs. Offsets are lines."""
    seen: dict[tuple[object, ...], int] = {}
    predicates = default_schema().predicates
    within: dict[str, list[tuple[int, str]]] = {}
    for line, edge in edges:
        ends: tuple[str, ...] = (edge.source, edge.target)
        if predicates[edge.predicate].symmetric:
            ends = tuple(sorted(ends))
        key = (edge.predicate, ends, edge.properties.get("role"))
        if key in seen:
            yield line, f"the fact of line {seen[key]} again", "write each fact once, a symmetric one either way"
        seen[key] = line
        if edge.predicate == "located_in" and not edge.optional:
            within.setdefault(edge.source, []).append((line, edge.target))
    for source, targets in within.items():
        direct = {target for _, target in targets}
        for line, target in targets:
            lower = next((t for t in sorted(direct) if target in _above(t, within)), None)
            if lower is not None:
                what = f"{nodes[source].label} lies in {nodes[lower].label} already, which leads up to this place"
                yield line, what, "each level points to the next one up only: remove this line"
        if nodes[source].type == "Place" and len(direct) > 1 and all(_rank(nodes[n].label) for n in [source, *direct]):
            yield (
                targets[-1][0],
                f"{nodes[source].label} lies in two places",
                "keep the right one, or mark one optional (?)",
            )
        if source in _above(source, within):
            yield targets[0][0], f"{nodes[source].label} lies in itself", "turn one of the lines round"


def _above(start: str, within: Mapping[str, Sequence[tuple[int, str]]]) -> set[str]:
    """All that a node lies in, over any number of steps."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for _, target in within.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def check_places(
    nodes: Mapping[str, AnnotatedNode], mentions: Sequence[AnnotatedMention], edges: Sequence[AnnotatedEdge]
) -> Iterator[Found]:
    """Chains without their ``located_in``, and bodies that do not lie in the place that their name begins with. Offsets."""
    lies = {(e.source, e.target) for e in edges if e.predicate == "located_in"}
    located = {source for source, _ in lies}
    told: set[tuple[str, str]] = set()
    names = [m for m in mentions if m.kind == "name"]
    for upper, lower in pairwise(names):
        pair = (lower.nodes[0], upper.nodes[0])
        if upper.end != lower.start or upper.type != "Place" or lower.type != "Place" or pair in lies or pair in told:
            continue
        high, low = nodes[upper.nodes[0]], nodes[lower.nodes[0]]
        if _rank(high.label) > _rank(low.label) > 0:
            told.add(pair)
            yield (
                lower.start,
                f"the chain {high.label}‖{low.label} has no fact",
                f"add {low.label} | located_in | {high.label}",
            )
    divisions = sorted((n.label for n in nodes.values() if n.type == "Place" and _rank(n.label)), key=len, reverse=True)
    for mention in names:
        body = nodes[mention.nodes[0]]
        if body.type != "Organization" or body.id in located:
            continue
        place = next((label for label in divisions if body.label.startswith(label) and body.label != label), None)
        if place is not None:
            located.add(body.id)
            remedy = (
                f"add {body.label} | located_in | the lowest place of its name (? in front when it does not lie there)"
            )
            yield mention.start, f"{body.label} begins with {place} and lies nowhere", remedy


def unmarked(text: str, forms: Sequence[str], covered: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """Names of the article that stand in the text without a mark; the first of each form. Offsets."""
    inside = bytearray(len(text))
    for start, end in covered:
        inside[start:end] = b"\x01" * (end - start)
    for form in sorted({form for form in forms if len(form) > 1}):
        for found in re.finditer(re.escape(form), text):
            if not any(inside[found.start() : found.end()]):
                remedy = f"mark it; where it is no name write [{form}:-] (or the whole word that holds it)"
                yield found.start(), f"“{form}” is a name elsewhere in this article and stands unmarked here", remedy
                break
