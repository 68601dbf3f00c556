"""Find a smallest explanation of why no result meets the demands."""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np

from matchmaker.matching.infeasible import Conflict
from matchmaker.matching.instance import Instance, Ints
from matchmaker.matching.outcome import Deadline, Impossible
from matchmaker.matching.routes_linear import can_serve_all, rest_after_locks
from matchmaker.matching.routes_milp import is_feasible
from matchmaker.matching.rules import BalanceRule, GroupRule
from matchmaker.matching.smallest import irreducible, smallest

WITH_PAIR = ("lock", "bar")
SECONDS_FOR_SMALLEST = 2.0


def find_conflicts(instance: Instance, deadline: Deadline) -> tuple[list[Conflict], bool]:
    """Return demands that clash, in the caller's positions, and whether none is spare.

    Notes
    -----
    A lock on a pair that is not allowed, or barred, and a rule that cannot hold by itself
    are conflicts at once. Otherwise the set is first made irreducible, then as small as
    can be shown within `SECONDS_FOR_SMALLEST`.
    """
    at_once = _evident(instance)
    if at_once is not None:
        return [_for_caller(instance, conflict) for conflict in at_once], True
    demands = _demands(instance)
    kept, proven = irreducible(demands, lambda some: _clash(instance, some, deadline))
    if proven:
        soon = monotonic() + SECONDS_FOR_SMALLEST
        shorter = Deadline(soon if deadline.at is None else min(soon, deadline.at))
        kept = smallest(demands, kept, lambda some: _clash(instance, some, shorter))
    return [_for_caller(instance, conflict) for conflict in kept], proven


def _evident(instance: Instance) -> list[Conflict] | None:
    """Return a conflict that needs no solver, the smallest first."""
    if instance.stray_locks:
        need, offer = instance.stray_locks[0]
        return [("lock_not_allowed", need, offer)]
    for index, rule in enumerate(instance.rules):
        alone = replace(_bare(instance), rules=(rule,))
        if not _fits(alone, Deadline()):
            return [("rule", index)]
    both = np.flatnonzero(instance.locked & instance.barred)
    if len(both):
        pair = (int(instance.need[both[0]]), int(instance.offer[both[0]]))
        return [("lock", *pair), ("bar", *pair)]
    return None


def _bare(instance: Instance) -> Instance:
    """Return the allowed pairs without any demand."""
    return replace(
        instance,
        barred=np.zeros_like(instance.barred),
        locked=np.zeros_like(instance.locked),
        must=np.zeros_like(instance.must),
        need_minimum=np.zeros_like(instance.need_minimum),
        need_places=_degrees(instance.need, instance.n_needs),
        offer_places=_degrees(instance.offer, instance.n_offers),
        rules=(),
    )


def _degrees(side: Ints, count: int) -> Ints:
    """Return how many pairs each member has: places that bind nothing."""
    return np.bincount(side, minlength=count).astype(np.int64)


def _demands(instance: Instance) -> list[Conflict]:
    """List every demand that could take part in a clash, the likeliest to go first."""
    has_pairs = _degrees(instance.need, instance.n_needs)
    offered = _degrees(instance.offer, instance.n_offers)
    offers = np.flatnonzero(offered > instance.offer_places)
    needs = np.flatnonzero(has_pairs > instance.need_places)
    minima = np.flatnonzero(instance.need_minimum > 1)
    return [
        *(("bar", *_pair(instance, i)) for i in np.flatnonzero(instance.barred)),
        *(("offer_places", int(o)) for o in offers),
        *(("need_places", int(n)) for n in needs),
        *(("need_minimum", int(n)) for n in minima),
        *(("must_serve", int(n)) for n in np.flatnonzero(instance.must)),
        *(("lock", *_pair(instance, i)) for i in np.flatnonzero(instance.locked)),
        *(("rule", i) for i in range(len(instance.rules))),
    ]


def _pair(instance: Instance, position: int | np.signedinteger[Any]) -> tuple[int, int]:
    """Return need and offer of a listed pair."""
    return int(instance.need[position]), int(instance.offer[position])


def _clash(instance: Instance, some: list[Conflict], deadline: Deadline) -> bool:
    """Tell whether these demands alone cannot hold together."""
    bare = _bare(instance)
    position = {_pair(instance, i): i for i in np.flatnonzero(instance.barred | instance.locked)}
    rules = []
    for code, *at in some:
        if code == "rule":
            rules.append(instance.rules[int(at[0])])
        elif code in WITH_PAIR:
            marks = bare.barred if code == "bar" else bare.locked
            marks[position[int(at[0]), int(at[1])]] = True
        elif code == "must_serve":
            bare.must[int(at[0])] = True
        else:
            getattr(bare, str(code))[int(at[0])] = getattr(instance, str(code))[int(at[0])]
    return not _fits(replace(bare, rules=tuple(rules)), deadline)


def _fits(instance: Instance, deadline: Deadline) -> bool:
    """Tell whether some choice of pairs meets the demands."""
    if (instance.locked & instance.barred).any():
        return False
    deadline.check()
    usable = _concerned(instance.usable())
    try:
        if not usable.needs_milp:
            return can_serve_all(usable, rest_after_locks(usable))
        return is_feasible(usable, deadline)
    except Impossible:
        return False


def _concerned(instance: Instance) -> Instance:
    """Return only the pairs of needs that some demand could call for."""
    called = instance.must.copy()
    called[instance.need[instance.locked]] = True
    for rule in instance.rules:
        groups = [rule.a, rule.b] if isinstance(rule, BalanceRule) else _need_groups(rule)
        for group in groups:
            called[slice(None) if group is None else list(group)] = True
    return instance if called.all() else instance.keep(called[instance.need])


def _need_groups(rule: GroupRule) -> list[Sequence[int] | None]:
    """Return the needs of a rule and of the one it is a share of; None is all."""
    return [rule.needs, *([] if rule.share_of is None else _need_groups(rule.share_of))]


def _for_caller(instance: Instance, conflict: Conflict) -> Conflict:
    """Return a conflict with the caller's positions."""
    code, *at = conflict
    if code == "rule":
        return conflict
    if code == "offer_places":
        return (code, instance.caller_offer(int(at[0])))
    if len(at) == 1:
        return (code, instance.caller_need(int(at[0])))
    return (code, instance.caller_need(int(at[0])), instance.caller_offer(int(at[1])))
