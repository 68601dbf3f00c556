"""Large rounds: solve over the promising pairs, prove that no other pair could do better."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.assignment import Assignment

Array = NDArray[Any]

BEST_OF_EACH = 32
"""Pairs each need and each offer starts with, their best ones."""
MOST_ADDED = 64
"""Pairs a need may gain in one step."""
NEAR = 0.01
"""Scores short of breaking the proof by less are added as well."""
MOST_STEPS = 40
_TOLERANCE = 0.5e-9
"""Half a step of the grid in which scores are counted."""


def solve_narrow(
    scores: sparse.csr_array,
    usable: Array,
    solve: Callable[[sparse.csr_array], Assignment],
    prices: tuple[Array, Array] | None = None,
) -> Assignment | None:
    """Solve a round without side rules over ever more of its pairs, until none is missing.

    Parameters
    ----------
    scores : sparse array, shape (n_needs, n_offers)
        The stored entries are the candidate pairs.
    usable : ndarray of bool, shape (n_stored,)
        False where a stored pair may not be used: barred, not good enough, no place.
    solve : callable
        Solves a round of the same shape over fewer stored pairs, policy total, bound by places
        only.
    prices : (ndarray, ndarray), optional
        Prices of the needs and of the offers in a round that is much alike: the pairs that come
        near them are begun with, instead of the best of each need and offer.

    Returns
    -------
    Assignment or None
        An optimum of the whole round; None where the prices of places say nothing or the steps
        were used up, and the whole has to be solved at once.

    Notes
    -----
    With u the loss if one place of a need leaves and v the gain if one more of an offer comes,
    (u, v) is a solution of the dual program over the pairs at hand [1]_. If score <= u + v holds
    for the other pairs as well, it solves the dual of the whole, and the choice is optimal for
    the whole. Pairs that break it are added, and the round is solved again.

    References
    ----------
    .. [1] L. S. Shapley and M. Shubik, "The assignment game I: the core", Int. J. Game Theory 1,
       1971. doi:10.1007/BF01753437
    """
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    columns, values = scores.indices, scores.data
    if prices is None:
        chosen = _best(rows, values, usable) | _best(columns, values, usable)
    else:
        chosen = usable & (values > prices[0][rows] + prices[1][columns] - NEAR)
    for _ in range(MOST_STEPS):
        assignment = solve(_part(scores, rows, chosen))
        needs, offers = assignment.need_prices, assignment.offer_prices
        if not assignment.optimal or needs is None or offers is None:
            return None
        above = values - needs[rows, 0] - offers[columns, 1]
        missing = usable & ~chosen & (above > _TOLERANCE)
        if not missing.any():
            return assignment
        # those that nearly break it come along, or they would cost a step of their own later
        near = usable & ~chosen & (above > -NEAR)
        chosen |= _best(rows, above, near, MOST_ADDED)
    return None


def _best(line: Array, values: Array, usable: Array, most: int = BEST_OF_EACH) -> Array:
    """Mark the greatest usable values of each line (row or column)."""
    at = np.flatnonzero(usable)
    order = at[np.lexsort((-values[at], line[at]))]
    sorted_line = line[order]
    starts = np.flatnonzero(np.r_[True, sorted_line[1:] != sorted_line[:-1]])
    lengths = np.diff(np.r_[starts, len(order)])
    rank = np.arange(len(order)) - np.repeat(starts, lengths)
    marked = np.zeros(len(values), dtype=bool)
    marked[order[rank < most]] = True
    return marked


def _part(scores: sparse.csr_array, rows: Array, chosen: Array) -> sparse.csr_array:
    """Return the array with some of its stored entries."""
    counts = np.bincount(rows[chosen], minlength=scores.shape[0])
    starts = np.concatenate(([0], np.cumsum(counts)))
    return sparse.csr_array(
        (scores.data[chosen], scores.indices[chosen], starts), shape=scores.shape
    )
