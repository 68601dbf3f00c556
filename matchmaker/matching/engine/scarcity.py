"""Clashes without rules: what one need or offer cannot hold, and claims on too few places."""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.engine.claims import Claims, Filling, are_met, claims_of
from matchmaker.matching.engine.demands import Demands
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.pool import pool_of
from matchmaker.matching.engine.shortage import Shortage, shortage_among

MOST_STARTS = 400
"""So many unserved claims are looked at for the one with the fewest competitors."""


@dataclass(frozen=True)
class Found:
    """Demands that clash; `sure` where none of them can be spare."""

    conflicts: list[Conflict]
    sure: bool = True


def clash_of_one(demands: Demands) -> list[Conflict] | None:
    """Return a need that must be served and has no pair at all."""
    lost = np.flatnonzero(demands.instance.must & (demands.need_degree == 0))
    return [("must_serve", int(lost[0]))] if len(lost) else None


def clashes_of_place(demands: Demands) -> list[list[Conflict]]:
    """Return the smallest clash of each kind that concerns one pair, need or offer only."""
    instance, found = demands.instance, []
    both = np.flatnonzero(instance.locked & instance.barred)
    if len(both):
        found.append([*demands.on_pairs("lock", both[:1]), *demands.on_pairs("bar", both[:1])])
    n_locks = np.bincount(instance.need[instance.locked], minlength=instance.n_needs)
    least, places = instance.need_minimum, instance.need_places
    called = instance.must | (n_locks > 0)
    for code, at in (
        ("need_places", instance.must & (places == 0)),
        ("need_minimum", called & (least > 1) & (demands.need_degree < least)),
    ):
        for need in np.flatnonzero(at)[:1].tolist():
            found.append([(code, need), _caller(demands, need)])
    for need in np.flatnonzero(called & (least > 1) & (least > places))[:1].tolist():
        found.append([("need_places", need), ("need_minimum", need), _caller(demands, need)])
    for side, code in ((instance.need, "need_places"), (instance.offer, "offer_places")):
        overrun = _most_locked(demands, side, getattr(instance, code), code)
        if overrun is not None:
            found.append(overrun)
    return found


def _caller(demands: Demands, need: int) -> Conflict:
    """Return the demand by which a need must get something: must_serve, or its first lock."""
    instance = demands.instance
    if instance.must[need]:
        return ("must_serve", need)
    at = np.flatnonzero(instance.locked & (instance.need == need))
    return demands.on_pairs("lock", at[:1])[0]


def _most_locked(demands: Demands, side: Ints, places: Ints, code: str) -> list[Conflict] | None:
    """Return the member with the fewest places that has more locks than places."""
    locked = np.flatnonzero(demands.instance.locked)
    overrun = np.flatnonzero(np.bincount(side[locked], minlength=len(places)) > places)
    if not len(overrun):
        return None
    member = int(overrun[np.argmin(places[overrun])])
    mine = locked[side[locked] == member][: int(places[member]) + 1]
    return [(code, member), *demands.on_pairs("lock", mine)]


def clash_of_claims(demands: Demands) -> Found | None:
    """Return a shortage: claims that together ask for more than their offers can give.

    Returns
    -------
    Found or None
        None where all claims can be met.

    Notes
    -----
    Let a claim stay short in a greatest flow in which all others are met. The claims to which
    changes lead from it are the one circuit it closes: less of any, or a place more at any
    offer reached, and the rest fits. So none is spare where the claim lacks one unit; bars are
    needed where they lead to an offer that is not reached, for its places bind nobody here.
    """
    claims = claims_of(demands.instance)
    while claims.n_claims:
        filling = Filling(claims)
        short = filling.short > 0
        several = short & (claims.asked > 1)
        if not short.any():
            return None
        if not several.any():
            return _fewest(demands, filling, np.flatnonzero(short))
        rest = claims.keep(~several)
        if are_met(rest):
            return _of_several(demands, claims, several)
        claims = rest
    return None


def _fewest(demands: Demands, filling: Filling, short: Ints) -> Found:
    """Return the smallest of the circuits that the short claims close."""
    claims, best = filling.claims, None
    for start in short[:MOST_STARTS].tolist():
        inside, offers = filling.reached(np.array([start]))
        needs = claims.need[inside & ~claims.locks]
        size = len(offers) + int(inside.sum()) + len(_bars(demands, needs, offers))
        size += int((demands.instance.need_minimum[needs] > 1).sum())
        if best is None or size < best[0]:
            best = size, inside, offers
    assert best is not None
    return _found(demands, claims, *best[1:], lacks=1)


def _of_several(demands: Demands, claims: Claims, several: Bools) -> Found:
    """Return the circuit of the first claim for several units that does not fit beside the rest."""
    at = np.flatnonzero(several)
    low, high = 0, len(at) - 1
    while low < high:
        middle = (low + high) // 2
        tried = ~several
        tried[at[: middle + 1]] = True
        if are_met(claims.keep(tried)):
            low = middle + 1
        else:
            high = middle
    kept = ~several
    kept[at[: low + 1]] = True
    part = claims.keep(kept)
    start = int(np.cumsum(kept)[at[low]] - 1)
    lacks = int(Filling(part).short.sum())
    asked = part.asked.copy()
    asked[start] -= lacks
    inside, offers = Filling(replace(part, asked=asked)).reached(np.array([start]))
    return _found(demands, part, inside, offers, lacks)


def _found(demands: Demands, claims: Claims, inside: Bools, offers: Ints, lacks: int) -> Found:
    """Turn the claims and offers reached into demands."""
    instance = demands.instance
    needs = claims.need[inside & ~claims.locks]
    has_lock = np.zeros(instance.n_needs, dtype=bool)
    has_lock[instance.need[instance.locked]] = True
    own = np.zeros(len(instance.need), dtype=bool)
    own[claims.pair[(inside & claims.locks)[claims.claim]]] = True
    # a need with locks and a minimum is called by them: all go in, and are tried
    called = np.isin(instance.need, needs[has_lock[needs]])
    conflicts: list[Conflict] = [
        *demands.on_pairs("bar", _bars(demands, needs, offers)),
        *(("offer_places", offer) for offer in offers.tolist()),
        *(("need_minimum", need) for need in needs[instance.need_minimum[needs] > 1].tolist()),
        *(("must_serve", need) for need in needs[instance.must[needs]].tolist()),
        *demands.on_pairs("lock", np.flatnonzero(own | (instance.locked & called))),
    ]
    return Found(conflicts, sure=lacks == 1 and not has_lock[needs].any())


def _bars(demands: Demands, needs: Ints, offers: Ints) -> Ints:
    """Return the barred pairs of some needs with offers beyond those reached."""
    instance = demands.instance
    barred = np.flatnonzero(instance.barred)
    if not len(barred):
        return barred
    of_needs = np.isin(instance.need[barred], needs)
    return barred[of_needs & ~np.isin(instance.offer[barred], offers)]


def shortage_behind(demands: Demands, conflicts: list[Conflict]) -> Shortage | None:
    """Return the shortage that a clash is, or None where it is another kind of clash.

    Where a rule asks for some of a group, the needs that compete are those of the group, and
    `asked` is how many of them at least it would take.
    """
    part = demands.under(conflicts)
    if not part.rules:
        found = shortage_among(claims_of(part))
        return found if found.missing > 0 else None
    pool = pool_of(part, part.rules[0]) if len(part.rules) == 1 else None
    if pool is None or pool.exceeds or pool.reachable >= pool.wanted:
        return None
    inside, _ = pool.filling.reached(np.flatnonzero(pool.filling.short))
    if not inside.any():
        return None
    found = shortage_among(pool.wider.keep(inside))
    asked = int(pool.claims.asked.sum()) + pool.wanted - int(pool.wider.asked[~inside].sum())
    return replace(found, asked=asked)
