"""Partnership ties between the towns of needs and of offers, as small look-up tables."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.snapshot import Tie

NONE, ENDED, ALIVE = 0, 1, 2
"""What stands in the tables: no tie recorded, one that has ended, one that is alive."""
_BLOCK = 512


@dataclass(frozen=True)
class TieTables:
    """Ties seen from each helper's town; `need_row` and `offer_column` lead into the tables."""

    need_row: NDArray[Any]
    """(n_needs,) row of `direct` and `shared`."""
    offer_column: NDArray[Any]
    """(n_offers,) column of every table."""
    direct: NDArray[np.int8]
    region: NDArray[np.int8]
    country: NDArray[np.int8]
    neighbour: NDArray[np.int8]
    """Best tie with a town of the region, the country, a neighbouring country (by position)."""
    shared: NDArray[np.int8]
    """Number of towns tied with both, at most 127."""
    need_known: NDArray[np.bool_]
    offer_known: NDArray[np.bool_]
    """Whether any tie of the town is on record."""


def tie_tables(
    ties: Sequence[tuple[int, int, Tie]],
    need_town: NDArray[Any],
    offer_town: NDArray[Any],
    town_country: NDArray[Any],
    town_region: NDArray[Any],
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
    """
    partners: dict[int, dict[int, int]] = defaultdict(dict)
    for a, b, tie in ties:
        state = ALIVE if tie.until is None or tie.until >= year else ENDED
        for one, other in ((a, b), (b, a)):
            partners[one][other] = max(state, partners[one].get(other, NONE))
    need_towns, need_row = np.unique(need_town, return_inverse=True)
    offer_towns, offer_column = np.unique(offer_town, return_inverse=True)
    row_of = {int(town): row for row, town in enumerate(need_towns)}
    direct = np.zeros((len(need_towns), len(offer_towns)), dtype=np.int8)
    region = np.zeros((n_regions, len(offer_towns)), dtype=np.int8)
    country = np.zeros((len(neighbour), len(offer_towns)), dtype=np.int8)
    for column, town in enumerate(offer_towns):
        for other, state in partners.get(int(town), {}).items():
            if other in row_of:
                direct[row_of[other], column] = state
            if town_region[other] >= 0:
                place = region[town_region[other]]
                place[column] = max(place[column], state)
            land = country[town_country[other]]
            land[column] = max(land[column], state)
    return TieTables(
        need_row=need_row.ravel(),
        offer_column=offer_column.ravel(),
        direct=direct,
        region=region,
        country=country,
        neighbour=_spread(country, neighbour),
        shared=_shared(partners, need_towns, offer_towns, len(town_country)),
        need_known=np.array([int(town) in partners for town in need_towns], dtype=bool),
        offer_known=np.array([int(town) in partners for town in offer_towns], dtype=bool),
    )


def _spread(country: NDArray[np.int8], neighbour: NDArray[np.bool_]) -> NDArray[np.int8]:
    spread = np.zeros_like(country)
    for row, near in enumerate(neighbour):
        if near.any():
            spread[row] = country[near].max(axis=0)
    return spread


def _shared(
    partners: dict[int, dict[int, int]],
    need_towns: NDArray[Any],
    offer_towns: NDArray[Any],
    n_towns: int,
) -> NDArray[np.int8]:
    shared = np.zeros((len(need_towns), len(offer_towns)), dtype=np.int8)
    right = _adjacency(partners, offer_towns, n_towns).T.tocsr()
    left = _adjacency(partners, need_towns, n_towns)
    for start in range(0, len(need_towns), _BLOCK):
        block = (left[start : start + _BLOCK] @ right).toarray()
        shared[start : start + _BLOCK] = np.minimum(block, 127)
    return shared


def _adjacency(
    partners: dict[int, dict[int, int]], towns: NDArray[Any], n_towns: int
) -> sparse.csr_array:
    rows, columns = [], []
    for row, town in enumerate(towns):
        for other in partners.get(int(town), {}):
            rows.append(row)
            columns.append(other)
    ones = np.ones(len(rows), dtype=np.int32)
    return sparse.csr_array((ones, (rows, columns)), shape=(len(towns), n_towns), dtype=np.int32)
