"""Scores a graph of `kg extract` against a gold graph by the rules of the annotation standard.

Nodes match on type and on label or alias; edges on predicate and both ends, whichever way round for the symmetric ones.
What the gold marks `optional` (and every edge at an optional node) is neither asked for nor counted as wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.schema import default_schema

__all__ = ["Score", "score"]

Graph = Mapping[str, Any]
"""One article with its nodes and edges, as the gold files hold it and as `kg extract` writes it."""

_UNSCORED = frozenset({"mentions", "author_of"})
_QUOTES = frozenset("“”‘’\"'《》〈〉「」『』（）()·•・")


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of what the gold asks for; `missed` and `wrong` are readable lines."""

    right: int = 0
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.missed + other.missed, self.wrong + other.wrong)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was asked for and nothing found."""
        total = 2 * self.right + len(self.missed) + len(self.wrong)
        return 2 * self.right / total if total else 1.0


def score(gold: Graph, found: Graph) -> tuple[Score, Score]:
    """The scores of the nodes and of the edges of one article."""
    matched = _matched(gold["nodes"], found["nodes"])
    return _nodes(gold, found, matched), _edges(gold, found, matched)


def _norm(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    return "".join(char for char in text if char not in _QUOTES and not char.isspace())


def _names(node: Mapping[str, Any]) -> set[str]:
    return {_norm(name) for name in (node["label"], *node.get("aliases", ()))}


def _matched(gold: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Which gold node each found node is, by their ids: equal labels first, then a label among the other's names."""
    pairs: dict[str, str] = {}
    for exact in (True, False):
        for node in found:
            for asked in gold:
                if node["id"] in pairs or asked["id"] in pairs.values() or node["type"] != asked["type"]:
                    continue
                one, other = _norm(node["label"]), _norm(asked["label"])
                if one == other or (not exact and (one in _names(asked) or other in _names(node))):
                    pairs[node["id"]] = asked["id"]
    return pairs


def _nodes(gold: Graph, found: Graph, matched: Mapping[str, str]) -> Score:
    hit = set(matched.values())
    asked = {node["id"]: f"{node['type']} {node['label']}" for node in gold["nodes"] if not node.get("optional")}
    return Score(
        len(hit & asked.keys()),
        tuple(line for key, line in asked.items() if key not in hit),
        tuple(f"{node['type']} {node['label']}" for node in found["nodes"] if node["id"] not in matched),
    )


def _edges(gold: Graph, found: Graph, matched: Mapping[str, str]) -> Score:
    labels = {node["id"]: node["label"] for node in gold["nodes"]}
    optional = {node["id"] for node in gold["nodes"] if node.get("optional")}
    free: dict[tuple[str, str, str], bool] = {}
    for edge in gold["edges"]:
        key = _key(edge["source"], edge["predicate"], edge["target"])
        spare = bool(edge.get("optional")) or bool(optional & {edge["source"], edge["target"]})
        free[key] = free.get(key, True) and spare
    ends = {node["id"]: matched.get(node["id"], f"?{node['label']}") for node in found["nodes"]}
    seen = {
        _key(ends[edge["source"]], edge["predicate"], ends[edge["target"]])
        for edge in found["edges"]
        if edge["predicate"] not in _UNSCORED
    }
    asked = {key for key, spare in free.items() if not spare}

    def line(key: tuple[str, str, str]) -> str:
        return f"{labels.get(key[0], key[0])} —{key[1]}→ {labels.get(key[2], key[2])}"

    return Score(
        len(asked & seen), tuple(map(line, sorted(asked - seen))), tuple(map(line, sorted(seen - free.keys())))
    )


def _key(source: str, predicate: str, target: str) -> tuple[str, str, str]:
    if default_schema().predicates[predicate].symmetric and target < source:
        source, target = target, source
    return source, predicate, target
