"""From parts to the score of a pair, with the interval that unknowns leave open."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.criteria import MEASURES, Measure
from matchmaker.matching.settings import PARTS, Settings
from matchmaker.vocabulary import Category, Criterion, Part, UnknownAs

Array = NDArray[Any]

DECIMALS = 9
"""Scores are rounded to the grid that `assign` counts in."""
_CHUNK = 1 << 17


@dataclass(frozen=True)
class PartScores:
    """One part of some pairs with what it adds to their scores."""

    measure: Measure
    taken: Array
    """The value that was counted; NaN where the part was left out."""
    weight: Array
    """Weight in the score after leaving out; 0 where the part was left out."""
    contribution: Array
    """weight x taken; the contributions of all parts sum to the score."""


@dataclass(frozen=True)
class PairScores:
    """Scores of some pairs; arrays of equal length."""

    score: Array
    low: Array
    high: Array
    criteria: dict[Criterion, Measure]
    parts: dict[Part, PartScores]


def criterion(measures: dict[Part, Measure], weights: dict[str, float], unknown_as: str) -> Measure:
    """Combine the parts of one criterion.

    Parameters
    ----------
    measures : dict of Part to Measure
        The parts of this criterion, for n pairs.
    weights : dict of part code to weight
    unknown_as : {'lower', 'renormalised', 'upper'}
        What is counted for a part that is not known.

    Returns
    -------
    Measure
        Weighted mean of the parts that apply. `value` is NaN where none is known (renormalised) or
        none applies.

    Notes
    -----
    low <= value <= high always: leaving out unknown parts moves the mean of the others by no more
    than counting those parts as 0 or as 1.
    """
    n = len(next(iter(measures.values())).value)
    value_sum, value_weight, low_sum, high_sum, weight_sum = np.zeros((5, n))
    for part, measure in measures.items():
        weight = np.where(measure.applies, weights[part.value], 0.0)
        taken = counted(measure, unknown_as)
        value_sum += weight * np.where(np.isnan(taken), 0.0, taken)
        value_weight += np.where(np.isnan(taken), 0.0, weight)
        low_sum += weight * measure.low
        high_sum += weight * measure.high
        weight_sum += weight
    return Measure(
        _quotient(value_sum, value_weight),
        np.nan_to_num(_quotient(low_sum, weight_sum), nan=0.0),
        np.nan_to_num(_quotient(high_sum, weight_sum), nan=1.0),
        weight_sum > 0,
    )


def counted(measure: Measure, unknown_as: str) -> Array:
    """Return the value that is counted for each pair; NaN = left out."""
    chosen = {
        UnknownAs.LOWER.value: measure.low,
        UnknownAs.UPPER.value: measure.high,
        UnknownAs.RENORMALISED.value: measure.value,
    }[unknown_as]
    return np.where(measure.applies, chosen, np.nan)


def context_bounds(
    arrays: Arrays, settings: Settings, rows: Array, columns: Array
) -> tuple[Array, Array]:
    """Return lower and upper end of context knowledge, for the rule of least knowledge."""
    kind = Criterion.CONTEXT
    measures = {part: MEASURES[part](arrays, rows, columns) for part in PARTS[kind]}
    whole = criterion(measures, settings.part_weights(kind), settings.unknown_as)
    return whole.low, whole.high


def score_pairs(arrays: Arrays, settings: Settings, rows: Array, columns: Array) -> PairScores:
    """Score pairs and keep every part: what explanations are made of.

    Returns
    -------
    PairScores
        `score` in [0, 1], rounded to 9 decimals; contributions sum to it within 1e-9.

    Notes
    -----
    score = sum over criteria of weight(category, criterion) x criterion. A criterion of which
    nothing is known is left out and the others are renormalised, as with parts; nothing known at
    all scores 0. The weights are those of the need's main category.
    """
    measures = {part: MEASURES[part](arrays, rows, columns) for part in MEASURES}
    criteria = {
        kind: criterion(
            {part: measures[part] for part in parts},
            settings.part_weights(kind),
            settings.unknown_as,
        )
        for kind, parts in PARTS.items()
    }
    weights = _criterion_weights(arrays, settings, rows)
    known = sum(
        np.where(np.isnan(criteria[kind].value), 0.0, weight) for kind, weight in weights.items()
    )
    score, low, high = _totals(criteria, weights, known)
    parts: dict[Part, PartScores] = {}
    for kind, codes in PARTS.items():
        share = np.where(np.isnan(criteria[kind].value), 0.0, _quotient(weights[kind], known))
        parts |= _contributions(codes, measures, settings, kind, np.nan_to_num(share))
    return PairScores(score, low, high, criteria, parts)


def scores_of(arrays: Arrays, settings: Settings, rows: Array, columns: Array) -> Array:
    """Return the scores alone, in pieces that keep memory small."""
    out = np.empty(len(rows))
    for start in range(0, len(rows), _CHUNK):
        piece = slice(start, start + _CHUNK)
        out[piece] = _scores(arrays, settings, rows[piece], columns[piece])
    return out


def _scores(arrays: Arrays, settings: Settings, rows: Array, columns: Array) -> Array:
    criteria = {}
    for kind, parts in PARTS.items():
        measures = {part: MEASURES[part](arrays, rows, columns) for part in parts}
        criteria[kind] = criterion(measures, settings.part_weights(kind), settings.unknown_as)
    weights = _criterion_weights(arrays, settings, rows)
    known = sum(
        np.where(np.isnan(criteria[kind].value), 0.0, weight) for kind, weight in weights.items()
    )
    return _totals(criteria, weights, known)[0]


def _criterion_weights(arrays: Arrays, settings: Settings, rows: Array) -> dict[Criterion, Array]:
    category = arrays.needs.main_category[rows]
    return {
        kind: np.array([settings.weights[c.value][kind.value] for c in Category])[category]
        for kind in PARTS
    }


def _totals(
    criteria: dict[Criterion, Measure], weights: dict[Criterion, Array], known: Any
) -> tuple[Array, Array, Array]:
    total, low, high, applying = np.zeros((4, len(known)))
    for kind, measure in criteria.items():
        total += weights[kind] * np.nan_to_num(measure.value)
        low += weights[kind] * np.where(measure.applies, measure.low, 0.0)
        high += weights[kind] * np.where(measure.applies, measure.high, 0.0)
        applying += np.where(measure.applies, weights[kind], 0.0)
    score = np.round(np.nan_to_num(_quotient(total, known)), DECIMALS)
    bottom = np.minimum(np.nan_to_num(_quotient(low, applying)), score)
    top = np.maximum(np.nan_to_num(_quotient(high, applying), nan=1.0), score)
    return score, np.round(bottom, DECIMALS), np.round(top, DECIMALS)


def _contributions(
    codes: tuple[Part, ...],
    measures: dict[Part, Measure],
    settings: Settings,
    kind: Criterion,
    share: Array,
) -> dict[Part, PartScores]:
    """Split the share of a criterion over its parts that were counted."""
    taken = {part: counted(measures[part], settings.unknown_as) for part in codes}
    own = settings.part_weights(kind)
    weights = {part: np.where(np.isnan(taken[part]), 0.0, own[part.value]) for part in codes}
    whole = sum(weights.values(), np.zeros(len(share)))
    parts = {}
    for part in codes:
        weight = share * np.nan_to_num(_quotient(weights[part], whole))
        contribution = weight * np.nan_to_num(taken[part])
        parts[part] = PartScores(measures[part], taken[part], weight, contribution)
    return parts


def _quotient(top: Array, bottom: Any) -> Array:
    """Divide; NaN where the divisor is 0."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=np.asarray(bottom) > 0)
