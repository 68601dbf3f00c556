"""Shortest ways over a residual graph: compiled loops, used by `ways` only.

Nodes: needs, then offers, then the root. Lengths are potential[head] - potential[tail] - gain,
at least 0, computed where they are needed; an unused pair leads from its need to its offer, a
chosen one back. The root joins everything to everything, so the loops leave it out: a way over the
root is the sum of two ways known beforehand, and no node is looked at from which the way over the
root is as short.

Dijkstra's algorithm [1]_ with a binary heap; O(n_pairs log n_nodes) for one source.

.. [1] E. W. Dijkstra, "A note on two problems in connexion with graphs", Numer. Math. 1, 1959.
   doi:10.1007/BF01386390
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.compiled import compiled
from matchmaker.matching.engine.instance import Ints
from matchmaker.matching.engine.ways import FAR, UNUSED, Arcs


class Space(NamedTuple):
    """Working space of a search; between searches everything is far and nothing is in the heap."""

    length: Ints
    """(n_nodes,): length of the shortest way found, `FAR` where none is."""
    via: Ints
    """(n_nodes,): pair through which that way comes, -1 at its start."""
    place: Ints
    """(n_nodes,): place in the heap, -1 outside."""
    heap: Ints
    wanted: Ints
    """(n_nodes + 1,): 1 for nodes the search is for, their number last."""
    touched: Ints
    """(n_nodes + 1,): the nodes reached, their number last."""


@compiled
def reach(space: Space, size: int, node: int, length: int, via: int) -> int:
    """Note a shorter way to a node; return the size of the heap."""
    heap, place, lengths = space.heap, space.place, space.length
    if lengths[node] == FAR:
        space.touched[space.touched[-1]] = node
        space.touched[-1] += 1
    lengths[node] = length
    space.via[node] = via
    at = place[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if lengths[other] <= length:
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = node
    place[node] = at
    return size


@compiled
def nearest(space: Space, size: int) -> int:
    """Take the nearest node out of a heap that is not empty; its size becomes one less."""
    heap, place, lengths = space.heap, space.place, space.length
    top = heap[0]
    place[top] = -1
    node = heap[size - 1]
    size -= 1
    if size == 0:
        return top
    length = lengths[node]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and lengths[heap[below + 1]] < lengths[heap[below]]:
            below += 1
        other = heap[below]
        if length <= lengths[other]:
            break
        heap[at] = other
        place[other] = at
        at = below
    heap[at] = node
    place[node] = at
    return top


@compiled
def span(arcs: Arcs, node: int, forward: bool) -> tuple[int, int]:
    """Return where the pairs start and end that lead away from a node (or to it)."""
    n_needs = len(arcs.need_start) - 1
    side = node if node < n_needs else node - n_needs
    if node < n_needs:
        start = arcs.need_start if forward else arcs.need_held_start
    else:
        start = arcs.offer_held_start if forward else arcs.offer_start
    return start[side], start[side + 1]


@compiled
def other_end(arcs: Arcs, node: int, at: int, forward: bool) -> tuple[int, int, int]:
    """Return node, pair and gain at a place of a span; the gain is -`FAR` where no arc is."""
    n_needs = len(arcs.need_start) - 1
    if node < n_needs:
        pair = at if forward else arcs.need_held[at]
        other = n_needs + arcs.offer[pair]
    else:
        pair = arcs.offer_held[at] if forward else arcs.by_offer[at]
        other = np.int64(arcs.need[pair])
    # an unused pair leads from its need to its offer, a chosen one back
    if (node < n_needs) != forward:
        return other, pair, -arcs.gain[pair]
    return other, pair, arcs.gain[pair] if arcs.state[pair] == UNUSED else -FAR


@compiled
def search(
    arcs: Arcs, space: Space, size: int, forward: bool, base: int, limit: Ints, most: int
) -> None:
    """Find shortest ways from the nodes in the heap, or with the arcs turned round to them.

    A node is reached only by ways shorter than base + limit[node] and than `most`. Where nodes
    are wanted, the search ends once all of them are final.
    """
    potential, missing = arcs.potential, space.wanted[-1]
    while size > 0:
        node = nearest(space, size)
        size -= 1
        if space.wanted[node] == 1:
            missing -= 1
            if missing == 0:
                return
        so_far, own = space.length[node], potential[node]
        start, end = span(arcs, node, forward)
        for at in range(start, end):
            other, pair, gain = other_end(arcs, node, at, forward)
            if gain == -FAR:
                continue
            step = potential[other] - own if forward else own - potential[other]
            length = so_far + step - gain
            if length < space.length[other] and length < min(base + limit[other], most):
                size = reach(space, size, other, length, pair)


class Queue(NamedTuple):
    """Nodes whose potential rose and that have still to be looked at, first come first served."""

    node: Ints
    inside: Ints
    """(n_nodes,) int8: 1 where the node waits."""
    times: Ints
    """(n_nodes,): how often it came."""
    ends: Ints
    """Place of the first one, and how many wait."""

    @classmethod
    def of_all(cls, n_nodes: int) -> "Queue":
        """Return a queue in which every node waits, the root first."""
        return cls(
            np.roll(np.arange(n_nodes), 1),
            np.ones(n_nodes, dtype=np.int8),
            np.zeros(n_nodes, dtype=np.int64),
            np.array([0, n_nodes]),
        )


@compiled
def raised(queue: Queue, potential: Ints, node: int, value: int) -> bool:
    """Raise the potential of a node to a value; return whether it came too often for an optimum."""
    if value <= potential[node]:
        return False
    potential[node] = value
    if queue.inside[node] == 1:
        return False
    n_nodes = len(potential)
    queue.node[(queue.ends[0] + queue.ends[1]) % n_nodes] = node
    queue.inside[node] = 1
    queue.ends[1] += 1
    queue.times[node] += 1
    return queue.times[node] > n_nodes


@compiled
def raise_all(arcs: Arcs, queue: Queue, into: Ints, out: Ints) -> bool:
    """Raise potentials until no length is below 0; return whether that is possible.

    `into` and `out` hold the gain of the arc from the root to each node and back, -`FAR` where
    there is none. It is not possible where a cycle gains: then the choice is no optimum. Bellman
    and Ford's method with a queue that holds every node at first; good potentials end it in one
    pass.
    """
    potential = arcs.potential
    root = len(potential) - 1
    while queue.ends[1] > 0:
        node = queue.node[queue.ends[0]]
        queue.ends[0] = (queue.ends[0] + 1) % len(potential)
        queue.ends[1] -= 1
        queue.inside[node] = 0
        own, too_often = potential[node], False
        if node == root:
            for other in range(root):
                too_often |= raised(queue, potential, other, own + into[other])
        else:
            too_often |= raised(queue, potential, root, own + out[node])
            start, end = span(arcs, node, True)
            for at in range(start, end):
                other, _, gain = other_end(arcs, node, at, True)
                too_often |= raised(queue, potential, other, own + gain)
        if too_often:
            return False
    return True
