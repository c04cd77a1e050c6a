"""Scores graphs against gold graphs: precision, recall and F1 for each type of node and each predicate.

The rules are those of the annotation standard (“Scoring”): nodes match on type and on label or alias; edges on predicate and both
ends, whichever way round for the symmetric ones. What the gold marks `optional` (and every edge at an optional node) is
neither asked for nor counted as wrong. Sums are over all articles (micro).
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.schema import default_schema

__all__ = ["Graph", "Pair", "Score", "match_nodes", "pair", "read_gold", "read_graphs", "score", "table"]

Graph = Mapping[str, Any]
"""One article with its nodes and edges, as the gold files hold it and as `kg extract` writes it."""
Pair = tuple[Graph, Graph]
"""A gold article, and what was found for it."""

_UNSCORED = frozenset({"mentions", "author_of"})
_QUOTES = frozenset("“”‘’\"'《》〈〉「」『』（）()·•・")
_NOTHING: Graph = {"id": "", "nodes": (), "edges": ()}


@dataclass(slots=True)
class Score:
    """What was found of what the gold asks for. `counts` has (``node`` or ``edge``, type or predicate, ``tp|fp|fn``);
    `roles` how many of the roles of found affiliations are right, of how many; `errors` are readable lines.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    roles: tuple[int, int] = (0, 0)
    errors: list[str] = field(default_factory=list)

    def figures(self, part: str, name: str | None = None) -> tuple[float, float, float]:
        """Precision, recall and F1 of ``node`` or ``edge``, of one type or predicate or of all; 1 where there is nothing."""
        right, wrong, missed = (
            sum(n for (p, kind, what), n in self.counts.items() if p == part and what == w and name in (None, kind))
            for w in ("tp", "fp", "fn")
        )
        if not right + wrong + missed:
            return 1.0, 1.0, 1.0
        return right / max(1, right + wrong), right / max(1, right + missed), 2 * right / (2 * right + wrong + missed)


def read_gold(path: Path) -> list[Graph]:
    """The gold articles of a file with ``{"articles": […]}``, of a folder with one article a file, or of JSON lines.

    Raises InputError.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    found: list[Graph] = []
    for file in files:
        if file.suffix == ".jsonl":
            found += read_graphs(file)
            continue
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise InputError(f"no gold can be read: {error}", where=file, remedy="pass a gold .json file, or a folder") from error
        found += data["articles"] if isinstance(data, dict) and "articles" in data else [data]
    bad = next((g for g in found if not isinstance(g, dict) or not {"id", "nodes", "edges"} <= g.keys()), None)
    if bad is not None or not found:
        raise InputError("no gold graphs in it", where=path, remedy="an article needs id, nodes and edges")
    return found


def read_graphs(path: Path) -> list[Graph]:
    """The graphs that `kg extract` wrote, one a line. Raises InputError."""
    graphs: list[Graph] = []
    remedy = "pass what kg extract wrote"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=path, remedy=remedy) from error
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                graphs.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise InputError("no JSON", where=path, line=number, remedy=remedy) from error
    return graphs


def pair(gold: Sequence[Graph], found: Sequence[Graph]) -> list[Pair]:
    """Each gold article with its graph: by id when all ids agree, else by title when any does, else by order.

    A gold article without a graph is paired with nothing, and a graph without a gold article too.
    Raises InputError when the numbers differ and neither ids nor titles agree.
    """
    by_id = {str(graph.get("id")): graph for graph in found}
    if all(str(one["id"]) in by_id for one in gold):
        return [(one, by_id[str(one["id"])]) for one in gold]
    by_title = {_norm(graph["title"]): graph for graph in found if graph.get("title")}
    if any(one.get("title") and _norm(one["title"]) in by_title for one in gold):
        pairs = [(one, by_title.get(_norm(one["title"]), _NOTHING) if one.get("title") else _NOTHING) for one in gold]
        used = {id(graph) for _, graph in pairs}
        return [*pairs, *((_NOTHING, graph) for graph in found if id(graph) not in used)]
    if len(gold) != len(found):
        raise InputError(f"{len(gold)} gold articles, {len(found)} graphs, and no ids or titles agree")
    return list(zip(gold, found, strict=True))


def score(pairs: Sequence[Pair]) -> Score:
    """The scores of all pairs together."""
    total = Score()
    for gold, found in pairs:
        _score_one(gold, found, total)
    return total


def table(total: Score) -> Iterator[str]:
    """The lines of a table: each type and predicate, then all nodes, all edges, and the roles."""
    for part in ("node", "edge"):
        for name in [*sorted({kind for p, kind, _ in total.counts if p == part}), None]:
            precision, recall, f1 = total.figures(part, name)
            counts = " ".join(
                f"{what} {sum(n for (p, kind, w), n in total.counts.items() if p == part and w == what and name in (None, kind))}"
                for what in ("tp", "fp", "fn")
            )
            yield f"{part} {name or 'ALL':<16} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}   {counts}"
    yield f"roles right on found affiliations: {total.roles[0]}/{total.roles[1]}"


def _norm(name: str) -> str:
    text = unicodedata.normalize("NFKC", name or "")
    return "".join(char for char in text if char not in _QUOTES and not char.isspace())


def _names(node: Mapping[str, Any]) -> set[str]:
    return {_norm(name) for name in (node["label"], *node.get("aliases", ()))}


def match_nodes(gold: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Which gold node each found node is, by their ids: equal labels first, then a label among the other's names."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for exact in (True, False):
        for node in found:
            for asked in gold:
                if node["id"] in pairs or asked["id"] in taken or node["type"] != asked["type"]:
                    continue
                one, other = _norm(node["label"]), _norm(asked["label"])
                if one == other or (not exact and (one in _names(asked) or other in _names(node))):
                    pairs[node["id"]] = asked["id"]
                    taken.add(asked["id"])
    return pairs


def _score_one(gold: Graph, found: Graph, total: Score) -> None:
    where = gold["id"] or found["id"]
    known = default_schema().types.keys() - {"Article"}
    nodes = [node for node in found["nodes"] if node["type"] in known]
    matched = match_nodes(gold["nodes"], nodes)
    hit = set(matched.values())
    for node in gold["nodes"]:
        if not node.get("optional"):
            total.counts["node", node["type"], "tp" if node["id"] in hit else "fn"] += 1
            if node["id"] not in hit:
                total.errors.append(f"{where} missed {node['type']} {node['label']}")
    for node in nodes:
        if node["id"] not in matched:
            total.counts["node", node["type"], "fp"] += 1
            total.errors.append(f"{where} wrong  {node['type']} {node['label']}")
    _score_edges(gold, found, {node["id"]: matched.get(node["id"], f"?{node['label']}") for node in nodes}, total)


def _score_edges(gold: Graph, found: Graph, ends: Mapping[str, str], total: Score) -> None:
    labels = {node["id"]: node["label"] for node in gold["nodes"]}
    optional = {node["id"] for node in gold["nodes"] if node.get("optional")}
    free: dict[tuple[str, str, str], bool] = {}
    asked_roles: dict[tuple[str, str, str], set[str]] = {}
    for edge in gold["edges"]:
        key = _key(edge["source"], edge["predicate"], edge["target"])
        spare = bool(edge.get("optional")) or bool(optional & {edge["source"], edge["target"]})
        free[key] = free.get(key, True) and spare
        if edge["predicate"] == "affiliated_with" and not spare:
            asked_roles.setdefault(key, set()).add(_norm(edge.get("properties", {}).get("role", "")))
    seen: dict[tuple[str, str, str], set[str]] = {}
    for edge in found["edges"]:
        if edge["predicate"] not in _UNSCORED and edge["source"] in ends and edge["target"] in ends:
            key = _key(ends[edge["source"]], edge["predicate"], ends[edge["target"]])
            seen.setdefault(key, set()).add(_norm((edge.get("properties") or {}).get("role", "")))
    where = gold["id"] or found["id"]
    for key in [*free, *(key for key in seen if key not in free)]:
        what = "fp" if key not in free else "tp" if key in seen else "fn"
        if what != "fp" and free[key]:
            continue
        total.counts["edge", key[1], what] += 1
        if what != "tp":
            source, target = (labels.get(end, end) for end in (key[0], key[2]))
            total.errors.append(f"{where} {'missed' if what == 'fn' else 'wrong '} {source} —{key[1]}→ {target}")
    for key, asked in asked_roles.items():
        if key in seen:
            got = {role for role in seen[key] if role}
            right = sum(any(a.endswith(role) or role.endswith(a) for role in got) for a in asked)
            total.roles = (total.roles[0] + right, total.roles[1] + len(asked))


def _key(source: str, predicate: str, target: str) -> tuple[str, str, str]:
    if default_schema().predicates[predicate].symmetric and target < source:
        source, target = target, source
    return source, predicate, target
