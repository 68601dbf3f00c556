"""Fairest values without rules: by component, level by level, on one flow that is never redone.

The served needs' values are raised lexicographically from the lowest (leximin). After each level
only the flows that are best so far stay possible (arcs with a reduced cost are fixed), so the
later levels and the total are chosen among exactly these.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Deadline, Impossible, Outcome, simple_bound, value_of
from matchmaker.matching.engine.residual import Flow
from matchmaker.matching.engine.routes_linear import (
    LARGEST_DENSE_CELLS,
    Block,
    Rest,
    blocks_of,
    rest_after_locks,
    strict_cost,
)

STEEPNESS = 8


def is_fair_flow(instance: Instance, rest: Rest) -> bool:
    """Tell whether this route is exact: one place per need, no rules, no minima."""
    has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
    largest = int(np.abs(instance.weight).max(initial=0))
    return (
        not instance.needs_milp
        and bool((rest.need_left <= 1).all())
        and not (has_lock & (rest.need_left > 0)).any()
        and largest * (instance.n_needs + instance.n_offers + 2) < 2**62
    )


def solve_fairest(instance: Instance, deadline: Deadline) -> Outcome:
    """Return the leximin choice, then the greatest total among equals.

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
    chosen, stopped = instance.locked.copy(), False
    for block in blocks_of(instance, rest):
        if block.cells > LARGEST_DENSE_CELLS:
            raise ArithmeticError("a component is too large for the fairest policy")
        leximin = _Leximin(block, deadline)
        chosen[block.edges[leximin.solve()]] = True
        stopped |= leximin.stopped
    if not stopped:
        return Outcome(chosen, "dense")
    value = value_of(instance, chosen)
    return Outcome(chosen, "dense", (value[0], *simple_bound(instance, value)[1:]), stopped=True)


class _Leximin:
    """One component: a flow from the root over rows and columns back to the root."""

    def __init__(self, block: Block, deadline: Deadline) -> None:
        self.block, self.deadline = block, deadline
        self.taken: list[int] = []
        self.stopped = False
        n, m, e = len(block.must), len(block.repeats), len(block.edges)
        root = n + m
        start = _start(block)
        rows, columns = np.arange(n), n + np.arange(m)
        self.edge = np.concatenate([np.arange(e), np.full(n + m, -1)])
        used = np.zeros(e, dtype=np.int64)
        used[start] = 1
        self.flow = Flow(
            root + 1,
            np.concatenate([block.row, np.full(n, root), columns]),
            np.concatenate([n + block.column, rows, np.full(m, root)]),
            np.concatenate([np.zeros(e, np.int64), block.must.astype(np.int64), np.zeros(m, int)]),
            np.concatenate([np.ones(e + n, np.int64), block.repeats]),
            np.concatenate(
                [
                    used,
                    np.bincount(block.row[start], minlength=n),
                    np.bincount(block.column[start], minlength=m),
                ]
            ),
        )
        self.settled = np.zeros(e, dtype=bool)

    def solve(self) -> NDArray[np.int64]:
        """Return the chosen pairs of the block."""
        served = np.zeros(len(self.edge), dtype=np.int64)
        served[len(self.block.edges) : len(self.block.edges) + len(self.block.must)] = 1
        self._stage(served)
        for level in self._levels():
            if self.deadline.passed:
                self.stopped = True
                break
            self._drop_below(level)
            self._stage(-self._of_pairs((self.block.weight == level) & ~self.settled))
            self.settled |= self.block.weight == level
        return np.array(self.taken + self._pairs().tolist(), dtype=np.int64)

    def _levels(self) -> Iterator[int]:
        """Yield the lowest chosen score that is not settled, again and again."""
        while True:
            pairs = self._pairs()
            open_ = pairs[~self.settled[pairs]]
            if not len(open_):
                return
            yield int(self.block.weight[open_].min())

    def _pairs(self) -> NDArray[np.int64]:
        """Return the pairs that carry flow on arcs that are still free."""
        found = self.edge[(self.flow.flow > 0) & (self.edge >= 0)]
        return np.asarray(found, dtype=np.int64)

    def _of_pairs(self, values: Ints | Bools) -> Ints:
        """Return a gain on the arcs that are pairs."""
        gain = np.zeros(len(self.edge), dtype=np.int64)
        is_pair = self.edge >= 0
        gain[is_pair] = values[self.edge[is_pair]]
        return gain

    def _drop_below(self, level: int) -> None:
        """Close pairs below the level that are neither chosen nor part of a settled level."""
        below = (self.block.weight < level) & ~self.settled
        closed = self._of_pairs(below) > 0
        self.flow.high[closed] = 0
        self._shrink()

    def _stage(self, gain: Ints) -> None:
        """Reach the greatest gain and keep only the flows that reach it."""
        if gain.any():
            start = np.zeros(self.flow.n_nodes, dtype=np.int64)
            self.flow.keep_optimal(gain, self.flow.improve(gain, start))
            self._shrink()

    def _shrink(self) -> None:
        """Take fixed arcs out; those with flow are chosen for good."""
        flow = self.flow
        free = flow.low < flow.high
        if free.all():
            return
        done = ~free & (flow.flow > 0) & (self.edge >= 0)
        # a pair that is fixed is settled: no later level changes it
        self.taken.extend(self.edge[done].tolist())
        self.edge = self.edge[free]
        self.flow = Flow(
            flow.n_nodes,
            flow.tail[free],
            flow.head[free],
            flow.low[free],
            flow.high[free],
            flow.flow[free],
        )


def _start(block: Block) -> NDArray[np.int64]:
    """Return a choice that serves most rows and is likely to be nearly fair."""
    expanded = np.repeat(np.arange(len(block.repeats)), block.repeats)
    span = float(block.weight.max() - block.weight.min()) or 1.0
    loss = ((block.weight.max() - block.weight) / span) ** STEEPNESS
    cost = strict_cost(block, expanded, loss)
    if cost.shape[0] > cost.shape[1]:
        raise Impossible
    try:
        rows, picks = linear_sum_assignment(cost)
    except ValueError as error:
        raise Impossible from error
    real = picks < len(expanded)
    where = np.full((len(block.must), len(block.repeats)), -1, dtype=np.int64)
    where[block.row, block.column] = np.arange(len(block.edges))
    return np.asarray(where[rows[real], expanded[picks[real]]], dtype=np.int64)
