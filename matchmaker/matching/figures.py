"""The figures of a result: what is compared between two results of a round."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.keeping import UNITS, units_of
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import PARTS
from matchmaker.matching.solving import Problem

Array = NDArray[Any]


@dataclass(frozen=True)
class Figures:
    """How good a result is."""

    total: float
    """Sum of the scores of all pairs."""
    served: int
    """Needs with at least one offer."""
    pairs: int
    worst: float | None
    """Lowest value among the served needs, the best score of its pairs; None if none is served."""
    criteria: dict[str, float]
    """Criterion -> what it adds to the total; they sum to it within 1e-9 a pair."""


def figures_of(problem: Problem, pairs: Array) -> Figures:
    """Return the figures of some pairs of a round, shape (n_pairs, 2)."""
    units = units_of(problem.scores, pairs)
    values = values_of(problem, pairs)
    return Figures(
        total=int(units.sum()) / UNITS,
        served=len(values),
        pairs=len(pairs),
        worst=min(values.values()) if values else None,
        criteria=_criteria(problem, pairs),
    )


def values_of(problem: Problem, pairs: Array) -> dict[int, float]:
    """Return the best score of each served need, by row."""
    values: dict[int, float] = {}
    units = units_of(problem.scores, pairs)
    for row, score in zip(pairs[:, 0].tolist(), (units / UNITS).tolist(), strict=True):
        values[row] = max(score, values.get(row, -np.inf))
    return values


def _criteria(problem: Problem, pairs: Array) -> dict[str, float]:
    """Sum what each criterion adds over all pairs."""
    if not len(pairs):
        return {kind.value: 0.0 for kind in PARTS}
    scores = score_pairs(problem.arrays, problem.settings, pairs[:, 0], pairs[:, 1])
    return {
        kind.value: round(float(sum(scores.parts[part].contribution.sum() for part in parts)), 9)
        for kind, parts in PARTS.items()
    }
