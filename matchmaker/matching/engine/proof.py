"""The certificate of the linear routes: a bound from prices, summed over every pair.

For any prices u, v of at least 0 no result is worth more than

    sum of places x u  +  sum of places x v  +  sum over all pairs of what worth exceeds u + v

(weak duality of the linear program, whose last term belongs to the bound of one on each pair).
Nothing is assumed of the prices: where the bound equals what was reached, the result is optimal.
"""

import numpy as np

from matchmaker.matching.engine.kernel import Graph, Matrix
from matchmaker.matching.engine.kernel_paths import Floats, Ints

CELLS_AT_ONCE = 200_000


def bound_of_graph(graph: Graph, places: Ints, room: Ints, u: Ints, v: Ints) -> int:
    """Return the bound over the pairs of a graph without gaps, in grid units."""
    total = _of_places(places, u) + _of_places(room, v)
    row_price, column_price = u.astype(float), v.astype(float)
    n_rows = len(u)
    most = max(int((graph.end - graph.begin).max(initial=1)), 1)
    rows = max(CELLS_AT_ONCE // most, 1)
    for first in range(0, n_rows, rows):
        last = min(first + rows, n_rows)
        pairs = slice(graph.begin[first], graph.end[last - 1])
        paid = np.repeat(row_price[first:last], (graph.end - graph.begin)[first:last])
        total += _excess(graph.worth[pairs] - paid - column_price[graph.to[pairs]])
    return total


def bound_of_matrix(matrix: Matrix, places: Ints, room: Ints, u: Ints, v: Ints) -> int:
    """Return the bound over the good pairs of a full matrix, in grid units."""
    total = _of_places(places, u) + _of_places(room, v)
    row_price, column_price = u.astype(float), v.astype(float)
    rows = max(CELLS_AT_ONCE // max(len(v), 1), 1)
    for first in range(0, len(u), rows):
        part = slice(first, first + rows)
        worth = np.rint(matrix.scores[part] * matrix.units)
        if matrix.least > 1:
            worth[worth < matrix.least] = 0.0
        if matrix.allowed.size:
            worth *= matrix.allowed[part]
        worth -= row_price[part, None]
        worth -= column_price
        total += _excess(worth)
    return total


def _of_places(places: Ints, price: Ints) -> int:
    """Return the sum of places x price, in integers of any size."""
    priced = price > 0
    return sum(map(int.__mul__, places[priced].tolist(), price[priced].tolist()))


def _excess(above: Floats) -> int:
    """Return the sum of what is above 0."""
    return int(above[above > 0].astype(np.int64).sum())
