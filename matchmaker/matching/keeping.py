"""Pairs that weigh more while choosing: agreed earlier, or preferred by a coordinator."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

UNITS = 10**9
"""Units of the grid in a score of 1; scores carry 9 decimals."""


def with_bonus(
    scores: sparse.csr_array, bonuses: Mapping[tuple[int, int], float], least: float
) -> sparse.csr_array:
    """Return the scores with a bonus on some pairs, for choosing only.

    Parameters
    ----------
    scores : sparse array, shape (n_needs, n_offers)
        The stored entries are the allowed pairs, with sorted indices.
    bonuses : mapping of (row, column) to float
        In score units, at least 0. Pairs that are not stored get nothing: a rule bars them by now.
    least : float
        A pair that scores less is not good enough, and stays so: it gets no bonus.

    Returns
    -------
    sparse array
        A new array; the caller's stays untouched.
    """
    raised = scores.copy()
    for (row, column), bonus in bonuses.items():
        at = position_of(scores, row, column)
        if at is not None and scores.data[at] >= least:
            raised.data[at] += bonus
    return raised


def position_of(scores: sparse.csr_array, row: int, column: int) -> int | None:
    """Return where a pair is stored; None where it is not."""
    start, end = int(scores.indptr[row]), int(scores.indptr[row + 1])
    at = start + int(np.searchsorted(scores.indices[start:end], column))
    return at if at < end and scores.indices[at] == column else None


def units_of(scores: sparse.csr_array, pairs: NDArray[Any]) -> NDArray[np.int64]:
    """Return the score of each pair in units of the grid, shape (n_pairs,); 0 if not stored."""
    n_rows, width = scores.shape
    stored = np.repeat(np.arange(n_rows) * width, np.diff(scores.indptr)) + scores.indices
    wanted = pairs[:, 0] * width + pairs[:, 1]
    at = np.searchsorted(stored, wanted)
    inside = at < len(stored)
    inside[inside] = stored[at[inside]] == wanted[inside]
    units = np.zeros(len(pairs), dtype=np.int64)
    units[inside] = np.rint(scores.data[at[inside]] * UNITS).astype(np.int64)
    return units


def total_of(scores: sparse.csr_array, pairs: NDArray[Any]) -> float:
    """Return the summed score of some pairs, exact on the grid."""
    return int(units_of(scores, pairs).sum()) / UNITS
