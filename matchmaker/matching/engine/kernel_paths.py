"""The greatest assignment by shortest augmenting paths, exact from any start [1]_ [2]_.

Plain loops, to be compiled (`kernel` decides when); uncompiled they do the same.

Rows and columns have places, each pair is taken at most once, everybody may stay without. All
values are whole numbers held in doubles: prices never exceed the greatest worth, so nothing is
rounded below 2**52.

A graph is five arrays: pairs of row i are `begin[i]` to `end[i]`; each has a column `to`, a `worth`
and whether it is `chosen`. The other working arrays are tables, one line per kind of entry:

======== ==================================================================================
links    places of the rows: the row, the pair it is used for or -1, and the places before and
         after it in the list of those that hold the same column
columns  first place that holds the column, or -1; number of places that do
nodes    columns, then rows: pair a column is reached by, or place a row would give up; row a
         column is reached from; position in the heap, or -1; the heap; nodes reached; rows
         reached at the present distance and not yet looked at
======== ==================================================================================

.. [1] J. Edmonds and R. M. Karp, "Theoretical improvements in algorithmic efficiency for network
   flow problems", J. ACM 19(2), 1972. doi:10.1145/321694.321699
.. [2] R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for dense and sparse
   linear assignment problems", Computing 38, 1987. doi:10.1007/BF02278710
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Columns = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Index = int | np.int64

FAR = 1e300
ROW, PAIR, BEFORE, AFTER = 0, 1, 2, 3
FIRST, LOAD = 0, 1
VIA, PARENT, SPOT, HEAP, TOUCHED, OPEN = 0, 1, 2, 3, 4, 5


def _settle(
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    places: Ints,
    u: Floats,
    v: Floats,
) -> None:
    """Set row prices that fit the column prices; give up chosen pairs that are not best."""
    for row in range(len(places)):
        best, lowest, kept = 0.0, FAR, 0
        for e in range(begin[row], end[row]):
            if not chosen[e]:
                best = max(best, worth[e] - v[to[e]])
        for e in range(begin[row], end[row]):
            if chosen[e]:
                net = worth[e] - v[to[e]]
                if net < best:
                    chosen[e] = False
                else:
                    kept += 1
                    lowest = min(lowest, net)
        u[row] = lowest if kept > 0 and kept == places[row] else best


def augment(
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    places: Ints,
    room: Ints,
    u: Floats,
    v: Floats,
    links: Ints,
    columns: Ints,
    distance: Floats,
    nodes: Ints,
) -> None:
    """Fill the places of the rows one by one, each by a shortest path; prices stay fitting.

    Needs u + v >= worth for pairs not chosen and <= for chosen ones. Afterwards a row with a
    place left has price 0. A column that had no price before and has a place left has none.
    """
    _settle(begin, end, to, worth, chosen, places, u, v)
    _hold(begin, end, to, chosen, places, links, columns)
    first = 0
    for row in range(len(places)):
        for place in range(first, first + places[row]):
            if u[row] <= 0:
                break
            if links[PAIR, place] < 0:
                _insert(
                    row, place, begin, end, to, worth, chosen, room, u, v, links, columns,
                    distance, nodes,
                )  # fmt: skip
        first += places[row]


def _hold(
    begin: Ints, end: Ints, to: Columns, chosen: Bools, places: Ints, links: Ints, columns: Ints
) -> None:
    """Lay out the places of the rows and link the chosen pairs to their columns."""
    first = 0
    for row in range(len(places)):
        place = first
        first += places[row]
        for at in range(place, first):
            links[ROW, at] = row
        for e in range(begin[row], end[row]):
            if chosen[e]:
                _link(links, columns, place, e, np.int64(to[e]))
                place += 1


def _link(links: Ints, columns: Ints, place: Index, pair: Index, column: Index) -> None:
    """Use a place for a pair."""
    head = columns[FIRST, column]
    links[PAIR, place], links[BEFORE, place], links[AFTER, place] = pair, -1, head
    if head >= 0:
        links[BEFORE, head] = place
    columns[FIRST, column] = place
    columns[LOAD, column] += 1


def _unlink(links: Ints, columns: Ints, place: Index, column: Index) -> None:
    """Free a place from its pair."""
    before, after = links[BEFORE, place], links[AFTER, place]
    if before >= 0:
        links[AFTER, before] = after
    else:
        columns[FIRST, column] = after
    if after >= 0:
        links[BEFORE, after] = before
    links[PAIR, place] = -1
    columns[LOAD, column] -= 1


def _insert(
    source: Index,
    free: Index,
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    room: Ints,
    u: Floats,
    v: Floats,
    links: Ints,
    columns: Ints,
    distance: Floats,
    nodes: Ints,
) -> None:
    """Use one more place of a row, or find that leaving it free is as good."""
    n_columns = len(room)
    # to leave the place free costs the row's price: a way that is always there
    best = u[source]
    last: Index = n_columns + source
    distance[last] = 0.0
    nodes[TOUCHED, 0], nodes[OPEN, 0] = last, source
    n_touched, n_open, n_heap, so_far = 1, 1, 0, 0.0
    while True:
        while n_open > 0:
            n_open -= 1
            row = nodes[OPEN, n_open]
            best, last, n_heap, n_touched = _from_row(
                row, so_far + u[row], begin, end, to, worth, chosen, room, v, columns,
                distance, nodes, best, last, n_heap, n_touched,
            )  # fmt: skip
        if n_heap == 0 or distance[nodes[HEAP, 0]] >= best:
            break
        node = nodes[HEAP, 0]
        n_heap = _pop(n_heap, distance, nodes)
        so_far = distance[node]
        if node >= n_columns:
            nodes[OPEN, 0] = node - n_columns
            n_open = 1
            continue
        best, last, n_heap, n_touched, n_open = _from_column(
            node, worth, u, v, links, columns, distance, nodes, best, last, n_heap, n_touched
        )
    for t in range(n_touched):
        node = nodes[TOUCHED, t]
        if distance[node] < best:
            if node < n_columns:
                v[node] += best - distance[node]
            else:
                u[node - n_columns] -= best - distance[node]
        distance[node] = FAR
        nodes[SPOT, node] = -1
    if last != n_columns + source:
        _flip(last, source, free, to, chosen, links, columns, nodes)


def _from_row(
    row: Index,
    base: float,
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    room: Ints,
    v: Floats,
    columns: Ints,
    distance: Floats,
    nodes: Ints,
    best: float,
    last: Index,
    n_heap: int,
    n_touched: int,
) -> tuple[float, Index, int, int]:
    """Look along the pairs of a row that are not chosen."""
    for e in range(begin[row], end[row]):
        column = np.int64(to[e])
        way = base + v[column] - worth[e]
        if way >= best or way >= distance[column] or chosen[e]:
            continue
        if distance[column] == FAR:
            nodes[TOUCHED, n_touched] = column
            n_touched += 1
        distance[column] = way
        nodes[VIA, column], nodes[PARENT, column] = e, row
        if columns[LOAD, column] < room[column]:
            best, last = way, column
            continue
        n_heap = _lift(n_heap, distance, nodes, column)
    return best, last, n_heap, n_touched


def _from_column(
    column: Index,
    worth: Floats,
    u: Floats,
    v: Floats,
    links: Ints,
    columns: Ints,
    distance: Floats,
    nodes: Ints,
    best: float,
    last: Index,
    n_heap: int,
    n_touched: int,
) -> tuple[float, Index, int, int, int]:
    """Look along the pairs that hold a full column."""
    n_columns, n_open = columns.shape[1], 0
    so_far = distance[column]
    place = columns[FIRST, column]
    while place >= 0:
        row = links[ROW, place]
        node = n_columns + row
        way = so_far + worth[links[PAIR, place]] - u[row] - v[column]
        if way < best and way < distance[node]:
            if distance[node] == FAR:
                nodes[TOUCHED, n_touched] = node
                n_touched += 1
            distance[node] = way
            nodes[VIA, node] = place
            if way + u[row] < best:
                best, last = way + u[row], node
            if nodes[SPOT, node] < 0 and way == so_far:
                nodes[OPEN, n_open] = row
                n_open += 1
            else:
                n_heap = _lift(n_heap, distance, nodes, node)
        place = links[AFTER, place]
    return best, last, n_heap, n_touched, n_open


def _flip(
    last: Index,
    source: Index,
    free: Index,
    to: Columns,
    chosen: Bools,
    links: Ints,
    columns: Ints,
    nodes: Ints,
) -> None:
    """Change over the pairs along the way found, from its end back to the source."""
    n_columns = columns.shape[1]
    column: Index = last
    if last >= n_columns:
        place = nodes[VIA, last]
        pair = links[PAIR, place]
        column = np.int64(to[pair])
        chosen[pair] = False
        _unlink(links, columns, place, column)
    while True:
        pair, row = nodes[VIA, column], nodes[PARENT, column]
        chosen[pair] = True
        if row == source:
            _link(links, columns, free, pair, column)
            return
        place = nodes[VIA, n_columns + row]
        given_up = links[PAIR, place]
        next_column = np.int64(to[given_up])
        chosen[given_up] = False
        _unlink(links, columns, place, next_column)
        _link(links, columns, place, pair, column)
        column = next_column


def _lift(size: int, key: Floats, nodes: Ints, node: Index) -> int:
    """Move a node up the heap to where its key belongs, or enter it; return the size."""
    at = nodes[SPOT, node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        other = nodes[HEAP, above]
        if key[other] <= key[node]:
            break
        nodes[HEAP, at] = other
        nodes[SPOT, other] = at
        at = above
    nodes[HEAP, at] = node
    nodes[SPOT, node] = at
    return size


def _pop(size: int, key: Floats, nodes: Ints) -> int:
    """Take the least node off the heap; return the size."""
    size -= 1
    node, at = nodes[HEAP, size], 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and key[nodes[HEAP, below + 1]] < key[nodes[HEAP, below]]:
            below += 1
        if key[nodes[HEAP, below]] >= key[node]:
            break
        nodes[HEAP, at] = nodes[HEAP, below]
        nodes[SPOT, nodes[HEAP, at]] = at
        at = below
    nodes[HEAP, at] = node
    nodes[SPOT, node] = at
    return size
