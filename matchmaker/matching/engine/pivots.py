"""The loop of the network simplex method: trees as parents and lists of children.

Plain loops, to be compiled (`simplex` decides when); uncompiled they do the same.

`arcs`, shape (5, n_arcs): tail, head, capacity, flow and state of each arc. `tree`, shape
(6, n_nodes): parent, arc to it, depth, first child, next and previous sibling; -1 is none.
"""

import numpy as np

from matchmaker.matching.engine.instance import Ints

TREE, AT_LOW, AT_HIGH, FIXED = 0, 1, -1, 2
NONE = -1


def pivot(
    arcs: Ints, tree: Ints, loss: Ints, potential: Ints, at: int, block: int, most: int
) -> tuple[int, bool]:
    """Make up to `most` steps towards the least loss.

    Parameters
    ----------
    arcs, tree : ndarray of int
        The present flow and its spanning tree; both are changed.
    loss : ndarray of int, shape (n_arcs,)
        Loss of a unit on each arc.
    potential : ndarray of int, shape (n_nodes,)
        loss + potential[tail] - potential[head] is 0 on the arcs of the tree; changed with it.
    at, block : int
        Where the search for an arc goes on, and how many are looked at together.

    Returns
    -------
    at : int
        Where the next search goes on.
    done : bool
        No arc lowers the loss.
    """
    tail, head, state = arcs[0], arcs[1], arcs[4]
    stack = np.empty(tree.shape[1], dtype=np.int64)
    for _ in range(most):
        at, entering = _entering(arcs, loss, potential, at, block)
        if entering == NONE:
            return at, True
        # the cycle that the arc closes: up from `first`, the end where its flow comes in, and up
        # from `second`, until both ways meet
        forth = state[entering] == AT_LOW
        first, second = tail[entering], head[entering]
        if not forth:
            first, second = second, first
        meeting = _meeting(tree, first, second)
        room, out, by_first = _room(arcs, tree, first, second, meeting, arcs[2, entering])
        if room > 0:
            arcs[3, entering] += room if forth else -room
            _push(arcs, tree, first, meeting, -room)
            _push(arcs, tree, second, meeting, room)
        if out == NONE:
            state[entering] = -state[entering]
            continue
        leaving = tree[1, out]
        state[leaving] = AT_LOW if arcs[3, leaving] == 0 else AT_HIGH
        state[entering] = TREE
        inner, outer = (first, second) if by_first else (second, first)
        excess = loss[entering] + potential[tail[entering]] - potential[head[entering]]
        _hang(tree, inner, outer, out, entering)
        _move(tree, potential, inner, -excess if tail[entering] == inner else excess, stack)
    return at, False


def _entering(arcs: Ints, loss: Ints, potential: Ints, at: int, block: int) -> tuple[int, int]:
    """Return the arc that breaks the conditions most, in the first block that holds one."""
    tail, head, state = arcs[0], arcs[1], arcs[4]
    n_arcs = len(tail)
    seen, worst, entering = 0, 0, NONE
    while seen < n_arcs and entering == NONE:
        stop = min(seen + block, n_arcs)
        while seen < stop:
            if state[at] == AT_LOW or state[at] == AT_HIGH:
                over = state[at] * (loss[at] + potential[tail[at]] - potential[head[at]])
                if over < worst:
                    worst, entering = over, at
            at += 1
            if at == n_arcs:
                at = 0
            seen += 1
    return at, entering


def _meeting(tree: Ints, one: int, other: int) -> int:
    """Return the first node that is above both."""
    parent, depth = tree[0], tree[2]
    while one != other:
        if depth[one] >= depth[other]:
            one = parent[one]
        else:
            other = parent[other]
    return one


def _room(
    arcs: Ints, tree: Ints, first: int, second: int, meeting: int, room: int
) -> tuple[int, int, bool]:
    """Return how much fits around the cycle, below which node it ends, and on which way up.

    Of several arcs that end it the last on the way of the flow is taken: it keeps the tree such
    that no sequence of steps comes back.
    """
    tail, capacity, flow = arcs[0], arcs[2], arcs[3]
    parent, above = tree[0], tree[1]
    out, by_first = NONE, True
    node = first
    while node != meeting:
        arc = above[node]
        left = flow[arc] if tail[arc] == node else capacity[arc] - flow[arc]
        if left < room:
            room, out = left, node
        node = parent[node]
    node = second
    while node != meeting:
        arc = above[node]
        left = capacity[arc] - flow[arc] if tail[arc] == node else flow[arc]
        if left <= room:
            room, out, by_first = left, node, False
        node = parent[node]
    return room, out, by_first


def _push(arcs: Ints, tree: Ints, node: int, meeting: int, amount: int) -> None:
    """Add flow on the way up from a node."""
    tail, flow = arcs[0], arcs[3]
    parent, above = tree[0], tree[1]
    while node != meeting:
        arc = above[node]
        flow[arc] += amount if tail[arc] == node else -amount
        node = parent[node]


def _hang(tree: Ints, inner: int, outer: int, out: int, entering: int) -> None:
    """Hang the part cut above `out` under `outer`, turning its way from `inner` to `out`."""
    parent, above = tree[0], tree[1]
    child, after, before = tree[3], tree[4], tree[5]
    node, hung_on, arc = inner, outer, entering
    while True:
        old_parent, old_arc = parent[node], above[node]
        if before[node] == NONE:
            child[old_parent] = after[node]
        else:
            after[before[node]] = after[node]
        if after[node] != NONE:
            before[after[node]] = before[node]
        parent[node], above[node] = hung_on, arc
        before[node], after[node] = NONE, child[hung_on]
        if child[hung_on] != NONE:
            before[child[hung_on]] = node
        child[hung_on] = node
        if node == out:
            return
        hung_on, node, arc = node, old_parent, old_arc


def _move(tree: Ints, potential: Ints, top: int, shift: int, stack: Ints) -> None:
    """Shift the potentials of all below a node, and count their depths anew."""
    parent, depth, child, after = tree[0], tree[2], tree[3], tree[4]
    size = 1
    stack[0] = top
    while size > 0:
        size -= 1
        node = stack[size]
        potential[node] += shift
        depth[node] = depth[parent[node]] + 1
        below = child[node]
        while below != NONE:
            stack[size] = below
            size += 1
            below = after[below]
