"""What a place is worth: exact changes of the best total, from the residual graph."""

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.instance import Bools, Instance, Ints
from matchmaker.matching.residual import UNREACHED, greatest_distances

Prices = NDArray[np.float64]


def place_prices(instance: Instance, chosen: Bools) -> tuple[Prices | None, Prices | None]:
    """Return loss if one place leaves and gain if one more comes, for both sides.

    Parameters
    ----------
    instance : Instance
        Usable pairs, policy total.
    chosen : ndarray of bool, shape (n_pairs,)
        A proven optimum.

    Returns
    -------
    need_prices, offer_prices : ndarray of float, shape (n, 2), or None
        In the caller's order, in score units; inf where no result would remain; None where
        rules, minima or another policy make the residual graph say nothing.

    Notes
    -----
    One more place gains the greatest distance in the residual graph that closes a cycle
    through it; one place less loses the least that a way around costs. Both are exact, as
    flows are integral, where the two marginals of a linear program are only an interval.
    """
    rewarded = ~instance.useful & (instance.weight > 0)
    if instance.policy != "total" or instance.needs_milp or rewarded.any():
        return None, None
    n, m = instance.n_needs, instance.n_offers
    root = n + m
    tail, head, gain = _residual(instance, chosen)
    out = greatest_distances(tail, head, gain, root + 1, root)
    back = greatest_distances(head, tail, gain, root + 1, root)
    picked = chosen & ~instance.locked
    need_used = np.bincount(instance.need[picked], minlength=n)
    offer_used = np.bincount(instance.offer[picked], minlength=m)
    need_locks = np.bincount(instance.need[instance.locked], minlength=n)
    offer_locks = np.bincount(instance.offer[instance.locked], minlength=m)
    need_full = need_used == instance.need_places - need_locks
    offer_full = offer_used == instance.offer_places - offer_locks
    # a need that must be served cannot lose its last place
    last = instance.must & (need_locks == 0) & (instance.need_places <= 1)
    out[:n][last] = UNREACHED
    need_full |= last
    needs = _side(out[:n], back[:n], need_full, instance.need_places, instance.units)
    offers = _side(back[n:root], out[n:root], offer_full, instance.offer_places, instance.units)
    return _in_caller_order(needs, instance.need_order), _in_caller_order(
        offers, instance.offer_order
    )


def _side(loss_way: Ints, gain_way: Ints, full: Bools, places: Ints, units: float) -> Prices:
    """Turn distances into (loss, gain) of one side."""
    loss = np.where(loss_way == UNREACHED, np.inf, -loss_way / units)
    loss = np.where(full & (places > 0), loss, 0.0)
    gain = np.where(gain_way == UNREACHED, 0.0, np.maximum(gain_way, 0) / units)
    return np.column_stack([loss, gain]) + 0.0


def _in_caller_order(prices: Prices, order: Ints | None) -> Prices:
    """Undo the renumbering by key."""
    if order is None:
        return prices
    moved = np.empty_like(prices)
    moved[order] = prices
    return moved


def _residual(instance: Instance, chosen: Bools) -> tuple[Ints, Ints, Ints]:
    """Return tail, head and gain of the residual arcs around a choice of pairs."""
    n, m = instance.n_needs, instance.n_offers
    root = n + m
    free = ~instance.locked
    unused, used = free & ~chosen, free & chosen
    need, offer = instance.need.astype(np.int64), n + instance.offer.astype(np.int64)
    locks = np.bincount(instance.need[instance.locked], minlength=n)
    need_used = np.bincount(instance.need[used], minlength=n)
    offer_used = np.bincount(instance.offer[used], minlength=m)
    offer_locks = np.bincount(instance.offer[instance.locked], minlength=m)
    low = (instance.must & (locks == 0)).astype(np.int64)
    need_open = np.flatnonzero(need_used < instance.need_places - locks)
    need_drop = np.flatnonzero(need_used > low)
    offer_open = n + np.flatnonzero(offer_used < instance.offer_places - offer_locks)
    offer_drop = n + np.flatnonzero(offer_used > 0)
    worth = instance.worth
    parts = [
        (need[unused], offer[unused], worth[unused]),
        (offer[used], need[used], -worth[used]),
        (np.full(len(need_open), root), need_open, np.zeros(len(need_open), np.int64)),
        (need_drop, np.full(len(need_drop), root), np.zeros(len(need_drop), np.int64)),
        (offer_open, np.full(len(offer_open), root), np.zeros(len(offer_open), np.int64)),
        (np.full(len(offer_drop), root), offer_drop, np.zeros(len(offer_drop), np.int64)),
    ]
    tail, head, gain = (np.concatenate(column) for column in zip(*parts, strict=True))
    return tail, head, gain
