"""Searches for shortest ways over a residual graph that leave the root out, one after the other.

Two classes do the same: `Ways` runs the compiled loops of `searches`, `PlainWays` needs no compiler
and is the better choice for small graphs, for which a compiler takes longer to load than to run.
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.instance import Ints

FAR = 2**61
"""No way. Two of them still fit into 64 bits."""
UNUSED, CHOSEN, FIXED = 0, 1, 2
COMPILED_PAIRS = 20_000
"""Graphs of fewer pairs are searched without the compiler."""


class Arcs(NamedTuple):
    """A residual graph as flat arrays: needs, then offers, then the root."""

    need: Ints
    """(n_pairs,) int32: sorted."""
    offer: Ints
    gain: Ints
    state: Ints
    """(n_pairs,) int8: `UNUSED`, `CHOSEN`, or `FIXED` where a lock holds the pair."""
    need_start: Ints
    """(n_needs + 1,): where the pairs of each need start."""
    by_offer: Ints
    """(n_pairs,): the pairs sorted by offer."""
    offer_start: Ints
    need_held: Ints
    """Chosen pairs sorted by need, and where those of each need start."""
    need_held_start: Ints
    offer_held: Ints
    offer_held_start: Ints
    potential: Ints
    """(n_nodes,): root last."""

    @property
    def n_needs(self) -> int:
        """Return the number of needs."""
        return len(self.need_start) - 1

    def listed(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return tail, head, gain and pair of each arc that does not touch the root."""
        need, offer = self.need.astype(np.int64), self.n_needs + self.offer.astype(np.int64)
        forth, back = np.flatnonzero(self.state == UNUSED), np.flatnonzero(self.state == CHOSEN)
        return (
            np.concatenate([need[forth], offer[back]]),
            np.concatenate([offer[forth], need[back]]),
            np.concatenate([self.gain[forth], -self.gain[back]]),
            np.concatenate([forth, back]),
        )


class Ways:
    """Compiled searches; one thread at a time."""

    def __init__(self, arcs: Arcs) -> None:
        from matchmaker.matching.engine.searches import Space, search

        n_nodes = len(arcs.potential)
        self.arcs, self._search = arcs, search
        self.via = np.full(n_nodes, -1)
        """(n_nodes,): pair through which the way found comes, -1 at its start."""
        self._far = np.full(n_nodes, FAR)
        self._space = Space(
            np.full(n_nodes, FAR),
            self.via,
            np.full(n_nodes, -1),
            np.zeros(n_nodes, dtype=np.int64),
            np.zeros(n_nodes + 1, dtype=np.int64),
            np.zeros(n_nodes + 1, dtype=np.int64),
        )

    def of_the_root(self, first: Ints, forward: bool) -> Ints:
        """Return lengths of the shortest ways from the root to each node, or back.

        `first`, shape (n_nodes,), holds the length of each node's own arc, `FAR` where none is.
        """
        nodes = np.flatnonzero(first < FAR)
        # nodes by length are a heap as they stand
        nodes = nodes[np.argsort(first[nodes], kind="stable")]
        self._begin(nodes, first[nodes])
        self._search(self.arcs, self._space, len(nodes), forward, 0, self._far, FAR)
        return self._space.length.copy()

    def between(self, node: int, forward: bool, base: int, limit: Ints, wanted: Ints) -> Ints:
        """Return the length of the shortest way from a node to each wanted one, or back.

        A way that reaches a node at base + limit[node] or above may be passed over; `FAR` then.
        """
        self._begin(np.array([node]), np.zeros(1, dtype=np.int64))
        space = self._space
        space.wanted[wanted] = 1
        space.wanted[-1] = len(wanted)
        most = int(base) + int(limit[wanted].max(initial=0))
        self._search(self.arcs, space, 1, forward, int(base), limit, most)
        space.wanted[wanted] = 0
        return space.length[wanted]

    def _begin(self, nodes: Ints, lengths: Ints) -> None:
        """Clear what the last search left and put nodes, sorted by length, into the heap."""
        space = self._space
        touched = space.touched[: space.touched[-1]]
        space.length[touched] = FAR
        space.via[touched] = -1
        space.place[touched] = -1
        space.wanted[-1] = 0
        space.heap[: len(nodes)] = nodes
        space.place[nodes] = np.arange(len(nodes))
        space.length[nodes] = lengths
        space.touched[: len(nodes)] = nodes
        space.touched[-1] = len(nodes)


class PlainWays:
    """The same searches by rounds over all arcs (Bellman and Ford's method), in numpy."""

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs
        self.via = np.full(len(arcs.potential), -1)
        """(n_nodes,): pair through which the way found comes, -1 at its start."""
        tail, head, gain, self._pair = arcs.listed()
        self._ends = tail, head
        self._length = arcs.potential[head] - arcs.potential[tail] - gain

    def of_the_root(self, first: Ints, forward: bool) -> Ints:
        """Return lengths of the shortest ways from the root to each node, or back."""
        return self._run(first.copy(), forward)

    def between(self, node: int, forward: bool, base: int, limit: Ints, wanted: Ints) -> Ints:
        """Return the length of the shortest way from a node to each wanted one, or back."""
        first = np.full(len(self.via), FAR)
        first[node] = 0
        return self._run(first, forward)[wanted]

    def _run(self, length: Ints, forward: bool) -> Ints:
        """Shorten the lengths along all arcs until nothing changes."""
        tail, head = self._ends if forward else self._ends[::-1]
        self.via[:] = -1
        while True:
            reached = np.where(length[tail] < FAR, length[tail] + self._length, FAR)
            best = length.copy()
            np.minimum.at(best, head, reached)
            shorter = np.flatnonzero((reached < length[head]) & (reached == best[head]))
            if not len(shorter):
                return length
            # the first of equal ones, as a search that takes them in turn would have it
            self.via[head[shorter[::-1]]] = self._pair[shorter[::-1]]
            length = best


def walk(arcs: Arcs, via: Ints, node: int) -> tuple[list[int], list[int]]:
    """Return nodes and pairs of the way a search found to a node, from there to its start."""
    nodes: list[int] = [node]
    pairs: list[int] = []
    while via[node] >= 0:
        pair = int(via[node])
        pairs.append(pair)
        at_need = node < arcs.n_needs
        node = arcs.n_needs + int(arcs.offer[pair]) if at_need else int(arcs.need[pair])
        nodes.append(node)
    return nodes, pairs


def ways_over(arcs: Arcs) -> Ways | PlainWays:
    """Return searches in the form that suits the size of the graph."""
    if len(arcs.need) < COMPILED_PAIRS:
        return PlainWays(arcs)
    try:
        return Ways(arcs)
    except ImportError:
        return PlainWays(arcs)


def raise_potential(arcs: Arcs, into: Ints, out: Ints) -> bool:
    """Raise the potentials until no length is below 0; return whether that is possible.

    `into` and `out`, shape (n_nodes,), hold the gain of the arc from the root to each node and
    back, -`FAR` where there is none. It is not possible where a cycle gains: then the choice is
    no optimum.
    """
    if len(arcs.need) >= COMPILED_PAIRS:
        try:
            from matchmaker.matching.engine.searches import Queue, raise_all
        except ImportError:
            return _raise_by_rounds(arcs, into, out)
        return bool(raise_all(arcs, Queue.of_all(len(into)), into, out))
    return _raise_by_rounds(arcs, into, out)


def _raise_by_rounds(arcs: Arcs, into: Ints, out: Ints) -> bool:
    """Raise the potentials along all arcs at once, no more rounds than there are nodes."""
    potential, root = arcs.potential, len(into) - 1
    tail, head, gain, _ = arcs.listed()
    led, leading = np.flatnonzero(into > -FAR), np.flatnonzero(out > -FAR)
    tail = np.concatenate([tail, np.full(len(led), root), leading])
    head = np.concatenate([head, led, np.full(len(leading), root)])
    gain = np.concatenate([gain, into[led], out[leading]])
    for _ in range(len(potential) + 1):
        raised = potential.copy()
        np.maximum.at(raised, head, potential[tail] + gain)
        if (raised == potential).all():
            return True
        potential[:] = raised
    return False
