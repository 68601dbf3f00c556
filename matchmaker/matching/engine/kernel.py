"""Solve by auction and shortest paths: choose pairs of greatest total worth, with prices.

Each row and each column has places, each pair is taken at most once, everybody may stay without.
The loops run as plain Python while instances are small, and compiled afterwards, with the same
result to the last bit: a process that solves a small instance once never waits for the compiler.
"""

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse as sp

from matchmaker.matching.engine import kernel_bids, kernel_paths
from matchmaker.matching.engine.kernel_paths import FAR, Bools, Columns, Floats, Ints

LARGEST = 2.0**50
"""Worth up to here is exact in doubles, with room for sums and differences of a few."""
LISTED = 16
"""Pairs of each row of a full matrix that are looked at first."""
MOST_PLACES = 24
"""Rows of a full matrix with more places are given pair by pair."""
SMALL = 500
"""Fewer pairs take a few milliseconds uncompiled."""
LARGE = 20_000
"""So many pairs take longer uncompiled than the compiler takes to load."""
SAMPLE = 32
APART = 0.75
"""Share of rows with a best column of their own above which no auction is held first."""
MATRIX_STEPS = (1 / 3, 1 / 30)
"""Steps of the auctions, in units of what the best pair of a row is better than the last listed."""
GRAPH_STEPS = (2.5e-3, 5e-4, 1e-4)
"""Steps of the auctions, in units of what the best pair of a row is better than the worst."""
SLOTS_PER_PLACE = 8
TURNS_BEFORE_MORE = 4
NO_SCORES: NDArray[np.float64] = np.empty((0, 0))
NO_MASK: Bools = np.empty((0, 0), dtype=np.bool_)


class Graph(NamedTuple):
    """Pairs, row by row."""

    begin: Ints
    end: Ints
    to: Columns
    worth: Floats
    chosen: Bools


class Matrix(NamedTuple):
    """A full matrix of scores."""

    scores: NDArray[np.float64]
    """(n_rows, n_columns), in one piece."""
    allowed: Bools
    """(n_rows, n_columns), or (0, 0) where every pair is allowed."""
    units: float
    least: float
    """Lowest worth of a good pair in grid units, at least 1."""


@dataclass(frozen=True)
class Optimum:
    """Chosen pairs, and prices that prove them."""

    row: Ints
    column: Ints
    worth: Ints
    pair: Ints
    """Position in the graph that was solved."""
    u: Ints
    """(n_rows,): u + v is at least the worth of each pair not chosen, at most that of a chosen
    one; 0 where a place is left."""
    v: Ints


@cache
def compile_kernel() -> bool:
    """Compile the loops for the rest of the process; tell whether that was possible."""
    try:
        from matchmaker.matching.engine.compiled import compile_module
    except ImportError:
        return False
    compile_module(kernel_paths)
    compile_module(kernel_bids)
    return True


_seen: list[int] = []
"""Sizes of the instances this process solved uncompiled."""


def is_ready(n_pairs: int) -> bool:
    """Tell whether the kernel should run; compile it once that pays.

    The first instance of a process that is not large runs uncompiled: to load the compiler takes
    longer. A second one shows that there are more to come.
    """
    if n_pairs < SMALL:
        return True
    if n_pairs < LARGE and not _seen:
        _seen.append(n_pairs)
        return True
    return compile_kernel() or n_pairs < LARGE


def solve_graph(graph: Graph, places: Ints, room: Ints) -> Optimum:
    """Choose the best pairs of a graph.

    Parameters
    ----------
    graph : Graph
        Every pair, of worth above 0.
    places, room : ndarray of int, shape (n_rows,) and (n_columns,)
        Places of the rows, no more than there are pairs, and of the columns.
    """
    too_dear = graph.worth.max(initial=0.0)
    u, v = np.zeros(len(places)), np.where(room > 0, 0.0, too_dear)
    steps = _graph_steps(graph)
    if len(steps) and room.sum() <= SLOTS_PER_PLACE * (places.sum() + len(room)):
        every_pair = (NO_SCORES, NO_MASK, 1.0, 1.0, np.zeros(len(places)))
        kernel_bids.start_prices(*graph, places, room, steps, *every_pair, v, *_slots(room))
    _optimise(graph, places, room, u, v, too_dear)
    u[places == 0] = too_dear
    return _optimum(graph, u, v)


def solve_matrix(matrix: Matrix, places: Ints, room: Ints) -> Optimum:
    """Choose the best pairs of a full matrix, over the best pairs of each row.

    The prices prove that no other pair is missing or tell which ones are; these are listed as
    well, and the rest is solved again.
    """
    scores = matrix.scores
    n_rows, n_columns = scores.shape
    too_dear = max(float(np.rint(scores.max() * matrix.units)), 0.0)
    u, v = np.zeros(n_rows), np.where(room > 0, 0.0, too_dear)
    listed = min(max(LISTED, 2 * int(places.max(initial=0)) + 4), n_columns)
    unlisted = np.where(places > 0, FAR, -FAR)
    source = (*matrix, unlisted)
    steps = _matrix_steps(matrix)
    graph = _empty_lists(n_rows, listed)
    net = np.empty(kernel_bids.CHUNK)
    if len(steps) and room.sum() <= SLOTS_PER_PLACE * (places.sum() + len(room)):
        kernel_bids.start_prices(*graph, places, room, steps, *source, v, *_slots(room))
    kernel_bids.list_missing(*graph, *source, np.full(n_rows, 0.1 * FAR), v, net)
    for turn in count(1):
        before = v.copy()
        _optimise(graph, places, room, u, v, too_dear)
        # what was not listed is better by no more than its column has become cheaper
        unlisted += max(float((before - v).max(initial=0.0)), 0.0)
        if not kernel_bids.list_missing(*graph, *source, u, v, net):
            break
        if turn % TURNS_BEFORE_MORE == 0:
            graph = _longer(graph, n_columns)
    u[places == 0] = too_dear
    return _optimum(graph, u, v)


def _graph_steps(graph: Graph) -> Floats:
    """Return the steps of the auctions over a graph, from a sample of its rows."""
    rows = _sample(len(graph.begin))
    lines = [graph.worth[graph.begin[row] : graph.end[row]] for row in rows]
    spreads = [float(np.ptp(line)) for line in lines if len(line)]
    return _steps(spreads, GRAPH_STEPS)


def _matrix_steps(matrix: Matrix) -> Floats:
    """Return the steps of the auctions over a full matrix, from a sample of its rows.

    None where nearly every row likes another column best: the paths are short without them.
    """
    rows = _sample(len(matrix.scores))
    worth = matrix.scores[rows] * matrix.units
    if matrix.allowed.size:
        worth[~matrix.allowed[rows]] = 0.0
    if len(set(worth.argmax(axis=1).tolist())) > APART * len(rows):
        return np.zeros(0)
    np.maximum(worth, matrix.least - 1.0, out=worth)
    last = max(worth.shape[1] - LISTED, 0)
    spreads = worth.max(axis=1) - np.partition(worth, last, axis=1)[:, last]
    return _steps(spreads.tolist(), MATRIX_STEPS)


def _sample(length: int) -> Ints:
    """Return some positions, evenly spread."""
    return np.linspace(0, length - 1, min(length, SAMPLE)).astype(np.int64)


def _steps(spreads: list[float], shares: tuple[float, ...]) -> Floats:
    """Return shares of what is usual, in whole grid units; none where all pairs are alike."""
    usual = float(np.median(spreads)) if spreads else 0.0
    return np.maximum(np.rint(usual * np.array(shares if usual > 0 else ())), 1.0)


def _slots(room: Ints) -> tuple[Ints, Floats, Ints, Floats]:
    """Return the working arrays of the auctions."""
    root = np.concatenate(([0], np.cumsum(room)))
    return root, np.empty(root[-1]), np.empty((2, root[-1]), np.int64), np.empty(kernel_bids.CHUNK)


def _work(places: Ints, room: Ints) -> tuple[Ints, Ints, Floats, Ints]:
    """Return the working arrays of the searches."""
    size = len(places) + len(room)
    columns = np.zeros((2, len(room)), np.int64)
    columns[kernel_paths.FIRST] = -1
    links = np.full((4, int(places.sum())), -1, np.int64)
    return links, columns, np.full(size, FAR), np.full((6, size), -1, np.int64)


def _empty_lists(n_rows: int, listed: int) -> Graph:
    """Return room for so many pairs of each row."""
    begin = np.arange(n_rows, dtype=np.int64) * listed
    size = n_rows * listed
    return Graph(
        begin,
        begin.copy(),
        np.zeros(size, np.int32),
        np.zeros(size),
        np.zeros(size, np.bool_),
    )


def _longer(graph: Graph, most: int) -> Graph:
    """Return the same lists with twice the room."""
    n_rows = len(graph.begin)
    listed = len(graph.to) // n_rows
    longer = _empty_lists(n_rows, min(2 * listed, most))
    for name in ("to", "worth", "chosen"):
        old, new = getattr(graph, name), getattr(longer, name)
        new.reshape(n_rows, -1)[:, :listed] = old.reshape(n_rows, -1)
    longer.end[:] = longer.begin + (graph.end - graph.begin)
    return longer


def _optimise(
    graph: Graph, places: Ints, room: Ints, u: Floats, v: Floats, too_dear: float
) -> None:
    """Choose the best pairs of a graph from any column prices; leave prices that prove it."""
    kernel_paths.augment(*graph, places, room, u, v, *_work(places, room))
    load = np.bincount(graph.to[graph.chosen], minlength=len(room))
    if not ((load < room) & (v > 0)).any():
        return
    # columns that the start made too dear look for rows in their turn
    turned, pair, degree = _turn(graph, len(room))
    few = np.minimum(room, degree)
    kernel_paths.augment(*turned, few, places, v, u, *_work(few, places))
    graph.chosen[pair] = turned.chosen
    load = np.bincount(graph.to[graph.chosen], minlength=len(room))
    v[(load < room) & (load == degree)] = 0.0
    v[room == 0] = too_dear


def _turn(graph: Graph, n_columns: int) -> tuple[Graph, Ints, Ints]:
    """Return the graph column by column, the pair each of its pairs is, and pairs per column."""
    counts = graph.end - graph.begin
    pair = np.arange(len(graph.to))
    if counts.sum() < len(pair):
        pair = pair[np.arange(len(pair)) < np.repeat(graph.end, _room_of(graph))]
    starts = np.concatenate(([0], np.cumsum(counts)))
    shape = (len(counts), n_columns)
    by_column = sp.csr_array((pair, graph.to[pair], starts), shape=shape).tocsc()
    pair, start = by_column.data, by_column.indptr.astype(np.int64)
    turned = Graph(
        start[:-1],
        start[1:],
        by_column.indices.astype(np.int32, copy=False),
        graph.worth[pair],
        graph.chosen[pair],
    )
    return turned, pair, np.diff(start)


def _room_of(graph: Graph) -> Ints:
    """Return how many pairs each row has room for."""
    return np.diff(np.append(graph.begin, len(graph.to)))


def _optimum(graph: Graph, u: Floats, v: Floats) -> Optimum:
    """Read the chosen pairs off the graph."""
    pair = np.flatnonzero(graph.chosen)
    return Optimum(
        row=np.searchsorted(graph.begin, pair, side="right") - 1,
        column=graph.to[pair].astype(np.int64),
        worth=graph.worth[pair].astype(np.int64),
        pair=pair,
        u=u.astype(np.int64),
        v=v.astype(np.int64),
    )
