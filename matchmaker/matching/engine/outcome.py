"""What a route hands back, and how good a choice of pairs is under each policy."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints

Value = tuple[Any, ...]


class Impossible(Exception):
    """A route proved that no result meets the demands (the reason is sought elsewhere)."""


@dataclass
class Deadline:
    """A point in time after which no further stage is started."""

    at: float | None = None

    @classmethod
    def after(cls, seconds: float | None) -> "Deadline":
        """Return the deadline so many seconds from now; None is never."""
        return cls(None if seconds is None else monotonic() + seconds)

    @property
    def left(self) -> float | None:
        """Seconds left, at least 0; None without limit."""
        return None if self.at is None else max(self.at - monotonic(), 0.0)

    @property
    def passed(self) -> bool:
        """Tell whether the time is up."""
        return self.at is not None and monotonic() >= self.at

    def check(self) -> None:
        """Raise `TimeUp` where the time is up."""
        if self.passed:
            raise TimeUp("the time limit passed before a feasible result was found")


@dataclass(frozen=True)
class Outcome:
    """Chosen pairs of an instance with what is proven of them."""

    chosen: Bools
    """(n_pairs,): over the pairs of the instance the route was given."""
    solver: str
    bound: Value | None = None
    """Upper bound in grid units, as `value_of`; None where the choice is proven best."""
    stopped: bool = False
    duals: tuple[Ints, Ints] | None = None
    """(n_needs,) and (n_offers,) in grid units, policy total: what a place of each is worth, at
    least 0; u + v is at least the worth of each free pair that is not chosen, at most that of a
    chosen one, and 0 where a place is left. None where the route has none."""


def served_by(instance: Instance, chosen: Bools) -> Bools:
    """Tell which needs get at least one of the chosen pairs, shape (n_needs,)."""
    served = np.zeros(instance.n_needs, dtype=bool)
    served[instance.need[chosen]] = True
    return served


def best_scores(instance: Instance, chosen: Bools) -> tuple[int, ...]:
    """Return the best chosen score of each served need in grid units, ascending."""
    lowest = np.iinfo(np.int64).min
    best = np.full(instance.n_needs, lowest, dtype=np.int64)
    np.maximum.at(best, instance.need[chosen], instance.weight[chosen])
    return tuple(np.sort(best[served_by(instance, chosen)]).tolist())


def value_of(instance: Instance, chosen: Bools) -> Value:
    """Return what the policy compares, in grid units."""
    total = int(instance.weight[chosen].sum())
    if instance.policy == "total":
        return (total,)
    served = int(served_by(instance, chosen).sum())
    if instance.policy == "coverage":
        return (served, total)
    return (served, best_scores(instance, chosen), total)


def simple_bound(instance: Instance, value: Value) -> Value:
    """Return an upper bound of every component from each need's best pairs."""
    lowest = np.iinfo(np.int64).min
    best = np.full(instance.n_needs, lowest, dtype=np.int64)
    np.maximum.at(best, instance.need, instance.weight)
    reachable = best[best > lowest]
    total = max(_greatest_total(instance), int(value[-1]))
    if instance.policy == "total":
        return (total,)
    if instance.policy == "coverage":
        return (len(reachable), total)
    return (len(reachable), tuple(np.sort(reachable).tolist()), total)


def _greatest_total(instance: Instance) -> int:
    """Sum each need's greatest positive scores, as many as it has places."""
    order = np.lexsort((-instance.weight, instance.need))
    need, weight = instance.need[order], instance.weight[order]
    first = np.searchsorted(need, np.arange(instance.n_needs))
    rank = np.arange(len(need)) - first[need]
    return int(weight[(rank < instance.need_places[need]) & (weight > 0)].sum())


def gap_between(value: Value, bound: Value, units: float) -> float:
    """Return bound less objective of the first component not proven, in scores or as a count."""
    for place, (reached, limit) in enumerate(zip(value, bound, strict=True)):
        if reached == limit:
            continue
        if isinstance(reached, tuple):
            pairs = zip(reached, limit, strict=False)
            return next((float(b - a) / units for a, b in pairs if a != b), 0.0)
        is_count = place == 0 and len(value) > 1
        return float(limit - reached) / (1.0 if is_count else units)
    return 0.0


def in_scores(value: Value, instance: Instance) -> Value:
    """Turn a value in grid units into scores; counts stay integers."""
    units = instance.units
    total = (value[-1] / units,)
    if instance.policy == "total":
        return total
    if instance.policy == "coverage":
        return (value[0], *total)
    return (value[0], tuple(level / units for level in value[1]), *total)
