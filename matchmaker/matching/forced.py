"""The price of an override: what the best total loses when one pair is forced."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.assignment import solve
from matchmaker.matching.instance import Bools, Instance, Ints
from matchmaker.matching.outcome import Deadline
from matchmaker.matching.validate import read_instance

NOWHERE = -(2**60)
"""No way: so low that three of them still fit into 64 bits."""


def forced_prices(
    scores: Any, allowed: Any = None, need_places: Any = 1, offer_places: Any = 1
) -> NDArray[np.float64]:
    """Return what the best total loses when each pair is forced.

    Parameters
    ----------
    scores : array_like of float, or sparse array, shape (n_needs, n_offers)
        As in `assign`, policy total without rules.
    allowed : array_like of bool, shape (n_needs, n_offers), optional
        False where a pair may not be forced.
    need_places, offer_places : int or array_like of int, shape (n_needs,) or (n_offers,)
        Greatest number of pairs of each need and of each offer.

    Returns
    -------
    ndarray of float, shape (n_needs, n_offers)
        Best total less the best total with the pair, in score units, at least 0: 0 for a pair
        of an optimum, inf where the pair is not allowed or a side has no place. Forcing takes
        one place of each side; a pair scored 0 or less may be forced.

    Raises
    ------
    ValueError
        If an argument is wrong by itself.

    Notes
    -----
    Forcing a pair that is not chosen adds its score and the greatest distance from its offer
    back to its need in the residual graph of one optimum. All these distances are found
    together (Floyd-Warshall over the smaller side and a root [1]_), so the prices are exact,
    in O(s^3 + n m) for s the smaller side.

    References
    ----------
    .. [1] R. W. Floyd, "Algorithm 97: Shortest path", Commun. ACM 5(6), 1962.
       doi:10.1145/367766.368168

    Examples
    --------
    >>> forced_prices([[0.75, 0.5], [0.5, 0.0]])
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """
    instance = read_instance(scores, allowed, need_places, offer_places, drop_useless=False)
    useful = instance.keep(instance.useful)
    chosen = np.zeros(len(instance.need), dtype=bool)
    chosen[np.flatnonzero(instance.useful)] = solve(useful, Deadline(), None).chosen
    square = _Square.of(instance, chosen)
    if instance.n_needs > instance.n_offers:
        return square.turned().prices().T / instance.units
    return square.prices() / instance.units


@dataclass(frozen=True)
class _Square:
    """An optimum as matrices, in grid units."""

    weight: Ints
    """(n_rows, n_columns): score, `NOWHERE` where not allowed."""
    chosen: Bools
    row_places: Ints
    column_places: Ints

    @classmethod
    def of(cls, instance: Instance, chosen: Bools) -> "_Square":
        """Lay the listed pairs out as matrices."""
        weight = np.full((instance.n_needs, instance.n_offers), NOWHERE, dtype=np.int64)
        weight[instance.need, instance.offer] = instance.weight
        largest = int(np.abs(instance.weight).max(initial=0))
        if largest * (2 * sum(weight.shape) + 4) >= -NOWHERE // 4:
            raise ValueError("scores are too large for the grid: prices would overflow 64 bits")
        picked = np.zeros(weight.shape, dtype=bool)
        picked[instance.need[chosen], instance.offer[chosen]] = True
        return cls(weight, picked, instance.need_places, instance.offer_places)

    def turned(self) -> "_Square":
        """Return the same with rows and columns changed over."""
        return _Square(self.weight.T, self.chosen.T, self.column_places, self.row_places)

    def prices(self) -> NDArray[np.float64]:
        """Return the price of each pair in grid units."""
        n_rows, n_columns = self.weight.shape
        between = self._distances()
        column_open = self.chosen.sum(axis=0) < self.column_places
        # from each column to each row: by the root where a place is free, or by a chosen pair
        back = np.where(column_open[:, None], between[n_rows][None, :n_rows], NOWHERE)
        for row, column in np.argwhere(self.chosen):
            way = between[row, :n_rows] - self.weight[row, column]
            np.maximum(back[column], way, out=back[column])
        loss = np.maximum(-(self.weight + back.T), 0).astype(float)
        loss[self.chosen] = 0.0
        shut = (self.row_places == 0)[:, None] | (self.column_places == 0)[None, :]
        loss[(self.weight == NOWHERE) | shut] = np.inf
        return loss.reshape(n_rows, n_columns)

    def _distances(self) -> NDArray[np.int64]:
        """Return greatest distances between rows and the root (last), shape (n + 1, n + 1)."""
        n_rows = len(self.weight)
        step = np.full((n_rows + 1, n_rows + 1), NOWHERE, dtype=np.int64)
        unused = np.where(self.chosen | (self.weight <= 0), NOWHERE, self.weight)
        for row, column in np.argwhere(self.chosen):
            worth = self.weight[row, column]
            np.maximum(step[:n_rows, row], unused[:, column] - worth, out=step[:n_rows, row])
            step[n_rows, row] = max(step[n_rows, row], -worth)
        column_open = self.chosen.sum(axis=0) < self.column_places
        into_root = np.where(column_open[None, :], unused, NOWHERE)
        step[:n_rows, n_rows] = into_root.max(axis=1, initial=NOWHERE)
        used = self.chosen.sum(axis=1)
        step[:n_rows, n_rows][used > 0] = np.maximum(step[:n_rows, n_rows][used > 0], 0)
        step[n_rows, :n_rows][used < self.row_places] = 0
        np.fill_diagonal(step, 0)
        for middle in range(n_rows + 1):
            np.maximum(step, step[:, middle, None] + step[middle], out=step)
            np.maximum(step, NOWHERE, out=step)
        return step
