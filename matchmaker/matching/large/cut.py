"""What is kept of a round too large to hold: the best pairs of every need and every offer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.candidates import candidates_of
from matchmaker.matching.large.scan import best_pairs
from matchmaker.matching.large.tables import Tables, tables_of
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings

Array = NDArray[Any]

WHOLE = 50_000_000
"""Rounds of more pairs than this are cut."""


@dataclass(frozen=True)
class Keeping:
    """How many pairs are kept of a round that is cut, besides those that settings name."""

    best: int = 50
    """Of each need."""
    best_of_offer: int = 6
    """Of each offer: what few needs put among their best would else be of no use to anybody."""

    def __post_init__(self) -> None:
        """Refuse to keep nothing: whether anything is allowed is told by what is kept."""
        if self.best < 1 or self.best_of_offer < 1:
            raise ValueError("keeping: expected at least 1 pair of each need and of each offer")


class TooManyPairs(ValueError):
    """What is asked needs a table of all pairs, and the round is too large for one."""


@dataclass(frozen=True, eq=False)
class Kept:
    """Stands in the place of `Candidates` where a round is cut."""

    funnel: NDArray[np.int64]
    """(n_needs, 1 + n_rules), as in `Candidates`."""
    floor: Array
    """(n_needs,) no pair left out scores more; -1 where none is left out by the number kept."""
    needs_allowed: Array
    """(n_offers,) needs that each offer is allowed for."""
    tables: Tables = field(repr=False)

    def refuse(self) -> NoReturn:
        """Raise TooManyPairs: there is no table of all pairs."""
        raise TooManyPairs(
            f"a round of {self.size:,} pairs is too large for this; up to {WHOLE:,} pairs it works"
        )

    @property
    def bar(self) -> NoReturn:
        """Refuse, as there is no such table."""
        self.refuse()

    allowed = bar

    @property
    def size(self) -> int:
        """Number of all pairs, allowed or not."""
        return len(self.funnel) * len(self.tables.offers.column)

    @property
    def offers_allowed(self) -> Array:
        """(n_needs,) offers that no rule bars."""
        return self.funnel[:, -1]


def cut_round(
    arrays: Arrays,
    settings: Settings,
    keeping: Keeping,
    named: Iterable[tuple[int, int]],
    report: Callable[[str, int, int], None],
) -> tuple[Kept, sparse.csr_array]:
    """Apply the rules to every pair and score the best, need by need.

    Parameters
    ----------
    arrays : Arrays
    settings : Settings
    keeping : Keeping
    named : iterable of (int, int)
        Pairs that are kept whatever they score, where no rule bars them.
    report : callable (step, done, total)

    Returns
    -------
    kept : Kept
    scores : sparse array, shape (n_needs, n_offers)
        The pairs kept, with exactly the scores of `scores_of`.

    Notes
    -----
    Memory grows with the needs, the offers and the pairs kept. Time: see docs/matching.md.
    """
    tables = tables_of(arrays, settings)
    best = best_pairs(
        tables,
        keeping.best,
        keeping.best_of_offer,
        lambda done, total: report("candidates", done, total),
    )
    n_offers = arrays.shape[1]
    funnel = n_offers - np.cumsum(best.lost, axis=1)
    kept = Kept(funnel, best.floor, best.needs_allowed, tables)
    listed = [pair for pair in sorted(set(named)) if _is_allowed(arrays, settings, *pair)]
    rows, columns = np.array(listed, dtype=np.int64).reshape(-1, 2).T
    nothing = sparse.csr_array(arrays.shape)
    found = with_pairs(arrays, settings, nothing, best.rows, best.columns, report)
    return kept, with_pairs(arrays, settings, found, rows, columns, report)


def with_pairs(
    arrays: Arrays,
    settings: Settings,
    scores: sparse.csr_array,
    rows: Array,
    columns: Array,
    report: Callable[[str, int, int], None] = lambda *_: None,
) -> sparse.csr_array:
    """Return the scores with some pairs more; those that stand there already are left alone."""
    n_needs, n_offers = scores.shape
    held = np.repeat(np.arange(n_needs), np.diff(scores.indptr))
    codes = held * n_offers + scores.indices
    more = np.setdiff1d(rows * n_offers + columns, codes)
    if not len(more):
        return scores
    report("scores", 0, len(more))
    anew = scores_of(arrays, settings, more // n_offers, more % n_offers)
    report("scores", len(more), len(more))
    together = np.concatenate([codes, more])
    order = np.argsort(together, kind="stable")
    together = together[order]
    counts = np.bincount(together // n_offers, minlength=n_needs)
    return sparse.csr_array(
        (
            np.concatenate([scores.data, anew])[order],
            (together % n_offers).astype(np.int32),
            np.concatenate(([0], np.cumsum(counts))),
        ),
        shape=scores.shape,
    )


def _is_allowed(arrays: Arrays, settings: Settings, row: int, column: int) -> bool:
    return not candidates_of(arrays, settings, np.array([row])).bar[0, column]
