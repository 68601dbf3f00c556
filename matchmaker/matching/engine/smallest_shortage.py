"""The smallest shortage there is, where every claim asks for one unit, or the proof of a bound."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.matching.engine.demands import Demands
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Deadline

MOST_LINKS = 20_000
"""A core of more pairs than this is not searched."""
MOST_MEETINGS = 5_000_000
"""Claims are compared two by two while no more of them than this meet at an offer."""
OPTIMAL, NONE_EXISTS = 0, 2


@dataclass(frozen=True)
class Links:
    """Which claims may use which offers: locked pairs, and the pairs of needs to be served.

    A claim of a shortage pays 1, an offer of it 1, and a bar that leads out of it 1.
    """

    instance: Instance
    claim: Ints
    """(n_links,): claim of each pair, counted from 0."""
    pair: Ints
    """(n_links,): position in the instance."""
    n_claims: int
    n_locks: int
    """The first so many claims are locked pairs."""

    @property
    def offer(self) -> Ints:
        """(n_links,): offer of each pair."""
        return np.asarray(self.instance.offer[self.pair], dtype=np.int64)

    @property
    def barred(self) -> Bools:
        """(n_links,): the pair may be left open at the price of a bar."""
        return np.asarray(self.instance.barred[self.pair] & (self.claim >= self.n_locks))


def smaller_shortage(
    demands: Demands, size: int, deadline: Deadline
) -> tuple[list[Conflict] | None, bool]:
    """Look for a shortage of fewer demands than `size`.

    Returns
    -------
    conflicts : list or None
        The smallest shortage, where it is smaller.
    proven : bool
        The time sufficed: there is none smaller than what is returned, or than `size`.

    Notes
    -----
    A shortage in which all of a set of offers O is short counts the places of O and |O| and 1
    more, and its bars. So a claim that could use many offers takes part in none that is small,
    nor does an offer that too few of the other claims could use. What is left after these are
    struck out until nothing changes is mostly empty, which is the proof; else it is searched by
    a mixed-integer program.
    """
    links = _links(demands.instance)
    alive, held = _core(links, size)
    if not alive.any():
        return None, True
    if alive[links.claim].sum() > MOST_LINKS or deadline.passed:
        return None, False
    program = _Program(links, alive, held)
    found = program.solve(size, deadline)
    return (None if found is None else _conflicts(demands, links, *found)), program.proven


def _links(instance: Instance) -> Links:
    """List the pairs that claims could use; a lock is the stronger claim of a need to be served."""
    locked = np.flatnonzero(instance.locked)
    served = np.zeros(instance.n_needs, dtype=bool)
    served[instance.need[locked]] = True
    needs = np.flatnonzero(instance.must & ~served)
    rank = np.full(instance.n_needs, -1)
    rank[needs] = len(locked) + np.arange(len(needs))
    free = np.flatnonzero(rank[instance.need] >= 0)
    return Links(
        instance,
        claim=np.concatenate([np.arange(len(locked)), rank[instance.need[free]]]),
        pair=np.concatenate([locked, free]),
        n_claims=len(locked) + len(needs),
        n_locks=len(locked),
    )


def _core(links: Links, size: int) -> tuple[Bools, Bools]:
    """Return the claims and the offers that a shortage of fewer demands could hold."""
    offer, places = links.offer, links.instance.offer_places
    price = np.where(links.barred, 1, 1 + np.minimum(places[offer], size))
    alive = 1 + np.bincount(links.claim, price, minlength=links.n_claims) < size
    while True:
        wanted = np.bincount(offer[alive[links.claim]], minlength=len(places))
        held = wanted > places
        lost = alive[links.claim] & ~held[offer] & ~links.barred
        if not lost.any():
            lost = _lonely(links, alive, size)
        if not lost.any():
            return alive, held
        alive[links.claim[lost]] = False


def _lonely(links: Links, alive: Bools, size: int) -> Bools:
    """Tell which pairs have an offer that too few claims could share with theirs, (n_links,).

    Two claims that share an offer hold all that either could use: together less than `size`.
    """
    mine = np.flatnonzero(alive[links.claim])
    offer, places = links.offer[mine], links.instance.offer_places
    lonely = np.zeros(len(links.claim), dtype=bool)
    meetings = int((np.bincount(offer, minlength=1).astype(np.int64) ** 2).sum())
    if links.barred[mine].any() or meetings > MOST_MEETINGS:
        return lonely
    claims, row = np.unique(links.claim[mine], return_inverse=True)
    shape = (len(claims), len(places))
    price = (1 + np.minimum(places[offer], size)).astype(np.int64)
    priced = sp.csr_array((price, (row, offer)), shape=shape)
    plain = sp.csr_array((np.ones_like(price), (row, offer)), shape=shape)
    common = sp.coo_array(priced @ plain.T)
    alone = priced.sum(axis=1)
    together = 1 + alone[common.row] + alone[common.col] - common.data
    close = (common.row != common.col) & (together < size)
    near = sp.csr_array(
        (np.ones(int(close.sum()), dtype=np.int64), (common.row[close], common.col[close])),
        shape=(len(claims),) * 2,
    )
    if int((near.sum(axis=0) * plain.sum(axis=1)).sum()) > MOST_MEETINGS:
        return lonely
    sharing = sp.csr_array(near @ plain)
    lonely[mine] = np.asarray(sharing[row, offer]).ravel() < np.minimum(places[offer], size)
    return lonely


class _Program:
    """Choose claims, offers and bars at the least price, claims more than places."""

    def __init__(self, links: Links, alive: Bools, held: Bools) -> None:
        self.links, self.proven = links, False
        self.claims, self.offers = np.flatnonzero(alive), np.flatnonzero(held)
        at = np.flatnonzero(alive[links.claim])
        inside = held[links.offer[at]]
        self.at, self.outside = at[inside], at[~inside]
        """Pairs with offers that may be held; barred pairs with the others."""

    def solve(self, size: int, deadline: Deadline) -> tuple[Ints, Ints] | None:
        """Return claims and offers of the smallest shortage below a size, or None."""
        links, n, m = self.links, len(self.claims), len(self.offers)
        barred = np.flatnonzero(links.barred[self.at])
        places = np.minimum(links.instance.offer_places[self.offers], size)
        # a bar that leads to an offer which cannot be held is paid with its claim
        extra = np.bincount(links.claim[self.outside], minlength=links.n_claims)[self.claims]
        price = np.concatenate([1 + extra, np.ones(m + len(barred))])
        x = np.searchsorted(self.claims, links.claim[self.at])
        y = n + np.searchsorted(self.offers, links.offer[self.at])
        rows = np.arange(len(self.at))
        ones = np.ones(len(rows))
        follow = sp.csr_array(
            (
                np.concatenate([ones, -ones, -np.ones(len(barred))]),
                (
                    np.concatenate([rows, rows, barred]),
                    np.concatenate([x, y, n + m + np.arange(len(barred))]),
                ),
            ),
            shape=(len(rows), len(price)),
        )
        surplus = np.concatenate([np.ones(n), -places, np.zeros(len(barred))])
        result = milp(
            price,
            integrality=np.ones(len(price)),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(follow, -np.inf, 0),
                LinearConstraint(surplus[None, :], 1, np.inf),
                LinearConstraint(price[None, :], 0, size - 1),
            ],
            options={"mip_rel_gap": 0.0, "time_limit": max(deadline.left or 0.0, 1e-3)},
        )
        self.proven = result.status in (OPTIMAL, NONE_EXISTS)
        if result.status != OPTIMAL:
            return None
        taken = np.rint(result.x).astype(bool)
        return self.claims[taken[:n]], self.offers[taken[n : n + m]]


def _conflicts(demands: Demands, links: Links, claims: Ints, offers: Ints) -> list[Conflict]:
    """Return the demands of a shortage."""
    mine = np.isin(links.claim, claims)
    bars = links.pair[mine & links.barred & ~np.isin(links.offer, offers)]
    needs = np.unique(links.instance.need[links.pair[mine & (links.claim >= links.n_locks)]])
    locks = links.pair[mine & (links.claim < links.n_locks)]
    return [
        *demands.on_pairs("bar", np.sort(bars)),
        *(("offer_places", offer) for offer in offers.tolist()),
        *(("must_serve", need) for need in needs.tolist()),
        *demands.on_pairs("lock", locks),
    ]
