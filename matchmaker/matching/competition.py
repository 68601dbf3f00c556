"""Which needs of a round compete for too few places, whoever of them was served."""

import numpy as np
from scipy import sparse

from matchmaker.matching.clashes import Competition, competition_of
from matchmaker.matching.engine.shortage import over_demanded
from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.solving import Problem

MOST_PAIRS = 1_000_000
"""Rounds with more candidate pairs are not looked at: nobody reads a group of their size."""


def competitions(problem: Problem) -> tuple[Competition, ...]:
    """Return the groups of needs that no choice of pairs could serve all, the largest lack first.

    None for a round of more than `MOST_PAIRS` candidate pairs.

    Notes
    -----
    Counted are pairs good enough that nobody ruled out by hand; a need asks for one place, or
    for its least number of helpers. A need with fewer such offers than that competes with
    nobody. Rules and pins play no part: this is what the places alone allow (`over_demanded`).
    """
    settings, arrays, scores = problem.settings, problem.arrays, problem.scores
    if scores.nnz > MOST_PAIRS:
        return ()
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    good = scores.data >= max(settings.minimum_score, SMALLEST)
    width = scores.shape[1]
    by_hand = [row * width + column for row, column in map(problem.pair, settings.barred)]
    if by_hand:
        good &= ~np.isin(rows * width + scores.indices, by_hand)
    pairs = sparse.csr_array(
        (np.ones(int(good.sum()), dtype=np.int8), (rows[good], scores.indices[good])),
        shape=scores.shape,
    )
    least = np.array([need.minimum for need in problem.snapshot.needs], dtype=np.int64)
    places = arrays.needs.places
    asks = np.where(places >= np.maximum(least, 1), np.maximum(least, 1), 0)
    found = over_demanded(pairs, arrays.offers.places, asks)
    return tuple(competition_of(one, arrays.needs.keys, arrays.offers.keys) for one in found)
