"""Ties between towns as an adjacency, and which of them a pair leaves out."""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.learned.towns import N_CLASSES, Floats, Ints, Towns


class TieIndex(NamedTuple):
    """Ties, each once, seen from both ends."""

    towns: Towns
    start: Ints
    """(n_towns + 1,): where the partners of each town begin in `partner`."""
    partner: Ints
    keys: Ints
    """(n_ties,): lesser position x n_towns + greater, ascending."""
    tied: Ints
    """Towns with a tie, ascending."""
    by_country: Floats
    """(n_countries,): ends of ties in each country."""
    by_class: Floats
    """(n_countries, N_CLASSES): the same by size."""


def make_index(towns: Towns, n_countries: int, a: Ints, b: Ints) -> TieIndex:
    """Index the ties (a, b); repeats, reversals and ties of a town with itself are dropped.

    Parameters
    ----------
    towns : Towns
    n_countries : int
    a, b : ndarray of int, shape (n_ties,)
        Positions of the towns.

    Returns
    -------
    TieIndex
    """
    n_towns = len(towns.xyz)
    keys = np.unique(tie_keys(n_towns, a, b)[a != b])
    low, high = keys // n_towns, keys % n_towns
    near, far = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((far, near))
    n_partners = np.bincount(near, minlength=n_towns)
    start = np.concatenate([[0], np.cumsum(n_partners)]).astype(np.int64)
    by_class = np.stack(
        [
            np.bincount(towns.country, n_partners * towns.size_class[:, k], n_countries)
            for k in range(N_CLASSES)
        ],
        axis=1,
    )
    return TieIndex(
        towns=towns,
        start=start,
        partner=far[order],
        keys=keys,
        tied=np.flatnonzero(n_partners),
        by_country=np.bincount(towns.country, n_partners, n_countries).astype(np.float64),
        by_class=by_class.astype(np.float64),
    )


def tie_keys(n_towns: int, a: Ints, b: Ints) -> Ints:
    """Return one number per pair of towns, the same in either direction."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    return np.asarray(low, np.int64) * n_towns + high


def recorded(index: TieIndex, a: Ints, b: Ints) -> np.ndarray:
    """Tell for each pair whether its tie is in the index."""
    if not len(index.keys):
        return np.zeros(len(a), dtype=bool)
    asked = tie_keys(len(index.towns.xyz), a, b)
    at = np.minimum(np.searchsorted(index.keys, asked), len(index.keys) - 1)
    return index.keys[at] == asked
