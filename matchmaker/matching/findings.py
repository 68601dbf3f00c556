"""What stands between unmatched needs and a match, for many needs at once; numbers only.

`unmatched` turns the numbers into records. Each need is looked at against all offers and all rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.candidates import RULES, barred_by
from matchmaker.matching.explain import SMALLEST, Standing
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import Bar

Array = NDArray[Any]

N_NEAREST = 3
N_LOSSES = 3
MOST_SCORED = 256
"""Offers with the fewest rules against them that are looked at when the nearest are sought."""
NEVER_RELAXED = (
    Bar.SAME_MUNICIPALITY,
    Bar.VETO,
    Bar.TEMPORARY_ADMINISTRATION,
    Bar.RIGHTS_ONLY,
    Bar.PRECONDITION,
    Bar.PUBLICITY,
)
"""No request changes these; a veto is secret and must not show in what one could change."""
HIDDEN = (Bar.SAME_MUNICIPALITY, Bar.VETO)
"""An offer behind these is not listed as near: to list it would tell of the veto."""
_COSTLY = (Bar.WINDOW, Bar.CONTEXT_MINIMUM)
_CELLS = 1 << 20
_MOST_IN_BRIEF = 4096
_ABSENT = -1


@dataclass(frozen=True)
class Findings:
    """What was found for some unmatched needs; the first axis of each array is the need."""

    rows: Array
    """(k,) position of each need."""
    n_allowed: Array
    n_with_place: Array
    """Allowed offers that have any place."""
    n_open: Array
    """Those of them that no coordinator barred by hand."""
    n_good: Array
    """Those of them that score enough."""
    n_free: Array
    """Those of them that have a place left."""
    best_score: Array
    """Greatest score among the allowed offers; NaN where there is none."""
    loss_columns: Array
    """(k, 3) best good offers that serve others; -1 = none."""
    loss_scores: Array
    change_counts: Array
    """(k, n_rules) offers with a place, scoring enough, that this one rule bars and no other."""
    change_columns: Array
    """(k, n_rules) the best of them, those with a place left first; -1 = none."""
    change_scores: Array
    change_free: Array
    lower_counts: Array
    """(k,) offers that score too little, where none scores enough."""
    lower_columns: Array
    lower_scores: Array
    lower_free: Array
    near_columns: Array
    """(k, 3) offers with the fewest rules against them, then the best score; -1 = none."""
    near_scores: Array
    near_bars: Array
    """(k, 3) one bit for each rule that bars the pair."""

    @classmethod
    def blank(cls, rows: Array) -> "Findings":
        """Return findings in which nothing was found."""
        k, n_rules = len(rows), len(RULES)
        count = lambda *shape: np.zeros((k, *shape), dtype=np.int64)  # noqa: E731
        column = lambda *shape: np.full((k, *shape), _ABSENT, dtype=np.int64)  # noqa: E731
        return cls(
            rows=rows,
            **{f"n_{name}": count() for name in ("allowed", "with_place", "open", "good", "free")},
            best_score=np.full(k, np.nan),
            loss_columns=column(N_LOSSES),
            loss_scores=np.zeros((k, N_LOSSES)),
            change_counts=count(n_rules),
            change_columns=column(n_rules),
            change_scores=np.zeros((k, n_rules)),
            change_free=np.zeros((k, n_rules), dtype=bool),
            lower_counts=count(),
            lower_columns=column(),
            lower_scores=np.zeros(k),
            lower_free=np.zeros(k, dtype=bool),
            near_columns=column(N_NEAREST),
            near_scores=np.zeros((k, N_NEAREST)),
            near_bars=count(N_NEAREST),
        )


@dataclass(frozen=True)
class Search:
    """What is needed to look for reasons."""

    settings: Settings
    standing: Standing
    by_hand: frozenset[tuple[int, int]]
    """Pairs that a coordinator barred."""

    @property
    def arrays(self) -> Arrays:
        """The arrays of the round."""
        return self.standing.arrays

    @property
    def least(self) -> float:
        """The least score that is good enough."""
        return max(self.settings.minimum_score, SMALLEST)

    def places_left(self) -> Array:
        """Return the places of each offer that serve nobody, shape (n_offers,)."""
        used = np.zeros(self.arrays.shape[1], dtype=np.int64)
        for column, needs in self.standing.serving.items():
            used[column] = len(needs)
        return self.arrays.offers.places - used


def find(search: Search, rows: Array, *, in_full: bool = True) -> Iterator[Findings]:
    """Look for what stands between needs and a match, in blocks of needs.

    Parameters
    ----------
    search : Search
    rows : ndarray of int, shape (k,)
        Unmatched needs.
    in_full : bool
        False looks at the allowed offers only.

    Yields
    ------
    Findings
        Of the next needs, in the order of `rows`.
    """
    left = search.places_left()
    n_rows = max(1, _CELLS // max(search.arrays.shape[1], 1)) if in_full else _MOST_IN_BRIEF
    for start in range(0, len(rows), n_rows):
        found = Findings.blank(np.asarray(rows[start : start + n_rows], dtype=np.int64))
        _look_at_allowed(search, found, left)
        if search.arrays.shape[1] and in_full:
            _look_at_barred(search, found, left)
        yield found


def _look_at_allowed(search: Search, found: Findings, left: Array) -> None:
    """Count the allowed offers, list the best that were lost and what a lower minimum brings."""
    scores, k = search.standing.scores, len(found.rows)
    starts, ends = scores.indptr[found.rows], scores.indptr[found.rows + 1]
    local = np.repeat(np.arange(k), ends - starts)
    at = np.arange(len(local)) + np.repeat(starts - _before(ends - starts), ends - starts)
    columns, value = scores.indices[at].astype(np.int64), scores.data[at]
    placed = search.arrays.offers.places[columns] > 0
    by_hand = _is_among(found.rows[local], columns, search.by_hand)
    enough, free = value >= search.least, left[columns] > 0
    for out, which in (
        (found.n_allowed, np.ones(len(at), dtype=bool)),
        (found.n_with_place, placed),
        (found.n_open, placed & ~by_hand),
        (found.n_good, placed & ~by_hand & enough),
        (found.n_free, placed & ~by_hand & enough & free),
    ):
        out[:] = np.bincount(local[which], minlength=k)
    first = _first(local, value, columns)
    found.best_score[local[first]] = value[first]
    taken = np.zeros(len(left), dtype=bool)
    taken[list(search.standing.serving)] = True
    lost = np.flatnonzero(enough & ~by_hand & taken[columns])
    _put(found.loss_columns, found.loss_scores, local[lost], columns[lost], value[lost])
    none_good = np.bincount(local[enough & ~by_hand], minlength=k) == 0
    low = np.flatnonzero(none_good[local] & ~enough & ~by_hand & (value > 0))
    found.lower_counts[:] = np.bincount(local[low], minlength=k)
    first = low[_first(local[low], value[low], columns[low], free[low])]
    found.lower_columns[local[first]] = columns[first]
    found.lower_scores[local[first]] = value[first]
    found.lower_free[local[first]] = free[first]


def _look_at_barred(search: Search, found: Findings, left: Array) -> None:
    """Find the offers that one rule bars, and those with the fewest rules against them."""
    bars = _all_bars(search, found.rows)
    n_bars = np.asarray(np.sum(list(bars.values()), axis=0, dtype=np.int8))
    _look_at_changes(search, found, left, bars, n_bars == 1)
    hidden = np.any([bars[rule] for rule in HIDDEN], axis=0)
    order = np.argsort(np.where(hidden, len(RULES) + 1, n_bars), axis=1, kind="stable")
    order = order[:, :MOST_SCORED]
    local = np.repeat(np.arange(len(found.rows)), order.shape[1])
    columns = order.ravel()
    shown = ~hidden[local, columns]
    local, columns = local[shown], columns[shown]
    scores = scores_of(search.arrays, search.settings, found.rows[local], columns)
    count = n_bars[local, columns]
    by = np.lexsort((columns, -scores, count, local))
    _put(found.near_columns, found.near_scores, local[by], columns[by], scores[by], sort=False)
    for n in range(N_NEAREST):
        listed = np.flatnonzero(found.near_columns[:, n] >= 0)
        for bit, rule in enumerate(RULES):
            barred = bars[rule][listed, found.near_columns[listed, n]]
            found.near_bars[listed, n] |= barred.astype(np.int64) << bit


def _look_at_changes(
    search: Search, found: Findings, left: Array, bars: dict[Bar, Array], single: Array
) -> None:
    """Find the best offer that each rule alone bars."""
    local, columns = np.nonzero(single & (search.arrays.offers.places > 0))
    rule_of = np.zeros(len(local), dtype=np.int64)
    for position, rule in enumerate(RULES):
        rule_of[bars[rule][local, columns]] = position
    relaxed = ~np.isin(rule_of, [RULES.index(rule) for rule in NEVER_RELAXED])
    relaxed &= ~_is_among(found.rows[local], columns, search.by_hand)
    local, columns, rule_of = local[relaxed], columns[relaxed], rule_of[relaxed]
    group = local * len(RULES) + rule_of
    shape = found.change_counts.shape
    scores = scores_of(search.arrays, search.settings, found.rows[local], columns)
    good = np.flatnonzero(scores >= search.least)
    counts = np.bincount(group[good], minlength=shape[0] * shape[1])
    found.change_counts[:] = counts.reshape(shape)
    free = left[columns] > 0
    first = good[_first(group[good], scores[good], columns[good], free[good])]
    place = local[first], rule_of[first]
    found.change_columns[place] = columns[first]
    found.change_scores[place] = scores[first]
    found.change_free[place] = free[first]


def _all_bars(search: Search, rows: Array) -> dict[Bar, Array]:
    """Return which pairs each rule bars by itself, as far as it matters.

    The costly rules are asked where few others bar: an offer among the `MOST_SCORED` with the
    fewest cheap rules against it has at most two more in all, so one with three more is never
    listed, and never one rule away.
    """
    arrays, settings = search.arrays, search.settings
    bars = {rule: barred_by(rule, arrays, settings, rows) for rule in RULES if rule not in _COSTLY}
    cheap = np.sum(list(bars.values()), axis=0, dtype=np.int8)
    seen = np.where(np.any([bars[rule] for rule in HIDDEN], axis=0), len(RULES) + 1, cheap)
    enough = np.full(len(rows), len(RULES))
    for count in range(len(RULES), -1, -1):
        enough[np.count_nonzero(seen <= count, axis=1) >= MOST_SCORED] = count
    asked = cheap <= (enough + len(_COSTLY))[:, None]
    for rule in _COSTLY:
        bars[rule] = barred_by(rule, arrays, settings, rows, asked)
    return {rule: bars[rule] for rule in RULES}


def _first(group: Array, scores: Array, columns: Array, free: Array | None = None) -> Array:
    """Return the best entry of each group: with a place left, then score, then column."""
    held = np.zeros(len(group), dtype=bool) if free is None else ~free
    order = np.lexsort((columns, -scores, held, group))
    sorted_group = group[order]
    return order[np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]][: len(order)])]


def _put(
    out_columns: Array, out_scores: Array, local: Array, columns: Array, scores: Array, sort=True
) -> None:
    """Write the best entries of each need beside each other."""
    order = np.lexsort((columns, -scores, local)) if sort else np.arange(len(local))
    local, columns, scores = local[order], columns[order], scores[order]
    rank = np.arange(len(local)) - np.searchsorted(local, local)
    kept = rank < out_columns.shape[1]
    out_columns[local[kept], rank[kept]] = columns[kept]
    out_scores[local[kept], rank[kept]] = scores[kept]


def _is_among(rows: Array, columns: Array, pairs: frozenset[tuple[int, int]]) -> Array:
    """Tell which pairs are among some others."""
    if not pairs:
        return np.zeros(len(rows), dtype=bool)
    width = int(max(columns.max(initial=0), max(column for _, column in pairs))) + 1
    return np.isin(rows * width + columns, [row * width + column for row, column in pairs])


def _before(counts: Array) -> Array:
    """Return the sum of the counts before each."""
    return np.cumsum(counts) - counts
