"""Find a smallest explanation of why no result meets the demands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from matchmaker.matching.infeasible import Conflict, TimeUp
from matchmaker.matching.instance import Instance, Ints
from matchmaker.matching.outcome import Deadline, Impossible
from matchmaker.matching.routes_milp import is_feasible

WITH_PAIR = ("lock", "bar")


def find_conflicts(instance: Instance, deadline: Deadline) -> tuple[list[Conflict], bool]:
    """Return demands that clash, in the caller's positions, and whether none is spare.

    Notes
    -----
    A lock on a pair that is not allowed, or barred, is a conflict by itself. Otherwise
    the demands are dropped in blocks of halving size, and a block that is not needed for the
    clash stays out (deletion filter [1]_); the set that remains is irreducible.

    References
    ----------
    .. [1] J. W. Chinneck and E. W. Dravnieks, "Locating minimal infeasible constraint sets
       in linear programs", ORSA J. Comput. 3(2), 1991. doi:10.1287/ijoc.3.2.157
    """
    at_once = _evident(instance)
    if at_once is not None:
        return [_for_caller(instance, conflict) for conflict in at_once], True
    demands = _demands(instance)
    kept, irreducible = _filtered(demands, lambda some: _clash(instance, some, deadline), deadline)
    return [_for_caller(instance, conflict) for conflict in kept], irreducible


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
    try:
        return is_feasible(instance.usable(), deadline)
    except Impossible:
        return False


def _filtered(
    demands: list[Conflict], clash: Callable[[list[Conflict]], bool], deadline: Deadline
) -> tuple[list[Conflict], bool]:
    """Drop what the clash does not need, in blocks of halving size."""
    kept = list(demands)
    size = max(len(kept) // 2, 1)
    try:
        while True:
            at = 0
            while at < len(kept):
                rest = kept[:at] + kept[at + size :]
                if clash(rest):
                    kept = rest
                else:
                    at += size
            if size == 1:
                return kept, True
            size = max(size // 2, 1)
    except TimeUp:
        return kept, False


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
