"""Which needs ask for more places than the offers open to them have: sets as of Hall's theorem.

A set of needs can be served together unless some part of it asks for more than all offers open to
that part can give [1]_. The needs and offers to which changes lead that begin with an unserved
need are the over-demanded part of the decomposition of Dulmage and Mendelsohn [2]_: it is the
same for every greatest matching, each of its needs is left out by some greatest matching, and one
place more at any of its offers serves one unit more.

.. [1] P. Hall, "On representatives of subsets", J. London Math. Soc. 10(1), 1935.
   doi:10.1112/jlms/s1-10.37.26
.. [2] A. L. Dulmage and N. S. Mendelsohn, "Coverings of bipartite graphs", Canad. J. Math. 10,
   1958. doi:10.4153/CJM-1958-052-0
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matchmaker.matching.engine.claims import Claims, Filling
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.table import Table, as_array, as_bools, read_table
from matchmaker.matching.engine.validate import read_places


@dataclass(frozen=True)
class Shortage:
    """Needs that together ask for more places than the offers open to them can give.

    Attributes
    ----------
    needs, offers : tuple of int
        Positions, ascending: the needs, and every offer that could serve one of them.
    asked : int
        Places that the needs ask for together.
    places : int
        Places that these offers can give them: each offer no more than it has, and no need two
        of one offer. Always less than `asked`.
    """

    needs: tuple[int, ...]
    offers: tuple[int, ...]
    asked: int
    places: int

    @property
    def missing(self) -> int:
        """How many places are too few."""
        return self.asked - self.places


def shortage_among(claims: Claims) -> Shortage:
    """Sum up what some claims ask for and what the offers open to them can give."""
    touching = np.bincount(claims.offer, minlength=claims.n_offers)
    return Shortage(
        needs=tuple(np.unique(claims.need).tolist()),
        offers=tuple(np.flatnonzero(touching).tolist()),
        asked=int(claims.asked.sum()),
        places=int(np.minimum(claims.places, touching).sum()),
    )


def shortages_of(claims: Claims) -> list[Shortage]:
    """Return every group of claims that competes for too few places, the largest lack first."""
    if not claims.n_claims:
        return []
    filling = Filling(claims)
    short = np.flatnonzero(filling.short)
    if not len(short):
        return []
    inside, scarce = filling.reached(short)
    part = claims.keep(inside)
    label = _groups(part, scarce)
    found = [shortage_among(part.keep(label == one)) for one in np.unique(label)]
    return sorted(found, key=lambda group: (-group.missing, group.needs))


def _groups(claims: Claims, scarce: Ints) -> Ints:
    """Label claims that compete for an offer with the same number, and those of one need.

    An offer outside `scarce` has places enough and joins nobody.
    """
    n, m = claims.n_claims, claims.n_offers
    tight = np.zeros(m, dtype=bool)
    tight[scarce] = True
    edges = tight[claims.offer]
    tail = np.concatenate([claims.claim[edges], np.arange(n)])
    head = np.concatenate([n + claims.offer[edges], n + m + claims.need])
    size = n + m + int(claims.need.max(initial=-1)) + 1
    graph = sp.coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:n])


def over_demanded(
    candidates: Any, offer_places: Any = 1, need_asks: Any = 1, wanted: Any = None
) -> list[Shortage]:
    """Return the groups of needs that compete for too few places, exactly.

    Parameters
    ----------
    candidates : array_like of bool, or sparse array, shape (n_needs, n_offers)
        The pairs that could be made; of a sparse array, every stored entry.
    offer_places : int or array_like of int, shape (n_offers,)
        How many needs each offer can serve.
    need_asks : int or array_like of int, shape (n_needs,)
        How many offers each need asks for; 0 leaves it out.
    wanted : array_like of bool, shape (n_needs,), optional
        Needs to look at; None takes all. Needs without candidates enough are left out: they
        compete with nobody.

    Returns
    -------
    list of Shortage
        The over-demanded part in its connected groups, the largest lack first. Empty where all
        needs looked at can be served together.

    Raises
    ------
    ValueError
        If an argument is wrong by itself; the message names it.

    Notes
    -----
    The groups do not depend on which needs a round served. However the places are given out, a
    group lacks `missing` units or more, and any need of it can be the one that goes without. One
    greatest flow, then one search: O(sqrt(V) E) where each need asks for one.

    Examples
    --------
    >>> over_demanded([[1, 0], [1, 0], [1, 1]])
    [Shortage(needs=(0, 1), offers=(0,), asked=2, places=1)]
    """
    table = _candidates(candidates)
    places = read_places("offer_places", offer_places, table.shape[1])
    asks = read_places("need_asks", need_asks, table.shape[0])
    degree = np.bincount(table.need, minlength=table.shape[0])
    asking = (asks > 0) & (degree >= asks)
    if wanted is not None:
        asking &= _wanted(wanted, table.shape[0])
    claims = Claims(
        need=np.arange(table.shape[0]),
        asked=asks,
        locks=np.zeros(table.shape[0], dtype=bool),
        claim=table.need.astype(np.int64),
        offer=table.offer.astype(np.int64),
        pair=np.arange(len(table.need)),
        places=places,
    )
    return shortages_of(claims.keep(asking))


def _candidates(given: Any) -> Table:
    """List the pairs that could be made."""
    if sp.issparse(given):
        if given.ndim != 2:
            raise ValueError(f"candidates must have two dimensions, not {given.ndim}")
        stored = given.tocoo()
        pairs = np.ones(len(stored.row)), (stored.row, stored.col)
        return read_table(sp.coo_array(pairs, shape=given.shape), None)
    allowed = as_array("candidates", given)
    if allowed.ndim != 2:
        raise ValueError(f"candidates must have two dimensions, not {allowed.ndim}")
    mask = as_bools("candidates", allowed)
    return read_table(mask.astype(float), mask)


def _wanted(given: Any, length: int) -> Bools:
    """Read which needs are looked at."""
    wanted = as_array("wanted", given)
    if wanted.shape != (length,):
        raise ValueError(f"wanted must have shape ({length},): {wanted.shape}")
    return as_bools("wanted", wanted)


def in_positions(shortage: Shortage, needs: Ints | None, offers: Ints | None) -> Shortage:
    """Return a shortage with the caller's positions, ascending."""
    return replace(
        shortage,
        needs=_moved(shortage.needs, needs),
        offers=_moved(shortage.offers, offers),
    )


def _moved(ranks: tuple[int, ...], order: Ints | None) -> tuple[int, ...]:
    """Return the caller's positions of some ranks."""
    return ranks if order is None else tuple(sorted(order[list(ranks)].tolist()))
