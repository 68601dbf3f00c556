"""Fairest values without rules: leximin over one pair per need, then the greatest total.

The value of a need is that of its best pair. So the values are decided by one pair for each need,
its first, and the places that needs and offers have beyond play no part in them (`leximin`). Which
first pairs the best choices have is known afterwards; the further pairs are chosen for the
greatest total, by the kernel where every first pair is determined, else as a flow (`further`).
"""

import numpy as np

from matchmaker.matching.engine.demanded import without_spare
from matchmaker.matching.engine.further import with_further
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.leximin import Choice, Face, fairest
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    best_scores,
    simple_bound,
    value_of,
)
from matchmaker.matching.engine.routes_linear import Rest, rest_after_locks

UNSERVED = -(2**62)
MISSING = UNSERVED - 1
"""Level of a need without any pair, and of one that must have a pair."""


def solve_fairest(instance: Instance, deadline: Deadline) -> Outcome | None:
    """Return the leximin choice, then the greatest total among equals; None where unproven.

    Raises
    ------
    Impossible
        If must_serve or the locks cannot be met.
    TimeUp
        If the time limit passed first.
    """
    rest = rest_after_locks(instance)
    if (rest.must & (rest.need_left == 0)).any():
        raise Impossible
    deadline.check()
    choice, needs = _choice_of(instance, rest)
    face = fairest(choice, deadline)
    if face is None:
        return None
    chosen = instance.locked.copy()
    chosen[_edges_of(instance, needs, face)] = True
    missing = (face.taken < 0) & rest.must[needs]
    if not face.proven:
        if missing.any():
            raise TimeUp("the time limit passed before a feasible result was found")
        return _unproven(instance, chosen)
    if missing.any():
        raise Impossible
    if not _may_have_further(instance, rest):
        return Outcome(chosen, "dense")
    levels = best_scores(instance, chosen)
    try:
        best = with_further(instance, rest, chosen, needs, face, deadline)
    except TimeUp:
        return _unproven(instance, chosen)
    if best is None or best_scores(instance, best) != levels:
        return None
    spare = (without_spare(instance, best) != best).any()
    return None if spare else Outcome(best, "dense")


def is_fair_flow(instance: Instance) -> bool:
    """Tell whether this route may decide: no rules and no minima."""
    return not instance.needs_milp


def _unproven(instance: Instance, chosen: Bools) -> Outcome:
    """Return what was reached in time; no choice serves more needs."""
    value = value_of(instance, chosen)
    return Outcome(chosen, "dense", (value[0], *simple_bound(instance, value)[1:]), stopped=True)


def _may_have_further(instance: Instance, rest: Rest) -> bool:
    """Tell whether choices of equal values can differ in their total."""
    has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
    return bool((rest.need_left > np.where(has_lock, 0, 1)).any())


def _choice_of(instance: Instance, rest: Rest) -> tuple[Choice, Ints]:
    """Return the choice of first pairs, and the needs that are its rows."""
    base = np.where(rest.must, MISSING, UNSERVED)
    locked = instance.locked
    np.maximum.at(base, instance.need[locked], instance.weight[locked])
    needs = np.flatnonzero(rest.need_left > 0)
    rank = np.full(instance.n_needs, -1)
    rank[needs] = np.arange(len(needs))
    # a pair no better than a locked one of the same need does not change its value
    edges = np.flatnonzero(rest.free & (instance.weight > base[instance.need]))
    choice = Choice(
        row=rank[instance.need[edges]],
        column=instance.offer[edges].astype(np.int64),
        level=instance.weight[edges],
        stay=base[needs],
        counts=base[needs] <= UNSERVED,
        room=rest.offer_left,
    )
    return choice, needs


def _edges_of(instance: Instance, needs: Ints, face: Face) -> Ints:
    """Return the pairs that the face's own choice takes."""
    rows = np.flatnonzero(face.taken >= 0)
    width = max(instance.n_offers, 1)
    codes = instance.need.astype(np.int64) * width + instance.offer
    return np.searchsorted(codes, needs[rows] * width + face.taken[rows])
