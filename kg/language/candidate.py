"""A candidate: a stretch of text that one voice takes for a name, with the weight of that voice."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Candidate"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text[start:end]` may be a name of `type`.

    `label` is the name as a node would bear it; `voice` says which clue found it; `score` between 0 and 1 is how often such a
    clue is right.
    """

    start: int
    end: int
    type: str
    label: str
    voice: str
    score: float
