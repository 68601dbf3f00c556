"""One pair for each row such that the lowest levels are as rare as can be, lowest first.

That is the leximin order, or a lexicographic bottleneck assignment [1]_: of all ways to give every
row a pair, those with the fewest pairs of the lowest level; of these, those with the fewest of the
next level; and so on. A level is a minimum cost flow of costs 0 and 1 that goes on from the one
before, and after it only the pairs without reduced cost stay, so each later level is decided among
exactly the best of all earlier ones. The prices are checked over every pair that is left: they are
the proof of the level. All in integers; no more than one search that fails per row, so O(n E) and
what the successful ones take, which start from a good choice.

.. [1] R. E. Burkard and F. Rendl, "Lexicographic bottleneck problems", Oper. Res. Lett. 10, 1991.
   doi:10.1016/0167-6377(91)90018-K
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import numpy as np

from matchmaker.matching.engine import leximin_paths
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.kernel import Graph, is_ready, solve_graph
from matchmaker.matching.engine.leximin_paths import BROKEN, DONE, MATCH
from matchmaker.matching.engine.outcome import Deadline

STEPS_BETWEEN_LOOKS = 500
COMPILED_PAIRS = 2_000
"""So many pairs take longer uncompiled than the compiler takes to load."""
STEEPNESS = 8
SCALE = 2.0**20


@cache
def _compile_loops() -> None:
    """Compile the loops for the rest of the process, where there is a compiler."""
    with suppress(ImportError):
        from matchmaker.matching.engine.compiled import compile_module

        compile_module(leximin_paths)


@dataclass(frozen=True)
class Choice:
    """Rows that each take one pair, or stay with what they have at a level of their own."""

    row: Ints
    """(n_pairs,): ascending."""
    column: Ints
    level: Ints
    stay: Ints
    """(n_rows,): level of a row that takes no pair."""
    counts: Bools
    """(n_rows,): to take a pair comes first."""
    room: Ints
    """(n_columns,): most rows of each column."""


@dataclass(frozen=True)
class Face:
    """All best choices: pairs that may be taken, and how many rows each column has."""

    taken: Ints
    """(n_rows,): column of each row in one best choice, -1 where it takes no pair."""
    row: Ints
    """(n_kept,): row of each pair of some best choice."""
    column: Ints
    """(n_kept,): -1 stands for no pair."""
    low: Ints
    """(n_columns,): least number of rows of each column, or the greatest where both are equal."""
    high: Ints
    proven: bool
    """False where time ended the search first; then nothing but `taken` counts."""


def fairest(choice: Choice, deadline: Deadline) -> Face | None:
    """Return all leximin choices, or None where the prices do not prove them.

    Notes
    -----
    Where the deadline passes, the choice reached so far is handed back, not proven; it takes as
    many pairs of rows that count as any.
    """
    n, m = len(choice.stay), len(choice.room)
    row = np.concatenate([choice.row, np.arange(n)])
    level = np.concatenate([choice.level, choice.stay])
    order = np.lexsort((-level, row))
    row, level = row[order], level[order]
    to = np.concatenate([choice.column, np.full(n, m)])[order].astype(np.int32)
    end = np.cumsum(np.bincount(row, minlength=n))
    span = np.stack([end - np.bincount(row, minlength=n), end])
    held = np.zeros(len(to), dtype=np.bool_)
    rows = np.zeros((leximin_paths.ROW_LINES, n), dtype=np.int64)
    columns = np.zeros((leximin_paths.COLUMN_LINES, m + 1), dtype=np.int64)
    columns[leximin_paths.HIGH] = np.append(choice.room, n)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows[MATCH] = place[_start(choice)]
    if len(to) >= COMPILED_PAIRS:
        _compile_loops()
    leximin_paths.link_rows(to, rows, columns)
    root, queue = np.zeros(3, dtype=np.int64), np.empty(n + 1, dtype=np.int64)
    state = leximin_paths.MORE
    while state not in (DONE, BROKEN) and not deadline.passed:
        state = leximin_paths.lift(
            span, to, level, held, rows, columns, root, queue, STEPS_BETWEEN_LOOKS
        )
    if state == BROKEN:
        return None
    high = columns[leximin_paths.HIGH]
    length = span[1] - span[0]
    listed = np.repeat(np.arange(n), length)
    at = np.arange(len(listed)) + np.repeat(span[0] - np.cumsum(length) + length, length)
    kept = held[at] & (high[to[at]] > 0)
    column = np.append(np.arange(m), -1)
    return Face(
        taken=column[to[rows[MATCH]]],
        row=listed[kept],
        column=column[to[at[kept]]],
        low=columns[leximin_paths.LOW, :m],
        high=high[:m],
        proven=state == DONE,
    )


def _start(choice: Choice) -> Ints:
    """Return the position of a pair for each row, those that stay behind all others.

    As many rows that count take a pair as can, and low levels are dear.
    """
    n, n_pairs = len(choice.stay), len(choice.row)
    is_ready(n_pairs)
    level = choice.level.astype(float)
    highest = level.max(initial=0.0)
    span = float(highest - level.min(initial=highest)) or 1.0
    steep = np.rint((1.0 - ((highest - level) / span) ** STEEPNESS) * (SCALE - 1.0)) + 1.0
    degree = np.bincount(choice.row, minlength=n)
    ends = np.cumsum(degree)
    graph = Graph(
        (ends - degree).astype(np.int64),
        ends.astype(np.int64),
        choice.column.astype(np.int32),
        steep + np.where(choice.counts, SCALE * (n + 1), 0.0)[choice.row],
        np.zeros(n_pairs, dtype=np.bool_),
    )
    best = solve_graph(graph, np.minimum(1, degree), choice.room)
    found = n_pairs + np.arange(n)
    found[best.row] = best.pair
    return found
