"""Best flows in a network: the simplex method on spanning trees, in int64, in stages.

A flow is best when no arc between its bounds has a reduced loss that says to change it; the
potentials that show it are the dual solution, equal in value, so every result carries its proof
[1]_. Trees are kept strongly feasible, which rules out endless runs [2]_. An artificial node takes
up what the bounds alone would leave over, at a price above that of any way through the network;
where some remains, there is no flow within the bounds.

.. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", 1993, chapter 11.
   ISBN 978-0-13-617549-0
.. [2] W. H. Cunningham, "A network simplex method", Math. Program. 11, 1976.
   doi:10.1007/BF01580379
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from matchmaker.matching.engine import pivots
from matchmaker.matching.engine.instance import Ints
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.pivots import AT_LOW, FIXED, NONE, TREE

LARGEST = 2**60
STEPS_BETWEEN_LOOKS = 20_000
SMALLEST_BLOCK = 20
COMPILED_ARCS = 2_000
"""A network of so many arcs takes longer uncompiled than the compiler takes to load."""


@cache
def compile_loops() -> None:
    """Compile the loops for the rest of the process, where there is a compiler."""
    with suppress(ImportError):
        from matchmaker.matching.engine.compiled import compile_module

        compile_module(pivots)


def fits(n_nodes: int, largest_gain: int) -> bool:
    """Tell whether 64 bits hold every sum that the method forms."""
    return (largest_gain + 1) * 4 * (n_nodes + 2) < LARGEST


@dataclass
class Simplex:
    """A circulation low <= flow <= high, kept with the spanning tree of its last optimum."""

    n_nodes: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    potential: Ints = field(init=False)
    _arcs: Ints = field(init=False)
    _tree: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Begin with every arc at its lower bound and every node under the artificial one."""
        if (self.low > self.high).any():
            raise Impossible
        n, root = self.n_nodes, self.n_nodes
        low = self.low
        surplus = np.bincount(self.head, low, minlength=n) - np.bincount(
            self.tail, low, minlength=n
        )
        surplus = np.rint(surplus).astype(np.int64)
        nodes = np.arange(n)
        out = surplus >= 0
        tails = np.concatenate([self.tail, np.where(out, nodes, root)])
        heads = np.concatenate([self.head, np.where(out, root, nodes)])
        endless = np.full(n, LARGEST, dtype=np.int64)
        capacity = np.concatenate([self.high - low, endless])
        flow = np.concatenate([np.zeros(len(low), dtype=np.int64), np.abs(surplus)])
        state = np.full(len(tails), AT_LOW, dtype=np.int64)
        state[: len(low)][capacity[: len(low)] == 0] = FIXED
        state[len(low) :] = TREE
        self._arcs = np.stack([tails, heads, capacity, flow, state]).astype(np.int64)
        tree = np.full((6, n + 1), NONE, dtype=np.int64)
        tree[0, :n], tree[1, :n], tree[2] = root, len(low) + nodes, 1
        tree[2, root] = 0
        tree[3, root] = 0 if n else NONE
        tree[4, : n - 1] = nodes[1:]
        tree[5, 1:n] = nodes[:-1]
        self._tree = tree
        self.potential = np.zeros(n + 1, dtype=np.int64)

    @property
    def flow(self) -> Ints:
        """(n_arcs,): the present flow."""
        return self.low + self._arcs[3, : len(self.low)]

    def maximise(self, gain: Ints, deadline: Deadline) -> None:
        """Move to a flow of greatest gain.

        Raises
        ------
        Impossible
            If no flow lies within the bounds.
        TimeUp
            If the time limit passed first.
        """
        n_arcs = len(self.low)
        price = (int(np.abs(gain).max(initial=0)) + 1) * (self.n_nodes + 1)
        loss = np.concatenate([-gain, np.full(self.n_nodes, price, dtype=np.int64)])
        self._set_potential(loss)
        block = max(int(np.sqrt(len(loss))), SMALLEST_BLOCK)
        if n_arcs >= COMPILED_ARCS:
            compile_loops()
        at, done = 0, False
        while not done:
            deadline.check()
            at, done = pivots.pivot(
                self._arcs, self._tree, loss, self.potential, at, block, STEPS_BETWEEN_LOOKS
            )
        if self._arcs[3, n_arcs:].any():
            raise Impossible

    def prices(self, gain: Ints) -> Ints:
        """Return what one unit on each arc adds beyond what its ends cost, shape (n_arcs,).

        After `maximise` the greatest gain is the sum of price x high over the arcs of a price
        above 0, and of price x low over the others; with other bounds the sum bounds it.
        """
        return gain - self.potential[self.tail] + self.potential[self.head]

    def keep_optimal(self, gain: Ints) -> None:
        """Fix each arc whose flow is the same in every optimum of the last gain."""
        state = self._arcs[4, : len(self.low)]
        reduced = self.potential[self.tail] - self.potential[self.head] - gain
        state[(state != TREE) & (reduced != 0)] = FIXED

    def _set_potential(self, loss: Ints) -> None:
        """Give every arc of the tree a reduced loss of 0, from the root downwards."""
        parent, above, depth = self._tree[0], self._tree[1], self._tree[2]
        self.potential[:] = 0
        order = np.argsort(depth, kind="stable")[1:]
        towards = self._arcs[0, above[order]] == order
        step = np.where(towards, -loss[above[order]], loss[above[order]])
        levels = np.flatnonzero(np.diff(depth[order], prepend=0))
        for start, end in zip(levels, np.append(levels[1:], len(order)), strict=True):
            some = order[start:end]
            self.potential[some] = self.potential[parent[some]] + step[start:end]
