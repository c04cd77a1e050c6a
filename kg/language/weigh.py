"""The one place where the voices are weighed: overlapping candidates go in, names that do not overlap come out.

The best set is found by weighted interval scheduling (Kleinberg & Tardos, Algorithm Design, 6.1): the sum of
(score - THRESHOLD) x length is largest. Weighing by length lets a body win over the places in its name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from kg.language.candidate import Candidate

__all__ = ["THRESHOLD", "merge_voices", "weigh"]

THRESHOLD = 0.45
"""A candidate below this score is no name."""


def merge_voices(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each span and type; voices that agree add up: 1 - Π(1 - score)."""
    merged: dict[tuple[int, int, str], Candidate] = {}
    for candidate in candidates:
        key = (candidate.start, candidate.end, candidate.type)
        held = merged.get(key)
        if held is None:
            merged[key] = candidate
            continue
        if candidate.voice in held.voice.split("+"):
            best = max(held, candidate, key=lambda c: c.score)
            merged[key] = replace(best, voice=held.voice)
            continue
        best = held if held.score >= candidate.score else candidate
        together = 1.0 - (1.0 - held.score) * (1.0 - candidate.score)
        voices = "+".join(sorted({*held.voice.split("+"), *candidate.voice.split("+")}))
        merged[key] = replace(best, voice=voices, score=round(min(0.99, together), 3))
    return sorted(merged.values(), key=lambda c: (c.end, c.start, c.type))


def weigh(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The names: the set without overlap that weighs most, left to right."""
    ranked = [c for c in merge_voices(candidates) if c.score > THRESHOLD and c.end > c.start]
    ends = [c.end for c in ranked]
    best: list[float] = [0.0]
    for i, candidate in enumerate(ranked):
        before = bisect_right(ends, candidate.start, 0, i)
        best.append(max(best[i], _value(candidate) + best[before]))
    chosen, i = [], len(ranked)
    while i > 0:
        candidate = ranked[i - 1]
        before = bisect_right(ends, candidate.start, 0, i - 1)
        if best[i] > best[i - 1]:
            chosen.append(candidate)
            i = before
        else:
            i -= 1
    return chosen[::-1]


def _value(candidate: Candidate) -> float:
    return (candidate.score - THRESHOLD) * (candidate.end - candidate.start)
