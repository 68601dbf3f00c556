"""The loops of the leximin search: rows swap columns along paths until the lowest level is rare.

Plain loops, to be compiled (`leximin` decides when); uncompiled they do the same.

`span`, shape (2, n_rows): where the list of each row begins and ends. `to`, `level`, `held`, each
(n_listed,): column, level and whether the level is settled, of each listed pair, best first. `rows`
and `columns` hold what stands below, by line; `root`, shape (3,): price, mark, and the column by
which it was reached.
"""

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Ints

MATCH, ROW_PRICE, NEXT, BEFORE, FRESH, ROW_LINES = 0, 1, 2, 3, 4, 5
"""Listed pair taken, price, neighbours among the rows of its column, and whether the pair is
still the one this stage began with."""
LOAD, LOW, HIGH, PRICE, FIRST, MARK, BY_PAIR, BY_ROW, COLUMN_LINES = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Rows, least and most rows, price, first row; mark, listed pair and row by which it was
reached."""
NONE = -1
ROOT = -2
CLOSED = -1
DONE, MORE, BROKEN = 0, 1, 2


def link_rows(to: NDArray[np.int32], rows: Ints, columns: Ints) -> None:
    """Enter every row at the column of the pair it takes."""
    columns[FIRST, :] = NONE
    columns[LOAD, :] = 0
    for row in range(rows.shape[1]):
        column = to[rows[MATCH, row]]
        _enter(rows, columns, row, column)
        columns[LOAD, column] += 1


def lift(
    span: Ints,
    to: NDArray[np.int32],
    level: Ints,
    held: Bools,
    rows: Ints,
    columns: Ints,
    root: Ints,
    queue: Ints,
    most: int,
) -> int:
    """Settle up to `most` levels, lowest first: as few rows as can be keep each.

    Every row always takes one pair. Returns `DONE` where every level is settled, `MORE` where
    some are not, `BROKEN` where the prices do not prove a level.
    """
    for _ in range(most):
        lowest, found = 0, False
        for row in range(rows.shape[1]):
            pair = rows[MATCH, row]
            if not held[pair] and (not found or level[pair] < lowest):
                lowest, found = level[pair], True
        if not found:
            return DONE
        if _leave(span, to, level, held, rows, columns, root, queue, lowest) and not _settle(
            span, to, level, held, rows, columns, root, lowest
        ):
            return BROKEN
    return MORE


def _leave(
    span: Ints,
    to: NDArray[np.int32],
    level: Ints,
    held: Bools,
    rows: Ints,
    columns: Ints,
    root: Ints,
    queue: Ints,
    lowest: int,
) -> int:
    """Let rows leave the level where others can make room; return how many had to stay.

    A pair of the level costs 1. Those taken at first cost nothing until it is their turn: then
    either a path of pairs without reduced cost leads away from it, or the prices of all that
    cannot be reached go up by 1, which makes its reduced cost 0.
    """
    for row in range(rows.shape[1]):
        pair = rows[MATCH, row]
        rows[FRESH, row] = 1 if not held[pair] and level[pair] == lowest else 0
    stayed = 0
    for row in range(rows.shape[1]):
        if rows[FRESH, row] == 0:
            continue
        root[1] += 1
        goal = to[rows[MATCH, row]]
        if _reach(span, to, level, held, rows, columns, root, queue, lowest, row, goal):
            _swap(to, rows, columns, root, row, goal)
            continue
        rows[FRESH, row] = 0
        stayed += 1
        mark = root[1]
        for column in range(columns.shape[1]):
            if columns[MARK, column] != mark:
                columns[PRICE, column] += 1
        if root[2] == NONE:
            root[0] += 1
        for other in range(rows.shape[1]):
            # a row is reached by the column it takes, the first one by itself
            if other != row and columns[MARK, to[rows[MATCH, other]]] != mark:
                rows[ROW_PRICE, other] += 1
    return stayed


def _reach(
    span: Ints,
    to: NDArray[np.int32],
    level: Ints,
    held: Bools,
    rows: Ints,
    columns: Ints,
    root: Ints,
    queue: Ints,
    lowest: int,
    start: int,
    goal: int,
) -> bool:
    """Look for a path without reduced cost from a row to the column it takes."""
    mark = root[1]
    root[2] = NONE
    queue[0] = start
    size, at = 1, 0
    while at < size:
        row = queue[at]
        at += 1
        own, price = rows[MATCH, row], rows[ROW_PRICE, row]
        _shorten(span, level, held, lowest, row)
        for pair in range(span[0, row], span[1, row]):
            column = to[pair]
            if columns[MARK, column] == mark or pair == own:
                continue
            cost = _cost(level, held, lowest, pair)
            if cost == CLOSED or cost + price != columns[PRICE, column]:
                continue
            columns[MARK, column] = mark
            columns[BY_PAIR, column], columns[BY_ROW, column] = pair, row
            if column == goal:
                return True
            size = _queue_rows(rows, columns, queue, size, column)
            if (
                root[2] == NONE
                and columns[LOAD, column] < columns[HIGH, column]
                and columns[PRICE, column] == root[0]
            ):
                root[2] = column
                size = _queue_all(rows, columns, root, queue, size, goal)
                if columns[MARK, goal] == mark:
                    return True
    return False


def _shorten(span: Ints, level: Ints, held: Bools, lowest: int, row: int) -> None:
    """Take the closed pairs off the end of a list."""
    while span[1, row] > span[0, row]:
        last = span[1, row] - 1
        if held[last] or level[last] >= lowest:
            return
        span[1, row] = last


def _cost(level: Ints, held: Bools, lowest: int, pair: int) -> int:
    """Return what a pair costs at a level: 1 where it is of it, `CLOSED` below."""
    if held[pair] or level[pair] > lowest:
        return 0
    return 1 if level[pair] == lowest else CLOSED


def _queue_rows(rows: Ints, columns: Ints, queue: Ints, size: int, column: int) -> int:
    """Put the rows of a column into the queue."""
    row = columns[FIRST, column]
    while row != NONE:
        queue[size] = row
        size += 1
        row = rows[NEXT, row]
    return size


def _queue_all(rows: Ints, columns: Ints, root: Ints, queue: Ints, size: int, goal: int) -> int:
    """Put the rows of every column that may have one row less into the queue."""
    mark = root[1]
    for column in range(columns.shape[1]):
        if (
            columns[MARK, column] != mark
            and columns[LOAD, column] > columns[LOW, column]
            and columns[PRICE, column] == root[0]
        ):
            columns[MARK, column] = mark
            columns[BY_ROW, column] = ROOT
            if column == goal:
                return size
            size = _queue_rows(rows, columns, queue, size, column)
    return size


def _swap(
    to: NDArray[np.int32], rows: Ints, columns: Ints, root: Ints, start: int, goal: int
) -> None:
    """Let the rows of the path that was found move on by one."""
    column = goal
    while True:
        if columns[BY_ROW, column] == ROOT:
            columns[LOAD, column] -= 1
            column = root[2]
            columns[LOAD, column] += 1
        row = columns[BY_ROW, column]
        left = to[rows[MATCH, row]]
        _quit(rows, columns, row, left)
        rows[MATCH, row] = columns[BY_PAIR, column]
        rows[FRESH, row] = 0
        _enter(rows, columns, row, column)
        if row == start:
            return
        column = left


def _enter(rows: Ints, columns: Ints, row: int, column: int) -> None:
    """Enter a row at a column."""
    first = columns[FIRST, column]
    rows[NEXT, row], rows[BEFORE, row] = first, NONE
    if first != NONE:
        rows[BEFORE, first] = row
    columns[FIRST, column] = row


def _quit(rows: Ints, columns: Ints, row: int, column: int) -> None:
    """Strike a row off a column."""
    after, before = rows[NEXT, row], rows[BEFORE, row]
    if before == NONE:
        columns[FIRST, column] = after
    else:
        rows[NEXT, before] = after
    if after != NONE:
        rows[BEFORE, after] = before


def _settle(
    span: Ints,
    to: NDArray[np.int32],
    level: Ints,
    held: Bools,
    rows: Ints,
    columns: Ints,
    root: Ints,
    lowest: int,
) -> bool:
    """Keep only what some best choice has; tell whether the prices prove that it is best.

    A pair whose reduced cost is above 0 is in none, and a column that is dearer or cheaper than
    the root has the same number of rows in all of them.
    """
    for row in range(rows.shape[1]):
        kept, own = span[0, row], rows[MATCH, row]
        for pair in range(span[0, row], span[1, row]):
            cost = _cost(level, held, lowest, pair)
            if cost == CLOSED:
                continue
            reduced = cost + rows[ROW_PRICE, row] - columns[PRICE, to[pair]]
            if reduced < 0 or (pair == own and reduced != 0):
                return False
            if reduced > 0:
                continue
            to[kept], level[kept] = to[pair], level[pair]
            held[kept] = held[pair] or cost == 1
            if pair == own:
                rows[MATCH, row] = kept
            kept += 1
        span[1, row] = kept
        rows[ROW_PRICE, row] = 0
    return _settle_columns(columns, root)


def _settle_columns(columns: Ints, root: Ints) -> bool:
    """Keep the number of rows of each column that is the same in all best choices."""
    for column in range(columns.shape[1]):
        load, dearer = columns[LOAD, column], columns[PRICE, column] - root[0]
        if (load < columns[HIGH, column] and dearer < 0) or (
            load > columns[LOW, column] and dearer > 0
        ):
            return False
        if dearer != 0:
            columns[LOW, column] = columns[HIGH, column] = load
        columns[PRICE, column] = 0
    root[0] = 0
    return True
