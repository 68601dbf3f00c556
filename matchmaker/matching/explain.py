"""Why each proposed pair: parts, interval, questions, ranks, runners-up; codes and numbers."""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.result import (
    CriterionValue,
    PartValue,
    ProposedPair,
    Rival,
    UnusedOffer,
)
from matchmaker.matching.scoring import PairScores, PartScores, score_pairs
from matchmaker.matching.settings import LATER_PARTS, PARTS, Settings
from matchmaker.matching.unknowns import questions_of
from matchmaker.vocabulary import Part

Array = NDArray[Any]

SMALLEST = 1e-9
"""A score of 0 or less is never good enough; this is the next one of the grid."""


@dataclass(frozen=True)
class Standing:
    """Scores of the allowed pairs by row and by column, and the chosen pairs."""

    arrays: Arrays
    scores: sparse.csr_array
    columns: sparse.csc_array
    served: dict[int, list[int]]
    """Offers of each need that has any."""
    serving: dict[int, list[int]]
    """Needs of each offer that has any."""
    allowed: tuple[Array, Array] | None = None
    """Offers allowed for each need and needs for each offer, where `scores` are not all pairs."""

    @classmethod
    def of(
        cls,
        arrays: Arrays,
        scores: sparse.csr_array,
        pairs: Array,
        allowed: tuple[Array, Array] | None = None,
    ) -> "Standing":
        """Sort the chosen pairs by both sides."""
        served: dict[int, list[int]] = defaultdict(list)
        serving: dict[int, list[int]] = defaultdict(list)
        for row, column in pairs.tolist():
            served[row].append(column)
            serving[column].append(row)
        return cls(arrays, scores, scores.tocsc(), dict(served), dict(serving), allowed)

    def offers_for(self, row: int) -> tuple[Array, Array]:
        """Return positions and scores of the offers allowed for a need."""
        return _slice(self.scores, row)

    def needs_for(self, column: int) -> tuple[Array, Array]:
        """Return positions and scores of the needs allowed for an offer."""
        return _slice(self.columns, column)

    def score(self, row: int, column: int) -> float:
        """Return the score of an allowed pair."""
        positions, scores = self.offers_for(row)
        return float(scores[np.searchsorted(positions, column)])


def explain_pairs(
    standing: Standing, settings: Settings, pairs: Array, prices: dict[tuple[int, int], Any]
) -> tuple[ProposedPair, ...]:
    """Explain each chosen pair.

    Parameters
    ----------
    standing : Standing
    settings : Settings
    pairs : ndarray of int, shape (n_pairs, 2)
    prices : dict of (row, column) to Price
        Prices of forbidding, as far as they were computed.

    Returns
    -------
    tuple of ProposedPair
        In the order of `pairs`. The contributions of each sum to its score within 1e-9.
    """
    if not len(pairs):
        return ()
    rows, columns = pairs[:, 0], pairs[:, 1]
    scores = score_pairs(standing.arrays, settings, rows, columns)
    questions = questions_of(standing.arrays, scores, rows, columns)
    parts = parts_of(scores)
    locked, allowed = set(settings.locked), standing.allowed
    needs, offers = standing.arrays.needs.keys, standing.arrays.offers.keys
    explained = []
    for k, (row, column) in enumerate(pairs.tolist()):
        rank, n_offers, runner_up = _place(standing.offers_for(row), column, standing.served[row])
        back_rank, n_needs, rival = _place(
            standing.needs_for(column), row, standing.serving[column]
        )
        explained.append(
            ProposedPair(
                need=needs[row],
                offer=offers[column],
                score=float(scores.score[k]),
                low=float(scores.low[k]),
                high=float(scores.high[k]),
                criteria=criteria_of(scores, k),
                parts=parts[k],
                questions=questions[k],
                offer_rank=rank,
                offers_allowed=n_offers if allowed is None else int(allowed[0][row]),
                need_rank=back_rank,
                needs_allowed=n_needs if allowed is None else int(allowed[1][column]),
                runner_up_offer=runner_up and Rival(offers[runner_up[0]], runner_up[1]),
                runner_up_need=rival and Rival(needs[rival[0]], rival[1]),
                locked=(needs[row], offers[column]) in locked,
                price=prices.get((row, column)),
            )
        )
    return tuple(explained)


def explain_unused(standing: Standing, settings: Settings) -> tuple[UnusedOffer, ...]:
    """Say of each offer that serves no need why not."""
    arrays = standing.arrays
    unused = []
    for column, key in enumerate(arrays.offers.keys):
        if column in standing.serving:
            continue
        rows, scores = standing.needs_for(column)
        best = int(np.argmax(scores)) if len(scores) else -1
        if best < 0:
            reason = "no_candidate"
        elif arrays.offers.places[column] == 0:
            reason = "no_place"
        elif scores[best] < max(settings.minimum_score, SMALLEST):
            reason = "below_minimum"
        else:
            reason = "not_needed"
        rival = None if best < 0 else Rival(arrays.needs.keys[rows[best]], float(scores[best]))
        count = len(rows) if standing.allowed is None else int(standing.allowed[1][column])
        unused.append(UnusedOffer(key, reason, count, rival))
    return tuple(unused)


def _place(
    allowed: tuple[Array, Array], chosen: int, taken: list[int]
) -> tuple[int, int, tuple[int, float] | None]:
    """Return rank, number allowed and the best one not taken (position, score)."""
    positions, scores = allowed
    mine = scores[np.searchsorted(positions, chosen)]
    rank = 1 + int(np.count_nonzero(scores > mine))
    if len(taken) == len(positions):
        return rank, len(positions), None
    free = scores.copy()
    free[np.searchsorted(positions, taken)] = -np.inf
    best = int(np.argmax(free))
    return rank, len(positions), (int(positions[best]), float(scores[best]))


def criteria_of(scores: PairScores, k: int) -> tuple[CriterionValue, ...]:
    """Return the three criteria of the k-th pair."""
    values = []
    for kind, measure in scores.criteria.items():
        weight = sum(float(scores.parts[part].weight[k]) for part in PARTS[kind])
        value = float(measure.value[k])
        values.append(
            CriterionValue(
                criterion=kind.value,
                value=None if np.isnan(value) else value,
                low=float(measure.low[k]),
                high=float(measure.high[k]),
                weight=weight,
            )
        )
    return tuple(values)


def parts_of(scores: PairScores) -> list[tuple[PartValue, ...]]:
    """Return the parts of each pair; a later one only where it was asked."""
    by_part = [
        _part(part.value, kind.value, scores.parts[part])
        for kind, codes in PARTS.items()
        for part in codes
    ]
    return [
        tuple(one for one in row if one.state != "not_asked" or Part(one.part) not in LATER_PARTS)
        for row in zip(*by_part, strict=True)
    ]


def _part(part: str, kind: str, one: PartScores) -> list[PartValue]:
    """Return one part of each pair."""
    measure = one.measure
    arrays = (measure.applies, *measure[:3], one.taken, one.weight, one.contribution)
    return [
        PartValue(
            part=part,
            criterion=kind,
            state=_state(applies, value, low, high),
            value=None if math.isnan(taken) else taken,
            low=low,
            high=high,
            weight=weight,
            contribution=contribution,
        )
        for applies, value, low, high, taken, weight, contribution in zip(
            *(array.tolist() for array in arrays), strict=True
        )
    ]


def _state(applies: bool, value: float, low: float, high: float) -> str:
    if not applies:
        return "not_asked"
    if math.isnan(value):
        return "unknown"
    return "partly" if low < high else "known"


def _slice(matrix: Any, line: int) -> tuple[Array, Array]:
    piece = slice(matrix.indptr[line], matrix.indptr[line + 1])
    return matrix.indices[piece], matrix.data[piece]
