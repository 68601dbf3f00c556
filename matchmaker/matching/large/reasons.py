"""Why needs of a round that was cut got no offer: some in full, the others in brief."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.candidates import candidates_of
from matchmaker.matching.result import UnmatchedNeed
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.unmatched import Reasons, explain_all

Array = NDArray[Any]

IN_FULL = 100
"""Unmatched needs that are looked at against all offers and all rules, the first by their keys."""
_CELLS = 1 << 23


def explain_cut(
    reasons: Reasons,
    rows: Array,
    progress: Callable[[int, int], None] = lambda *_: None,
    in_full: int | None = None,
) -> Iterator[UnmatchedNeed]:
    """Explain unmatched needs of a round that was cut.

    Parameters
    ----------
    reasons : Reasons
        Its standing holds the pairs kept.
    rows : ndarray of int, shape (k,)
    progress : callable (needs done, needs in all), optional
    in_full : int, optional
        So many (`IN_FULL`) are explained from all their pairs, as in a round that is not cut.
        The others get reason, funnel, best score and losses, from the pairs kept of them: enough
        to know which offers were lost, not to know which change would help.

    Yields
    ------
    UnmatchedNeed
        In the order of `rows`.
    """
    size = max(1, _CELLS // max(reasons.arrays.shape[1], 1))
    in_full = IN_FULL if in_full is None else in_full
    first = rows[:in_full]
    for start in range(0, len(first), size):
        progress(start, len(rows))
        block = first[start : start + size]
        yield from explain_all(_with_all_pairs(reasons, block), block)
    brief = rows[in_full:]
    yield from explain_all(
        reasons, brief, lambda done, _: progress(len(first) + done, len(rows)), in_full=False
    )


def _with_all_pairs(reasons: Reasons, rows: Array) -> Reasons:
    """Return what is needed to explain some needs, with all their allowed pairs."""
    scores = _all_scores(reasons, rows)
    return replace(reasons, standing=replace(reasons.standing, scores=scores))


def _all_scores(reasons: Reasons, rows: Array) -> sparse.csr_array:
    """Return the scores with all allowed pairs in the place of those kept of some needs."""
    arrays: Arrays = reasons.arrays
    kept = reasons.standing.scores
    local, columns = np.nonzero(candidates_of(arrays, reasons.settings, rows).bar == 0)
    anew = scores_of(arrays, reasons.settings, rows[local], columns)
    line = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    others = ~np.isin(line, rows)
    together = np.concatenate([line[others], rows[local]])
    order = np.argsort(together, kind="stable")
    counts = np.bincount(together, minlength=kept.shape[0])
    return sparse.csr_array(
        (
            np.concatenate([kept.data[others], anew])[order],
            np.concatenate([kept.indices[others], columns.astype(np.int32)])[order],
            np.concatenate(([0], np.cumsum(counts))),
        ),
        shape=kept.shape,
    )
