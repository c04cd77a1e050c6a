"""Fits scores to how often they are right (Platt 1999, “Probabilistic outputs for support vector machines”)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

__all__ = ["platt"]


def platt(scores: Iterable[float], right: Iterable[bool]) -> tuple[float, float]:
    """Slope and shift of the log-odds of `scores` (between 0 and 1) for which they say how often what they stand for is right.

    The targets are Platt's, a little inside 0 and 1, so that scores without a mistake have a finite slope.
    """
    held = np.fromiter(scores, float).clip(1e-6, 1.0 - 1e-6)
    y = np.fromiter(right, float)
    y = np.where(y > 0, (y.sum() + 1) / (y.sum() + 2), 1 / (len(y) - y.sum() + 2))
    x, slope, shift = np.log(held / (1.0 - held)), 1.0, 0.0
    for _ in range(100):  # Newton's method; a short step, for the first ones may lead far off
        odds = np.clip(slope * x + shift, -50.0, 50.0)
        p = 1.0 / (1.0 + np.exp(-odds))
        weight = p * (1.0 - p) + 1e-9
        gradient = np.array([((p - y) * x).sum(), (p - y).sum()])
        hessian = np.array([[(weight * x * x).sum() + 1e-3, (weight * x).sum()], [(weight * x).sum(), weight.sum() + 1e-3]])
        step = np.linalg.solve(hessian, gradient)
        slope, shift = np.array([slope, shift]) - step / max(1.0, float(np.abs(step).max()))
    return round(float(slope), 4), round(float(shift), 4)
