"""Partnership ties between the towns of needs and of offers, as look-up tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.snapshot import Tie

Ints = NDArray[Any]

NONE, ENDED, ALIVE = 0, 1, 2
"""What stands in the tables: no tie recorded, one that has ended, one that is alive."""
MOST_SHARED = 127
_DENSE_CELLS = 1 << 22
"""Tables of at most so many cells are looked up as a full array."""


@dataclass(frozen=True)
class PairTable:
    """Small whole numbers for few of many pairs; 0 for all others."""

    shape: tuple[int, int]
    starts: NDArray[np.int64]
    """(n_rows + 1,) where the entries of each row begin."""
    columns: NDArray[np.int32]
    """(n_entries,) ascending within each row."""
    values: NDArray[np.int8]

    @classmethod
    def greatest(
        cls, shape: tuple[int, int], rows: Ints, columns: Ints, values: Ints
    ) -> "PairTable":
        """Build a table from entries; where a pair stands twice the greatest value counts."""
        order = np.lexsort((-values, columns, rows))
        rows, columns, values = rows[order], columns[order], values[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        counts = np.bincount(rows[first], minlength=shape[0])
        starts = np.concatenate(([0], np.cumsum(counts)))
        return cls(shape, starts, columns[first].astype(np.int32), values[first].astype(np.int8))

    def at(self, rows: Ints, columns: Ints) -> NDArray[np.int8]:
        """Return the values at some pairs; the positions broadcast against each other."""
        if self._dense is not None:
            return self._dense[rows, columns]
        wanted = np.asarray(rows, dtype=np.int64) * self.shape[1] + columns
        if not len(self._codes):
            return np.zeros(wanted.shape, dtype=np.int8)
        place = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        return np.where(self._codes[place] == wanted, self.values[place], np.int8(0))

    @cached_property
    def _codes(self) -> NDArray[np.int64]:
        rows = np.repeat(np.arange(self.shape[0]), np.diff(self.starts))
        return rows * self.shape[1] + self.columns

    @cached_property
    def _dense(self) -> NDArray[np.int8] | None:
        if self.shape[0] * self.shape[1] > _DENSE_CELLS:
            return None
        dense = np.zeros(self.shape, dtype=np.int8)
        dense.reshape(-1)[self._codes] = self.values
        return dense


@dataclass(frozen=True)
class TieTables:
    """Ties seen from each helper's town; `need_row` and `offer_column` lead into the tables."""

    need_row: Ints
    """(n_needs,) row of `direct` and `shared`."""
    offer_column: Ints
    """(n_offers,) column of every table."""
    direct: PairTable
    region: PairTable
    country: NDArray[np.int8]
    neighbour: NDArray[np.int8]
    """Best tie with a town of the region, the country, a neighbouring country (by position)."""
    shared: PairTable
    """Number of towns tied with both, at most 127."""
    need_known: NDArray[np.bool_]
    offer_known: NDArray[np.bool_]
    """Whether any tie of the town is on record."""


def tie_tables(
    ties: Sequence[tuple[int, int, Tie]],
    need_town: Ints,
    offer_town: Ints,
    town_country: Ints,
    town_region: Ints,
    neighbour: NDArray[np.bool_],
    n_regions: int,
    year: int,
) -> TieTables:
    """Build the tables.

    Parameters
    ----------
    ties : sequence of (position of a, position of b, Tie)
    need_town, offer_town : ndarray of int
        Position of the town of each need and offer.
    town_country, town_region : ndarray of int, shape (n_towns,)
    neighbour : ndarray of bool, shape (n_countries, n_countries)
    n_regions : int
    year : int
        A tie whose last year is before it has ended.

    Notes
    -----
    Memory grows with the ties and with the pairs of towns that share a partner, not with the
    product of the towns.
    """
    need_towns, need_row = np.unique(need_town, return_inverse=True)
    offer_towns, offer_column = np.unique(offer_town, return_inverse=True)
    n_towns = len(town_country)
    row_of, column_of = _positions(need_towns, n_towns), _positions(offer_towns, n_towns)
    one, other, state = _both_ways(ties, year)
    has_tie = np.zeros(n_towns, dtype=bool)
    has_tie[one] = True
    helping = column_of[one] >= 0
    column, partner, seen = column_of[one[helping]], other[helping], state[helping]
    asking, placed = row_of[partner] >= 0, town_region[partner] >= 0
    n_columns = len(offer_towns)
    country = np.zeros((len(neighbour), n_columns), dtype=np.int8)
    np.maximum.at(country, (town_country[partner], column), seen)
    return TieTables(
        need_row=need_row.ravel(),
        offer_column=offer_column.ravel(),
        direct=PairTable.greatest(
            (len(need_towns), n_columns), row_of[partner[asking]], column[asking], seen[asking]
        ),
        region=PairTable.greatest(
            (n_regions, n_columns), town_region[partner[placed]], column[placed], seen[placed]
        ),
        country=country,
        neighbour=_spread(country, neighbour),
        shared=_shared(one, other, row_of, column_of, (len(need_towns), n_columns)),
        need_known=has_tie[need_towns],
        offer_known=has_tie[offer_towns],
    )


def _positions(members: Ints, n: int) -> Ints:
    """Return the position of each of n things among the members; -1 where it is none."""
    position = np.full(n, -1, dtype=np.int64)
    position[members] = np.arange(len(members))
    return position


def _both_ways(ties: Sequence[tuple[int, int, Tie]], year: int) -> tuple[Ints, Ints, Ints]:
    """Return both towns of each tie in either direction, and its state."""
    ends = np.array([(a, b) for a, b, _ in ties], dtype=np.int64).reshape(-1, 2)
    state = np.array(
        [ALIVE if tie.until is None or tie.until >= year else ENDED for _, _, tie in ties],
        dtype=np.int8,
    )
    one, other = np.concatenate([ends, ends[:, ::-1]]).T
    return one, other, np.concatenate([state, state])


def _spread(country: NDArray[np.int8], neighbour: NDArray[np.bool_]) -> NDArray[np.int8]:
    spread = np.zeros_like(country)
    for row, near in enumerate(neighbour):
        if near.any():
            spread[row] = country[near].max(axis=0)
    return spread


def _shared(
    one: Ints, other: Ints, row_of: Ints, column_of: Ints, shape: tuple[int, int]
) -> PairTable:
    """Count the towns tied with both, by a product of two sparse tables of ties."""
    n_towns = len(row_of)
    left = _adjacency(row_of[one], other, (shape[0], n_towns))
    right = _adjacency(column_of[one], other, (shape[1], n_towns))
    product = (left @ right.T).tocsr()
    product.sort_indices()
    return PairTable(
        shape,
        product.indptr.astype(np.int64),
        product.indices.astype(np.int32),
        np.minimum(product.data, MOST_SHARED).astype(np.int8),
    )


def _adjacency(rows: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    """Return which town is tied with which; one that is tied twice counts once."""
    inside = rows >= 0
    ones = np.ones(int(inside.sum()), dtype=np.int32)
    table = sparse.csr_array((ones, (rows[inside], columns[inside])), shape=shape)
    table.sum_duplicates()
    table.data[:] = 1
    return table
