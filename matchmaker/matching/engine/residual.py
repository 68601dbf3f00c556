"""Flows on arcs with integer values: exact improvement, certificates and greatest distances."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Ints

UNREACHED = -(2**62)
ROUNDS_BETWEEN_LOOKS = 8


@dataclass
class Flow:
    """An integer circulation: every node passes on what it gets."""

    n_nodes: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    flow: Ints

    def residual(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return tail, head, arc and direction (+1, -1) of each possible change by one unit."""
        more = np.flatnonzero(self.flow < self.high)
        less = np.flatnonzero(self.flow > self.low)
        return (
            np.concatenate([self.tail[more], self.head[less]]),
            np.concatenate([self.head[more], self.tail[less]]),
            np.concatenate([more, less]),
            np.concatenate([np.ones_like(more), -np.ones_like(less)]),
        )

    def improve(self, gain: Ints, potential: Ints) -> Ints:
        """Raise the summed gain to its maximum; return potentials that certify it.

        Parameters
        ----------
        gain : ndarray of int, shape (n_arcs,)
            What one unit on each arc adds.
        potential : ndarray of int, shape (n_nodes,)
            Any start; good ones end the search at once.

        Returns
        -------
        ndarray of int, shape (n_nodes,)
            potential[head] >= potential[tail] + gain along every residual arc, so no cycle
            of changes gains anything: the flow is optimal.
        """
        while True:
            tail, head, arc, way = self.residual()
            search = _Search(tail, head, gain[arc] * way, self.n_nodes)
            cycle, potential = search.run(potential)
            if cycle is None:
                return potential
            self.flow[arc[cycle]] += way[cycle]

    def keep_optimal(self, gain: Ints, potential: Ints) -> None:
        """Fix each arc whose flow is the same in every optimum of this gain."""
        reduced = gain + potential[self.tail] - potential[self.head]
        fixed = reduced != 0
        self.low[fixed] = self.high[fixed] = self.flow[fixed]


class _Search:
    """Greatest distances over residual arcs, all arcs of a round at once (Bellman-Ford)."""

    def __init__(self, tail: Ints, head: Ints, gain: Ints, n_nodes: int) -> None:
        self.order = np.argsort(head, kind="stable")
        self.tail, self.gain, self.n_nodes = tail[self.order], gain[self.order], n_nodes
        self.heads, self.starts = np.unique(head[self.order], return_index=True)

    def round(self, distance: Ints) -> tuple[Bools, Ints]:
        """Return which heads a longer way reaches, and those greatest distances."""
        offered = distance[self.tail] + self.gain
        best = np.maximum.reduceat(offered, self.starts)
        return best > distance[self.heads], best

    def run(self, distance: Ints) -> tuple[NDArray[np.int64] | None, Ints]:
        """Return a cycle of gain above 0 (as residual arcs), or None, with the distances."""
        distance = distance.copy()
        if not len(self.tail):
            return None, distance
        parent = np.full(self.n_nodes, -1, dtype=np.int64)
        rounds = 0
        while True:
            longer, best = self.round(distance)
            if not longer.any():
                return None, distance
            self._note_parents(parent, distance, longer, best)
            distance[self.heads[longer]] = best[longer]
            rounds += 1
            if rounds % ROUNDS_BETWEEN_LOOKS == 0:
                cycle = self._cycle(parent)
                if cycle is not None:
                    return self.order[cycle], distance

    def _note_parents(self, parent: Ints, distance: Ints, longer: Bools, best: Ints) -> None:
        """Remember through which arc each longer way comes."""
        ends = np.append(self.starts[1:], len(self.tail))
        spread = np.repeat(np.where(longer, best, UNREACHED), ends - self.starts)
        hits = np.flatnonzero(distance[self.tail] + self.gain == spread)
        at = np.searchsorted(self.starts, hits, side="right") - 1
        hits, at = hits[longer[at]], at[longer[at]]
        parent[self.heads[at[::-1]]] = hits[::-1]

    def _cycle(self, parent: Ints) -> NDArray[np.int64] | None:
        """Return the arcs of a cycle of parents, or None."""
        above = np.where(parent >= 0, self.tail[parent], -1)
        state = np.zeros(self.n_nodes, dtype=np.int64)
        for start in np.flatnonzero(parent >= 0):
            node = int(start)
            while node >= 0 and state[node] == 0:
                state[node] = start + 1
                node = int(above[node])
            if node >= 0 and state[node] == start + 1:
                return _walk(node, parent, above)
        return None


def _walk(node: int, parent: Ints, above: Ints) -> NDArray[np.int64]:
    """Collect the arcs of the cycle of parents through a node."""
    arcs, at = [int(parent[node])], int(above[node])
    while at != node:
        arcs.append(int(parent[at]))
        at = int(above[at])
    return np.array(arcs, dtype=np.int64)


def greatest_distances(tail: Ints, head: Ints, gain: Ints, n_nodes: int, source: int) -> Ints:
    """Return the greatest summed gain of a way from the source to each node.

    There must be no cycle of gain above 0. Nodes that cannot be reached get `UNREACHED`.
    """
    distance = np.full(n_nodes, UNREACHED, dtype=np.int64)
    distance[source] = 0
    if not len(tail):
        return distance
    search = _Search(tail, head, gain, n_nodes)
    while True:
        offered = distance[search.tail] + search.gain
        offered[distance[search.tail] == UNREACHED] = UNREACHED
        best = np.maximum.reduceat(offered, search.starts)
        longer = best > distance[search.heads]
        if not longer.any():
            return distance
        distance[search.heads[longer]] = best[longer]
