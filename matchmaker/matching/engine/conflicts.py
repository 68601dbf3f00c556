"""Find a smallest explanation of why no result meets the demands."""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from matchmaker.matching.engine.demands import Demands, in_order
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.narrow import narrowed
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.rules import BalanceRule, GroupRule
from matchmaker.matching.engine.scarcity import (
    clash_of_claims,
    clash_of_one,
    clashes_of_place,
    shortage_behind,
)
from matchmaker.matching.engine.shortage import Shortage
from matchmaker.matching.engine.smallest import irreducible, smallest
from matchmaker.matching.engine.smallest_shortage import smaller_shortage

SECONDS_FOR_SMALLEST = 2.0


@dataclass(frozen=True)
class Clash:
    """Demands that cannot hold together, in ranks."""

    conflicts: list[Conflict]
    irreducible: bool = True
    """Dropping any one of them makes the others hold together."""
    smallest: bool = True
    """No clash of fewer demands exists."""
    shortage: Shortage | None = None
    """The clash as needs that compete for too few places, where it is that."""


def find_clash(instance: Instance, deadline: Deadline) -> Clash:
    """Return demands that clash, none of them spare, as few as can be shown soon.

    Notes
    -----
    Clashes of one demand, and of one pair, need or offer, are counted out. Without rules every
    other one is a shortage, read off a greatest flow (`scarcity`). With rules a linear program
    narrows the demands down (`narrow`); then they are left out on trial.

    To find the smallest is NP-hard even without rules: let each edge of a graph be a need whose
    offers are its two ends and d = k(k-1)/2 - k - 1 offers common to all; the smallest shortage
    has k(k-1)/2 needs exactly where the graph has k nodes that are all joined. So it is sought
    for `SECONDS_FOR_SMALLEST`, after bounds that mostly prove it at once.
    """
    # a pair that no demand could call for may be called for once another is left out
    instance = instance.whole()
    single = _single(instance)
    if single is not None:
        return Clash([single])
    demands = Demands(instance)
    lone = clash_of_one(demands)
    if lone is not None:
        return Clash(lone, shortage=shortage_behind(demands, lone))
    clash = _smallest_known(demands, deadline)
    if not clash.irreducible:
        return clash
    return replace(clash, shortage=shortage_behind(demands, clash.conflicts))


def _smallest_known(demands: Demands, deadline: Deadline) -> Clash:
    """Return a clash of two demands or more, the smallest that is found soon."""
    clash = _any(demands, deadline)
    if not clash.irreducible or len(clash.conflicts) <= 2:
        # no demand clashes by itself any more, so two are the fewest
        return replace(clash, smallest=clash.irreducible)
    soon = monotonic() + SECONDS_FOR_SMALLEST
    shorter = Deadline(soon if deadline.at is None else min(soon, deadline.at))
    best, proven = _fewer(demands, clash.conflicts, shorter)
    return Clash(best, smallest=proven)


def _single(instance: Instance) -> Conflict | None:
    """Return a lock on a pair that is not allowed, or a rule that cannot hold by itself."""
    if instance.stray_locks:
        return ("lock_not_allowed", *instance.stray_locks[0])
    for index, rule in enumerate(instance.rules):
        if isinstance(rule, BalanceRule) or rule.share_of is not None:
            continue
        if (rule.at_least or 0) > _most(instance, rule):
            return ("rule", index)
    return None


def _most(instance: Instance, rule: GroupRule) -> int:
    """Return what a rule counts when every pair is chosen, those barred as well."""
    inside = np.ones(len(instance.need), dtype=bool)
    for group, side in ((rule.needs, instance.need), (rule.offers, instance.offer)):
        if group is not None:
            inside &= np.isin(side, np.array(group, dtype=np.int64))
    if rule.count == "pairs":
        return int(inside.sum())
    side = instance.need if rule.count == "needs" else instance.offer
    return len(np.unique(side[inside]))


def _any(demands: Demands, deadline: Deadline) -> Clash:
    """Return a clash of two demands or more."""
    found = sorted(clashes_of_place(demands), key=len)
    if found and len(found[0]) == 2:
        return Clash(found[0], smallest=True)
    scarce = clash_of_claims(demands)
    if scarce is not None:
        clash = Clash(scarce.conflicts)
        if not scarce.sure:
            clash = _reduced(demands, scarce.conflicts, deadline)
        if clash.irreducible or not found:
            found.append(clash.conflicts)
    if found:
        return Clash(min(found, key=len))
    return _reduced(demands, narrowed(demands, deadline), deadline)


def _reduced(demands: Demands, some: list[Conflict], deadline: Deadline) -> Clash:
    """Leave out on trial what a clash does not need."""
    kept, proven = irreducible(in_order(some), lambda part: demands.clash(part, deadline))
    return Clash(kept, irreducible=proven)


def _fewer(
    demands: Demands, known: list[Conflict], deadline: Deadline
) -> tuple[list[Conflict], bool]:
    """Return the smallest clash, and whether that is proven."""
    instance = demands.instance
    if instance.rules or (instance.need_minimum > 1).any():
        return smallest(demands.listed(), known, lambda some: demands.clash(some, deadline))
    shortage, proven = smaller_shortage(demands, len(known), deadline)
    return shortage or known, proven


def for_caller(instance: Instance, conflict: Conflict) -> Conflict:
    """Return a conflict with the caller's positions."""
    code, *at = conflict
    if code == "rule":
        return conflict
    if code == "offer_places":
        return (code, instance.caller_offer(int(at[0])))
    if len(at) == 1:
        return (code, instance.caller_need(int(at[0])))
    return (code, instance.caller_need(int(at[0])), instance.caller_offer(int(at[1])))
