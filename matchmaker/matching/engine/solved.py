"""A solved problem, kept to be asked what a change would cost; and how it is solved again."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.conflicts import find_clash, for_caller
from matchmaker.matching.engine.demands import clash_by_flow
from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    Value,
    gap_between,
    value_of,
)
from matchmaker.matching.engine.routes import solve

Pairs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Solved:
    """A problem with its outcome."""

    asked: Instance
    """As it was asked, barred pairs and all."""
    instance: Instance
    """Its usable part, over which the outcome is told."""
    outcome: Outcome
    proven: bool

    @cached_property
    def value(self) -> Value:
        """Return what the policy compares, in grid units."""
        return value_of(self.instance, self.outcome.chosen)

    @cached_property
    def graph(self) -> Graph | None:
        """Return the residual graph; None where the route has none or nothing is proven."""
        return Graph.of(self.instance, self.outcome) if self.proven else None

    @property
    def units(self) -> float:
        """Return the grid units in a score of 1."""
        return self.instance.units

    @cached_property
    def pairs(self) -> Pairs:
        """Return the chosen pairs in ranks, shape (n_pairs, 2), sorted."""
        chosen = self.outcome.chosen
        columns = self.instance.need[chosen], self.instance.offer[chosen]
        return np.column_stack(columns).astype(np.int64)


class HasSolved(Protocol):
    """What the questions about changes are asked of: an `Assignment`."""

    @property
    def solved(self) -> Solved:
        """The problem with its outcome."""


@dataclass(frozen=True)
class Again:
    """What a changed problem comes to."""

    pairs: Pairs
    """In ranks, sorted."""
    value: Value | None
    """None where no result meets the demands."""
    bound: Value | None
    proven: bool
    stopped: bool
    conflicts: tuple[Conflict, ...] = ()

    def gap(self, units: float) -> float:
        """Return bound less objective of the first component that is not proven."""
        if self.value is None or self.bound is None:
            return 0.0
        return gap_between(self.value, self.bound, units)


NO_PAIRS: Pairs = np.zeros((0, 2), dtype=np.int64)


def solve_again(asked: Instance, deadline: Deadline) -> Again:
    """Solve a changed problem; say what clashes where it cannot be solved.

    Raises
    ------
    TimeUp
        If time ended before anything was found or excluded.
    """
    usable = asked.usable()
    try:
        if clash_by_flow(asked, deadline):
            raise Impossible
        outcome = solve(usable, deadline, None)
    except Impossible:
        found = [for_caller(asked, one) for one in find_clash(asked, deadline).conflicts]
        return Again(NO_PAIRS, None, None, True, False, tuple(found))
    value = value_of(usable, outcome.chosen)
    proven = outcome.bound is None or tuple(outcome.bound) <= value
    pairs = Solved(asked, usable, outcome, proven).pairs
    bound = value if proven else outcome.bound
    return Again(pairs, value, bound, proven, outcome.stopped and not proven)


def in_caller_positions(asked: Instance, pairs: Pairs) -> Pairs:
    """Turn ranks into the caller's positions."""
    need, offer = pairs[:, 0], pairs[:, 1]
    if asked.need_order is not None and asked.offer_order is not None:
        need, offer = asked.need_order[need], asked.offer_order[offer]
    return np.column_stack([need, offer]).astype(np.int64)
