"""What needs must get, unit by unit, as a flow to the places of offers; where it falls short."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matchmaker.matching.engine.instance import Bools, Instance, Ints


@dataclass(frozen=True)
class Claims:
    """Claims on places: each asks for units, at most one from each offer it may have.

    A locked pair is a claim of its own on that offer. What a need must get beyond its locks is
    one more claim, on all its other pairs that are not barred.
    """

    need: Ints
    """(n_claims,): the need that claims."""
    asked: Ints
    """(n_claims,): units that it must get."""
    locks: Bools
    """(n_claims,): the claim is a locked pair."""
    claim: Ints
    """(n_edges,): position of the claim of each pair that can serve it."""
    offer: Ints
    """(n_edges,)"""
    pair: Ints
    """(n_edges,): position of the pair in the instance."""
    places: Ints
    """(n_offers,): units that an offer can give."""

    @property
    def n_claims(self) -> int:
        """How many claims there are."""
        return len(self.need)

    @property
    def n_offers(self) -> int:
        """How many offers there are, claimed or not."""
        return len(self.places)

    def keep(self, kept: Bools) -> "Claims":
        """Return some of the claims, in the same order."""
        rank = np.cumsum(kept) - 1
        edges = kept[self.claim]
        return replace(
            self,
            need=self.need[kept],
            asked=self.asked[kept],
            locks=self.locks[kept],
            claim=rank[self.claim[edges]],
            offer=self.offer[edges],
            pair=self.pair[edges],
        )


def claims_of(instance: Instance, more: Ints | None = None, within: Bools | None = None) -> Claims:
    """Return what the locks, must_serve and minima of an instance claim.

    A need that must be served, or has a lock, claims its minimum; a need without either claims
    nothing, for it may get none. Places of needs play no part.

    Parameters
    ----------
    instance : Instance
    more : ndarray of int, shape (n_needs,), optional
        Units that needs claim beyond that.
    within : ndarray of bool, shape (n_pairs,), optional
        Pairs that may serve a claim which is no lock; None is all that are not barred.
    """
    n_locks, forced = units_of(instance)
    asked = forced - n_locks + (0 if more is None else more)
    beyond = np.flatnonzero(asked > 0)
    locked = np.flatnonzero(instance.locked)
    rank = np.full(instance.n_needs, -1)
    rank[beyond] = len(locked) + np.arange(len(beyond))
    usable = ~instance.locked & ~instance.barred & (rank[instance.need] >= 0)
    free = np.flatnonzero(usable if within is None else usable & within)
    pair = np.concatenate([locked, free])
    return Claims(
        need=np.concatenate([instance.need[locked].astype(np.int64), beyond]),
        asked=np.concatenate([np.ones(len(locked), dtype=np.int64), asked[beyond]]),
        locks=np.arange(len(locked) + len(beyond)) < len(locked),
        claim=np.concatenate([np.arange(len(locked)), rank[instance.need[free]]]),
        offer=instance.offer[pair].astype(np.int64),
        pair=pair,
        places=instance.offer_places,
    )


def units_of(instance: Instance) -> tuple[Ints, Ints]:
    """Return how many locks each need has, and how many units it must get, both (n_needs,)."""
    n_locks = np.bincount(instance.need[instance.locked], minlength=instance.n_needs)
    called = instance.must | (n_locks > 0)
    least = np.where(called, np.maximum(instance.need_minimum, 1), 0)
    return n_locks, np.maximum(n_locks, least)


class Filling:
    """A greatest flow from claims to places, and what can be reached by changing it.

    Notes
    -----
    Dinic's algorithm [1]_; O(sqrt(V) E) where every claim asks for one unit.

    References
    ----------
    .. [1] E. A. Dinic, "Algorithm for solution of a problem of maximum flow in networks with
       power estimation", Soviet Math. Doklady 11, 1970.
    """

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        n, m = claims.n_claims, claims.n_offers
        source, sink = n + m, n + m + 1
        touching = np.bincount(claims.offer, minlength=m)
        degree = np.bincount(claims.claim, minlength=n)
        tail = np.concatenate([claims.claim, np.full(n, source), n + np.arange(m)])
        head = np.concatenate([n + claims.offer, np.arange(n), np.full(m, sink)])
        capacity = np.concatenate(
            [
                np.ones(len(claims.claim), dtype=np.int64),
                np.minimum(claims.asked, degree),
                np.minimum(claims.places, touching),
            ]
        ).astype(np.int32)
        graph = sp.csr_array((capacity, (tail, head)), shape=(n + m + 2,) * 2)
        result = maximum_flow(graph, source, sink)
        left = sp.csr_array(graph - result.flow)
        left.eliminate_zeros()
        # as doubles, so that no search copies it
        self._inside = sp.csr_array(left[: n + m, : n + m]).astype(float)
        self.got = np.asarray(result.flow[[source], :n].toarray()).ravel().astype(np.int64)
        """(n_claims,): units that each claim gets."""

    @property
    def short(self) -> Ints:
        """(n_claims,): units that each claim lacks."""
        return np.asarray(self.claims.asked - self.got)

    def reached(self, start: Ints) -> tuple[Bools, Ints]:
        """Return the claims and offers to which changes that begin with one more unit here lead.

        Parameters
        ----------
        start : ndarray of int
            Positions of claims; none lead nowhere.

        Returns
        -------
        claims : ndarray of bool, shape (n_claims,)
        offers : ndarray of int
            Positions, ascending.
        """
        n, m = self.claims.n_claims, self.claims.n_offers
        if not len(start):
            return np.zeros(n, dtype=bool), np.zeros(0, dtype=np.int64)
        graph, root = self._inside, int(start[0])
        if len(start) > 1:
            # one more node leads to all starts at once
            ones, zeros = np.ones(len(start)), np.zeros(len(start), dtype=np.int64)
            edges = sp.csr_array((ones, (zeros, start)), shape=(1, n + m))
            graph, root = sp.block_array([[graph, None], [edges, sp.csr_array((1, 1))]]), n + m
        found = breadth_first_order(sp.csr_array(graph), root, return_predecessors=False)
        claims = np.zeros(n, dtype=bool)
        claims[found[found < n]] = True
        return claims, np.sort(found[(found >= n) & (found < n + m)] - n)


def are_met(claims: Claims) -> bool:
    """Tell whether all claims can be met together."""
    return not claims.n_claims or not Filling(claims).short.any()
