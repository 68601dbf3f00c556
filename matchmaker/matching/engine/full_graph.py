"""Prices of all pairs of a full matrix together, from the distances between all nodes of one side.

Rows are the smaller side. A way that begins at a column goes on to a row it serves, or to the root
while it has a free place: so the distances between rows and root tell all others.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matchmaker.matching.engine.closure import Lengths, close, nowhere_of
from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.instance import Ints
from matchmaker.matching.engine.ways import CHOSEN, FAR, UNUSED

EXACT = 2**53


@dataclass(frozen=True, eq=False)
class FullGraph:
    """A residual graph as matrices of gains; `nowhere_of` its type stands for no arc."""

    unused: Lengths
    """(n_rows, n_columns): gain of each pair that is not chosen."""
    row: Ints
    """Rows and columns of the chosen pairs that no lock holds, and their gains."""
    column: Ints
    worth: Lengths
    row_into: Lengths
    """(n_rows,): gain of the arc from the root to each row."""
    row_out: Lengths
    column_into: Lengths
    column_out: Lengths

    @classmethod
    def of(cls, graph: Graph) -> "FullGraph":
        """Lay a graph out as matrices; needs and offers change over where offers are fewer."""
        n, m = graph.instance.n_needs, graph.instance.n_offers
        # sums of a few ways are compared: as doubles while whole numbers are exact
        dtype = np.dtype(float if graph.stages.most * 8 < EXACT else np.int64)
        sides, bounds = (graph.instance.need, graph.instance.offer), (n, m)
        into, out = _lengths(graph.into, dtype), _lengths(graph.out, dtype)
        at_needs, at_offers = (into[:n], out[:n]), (into[n:-1], out[n:-1])
        if m < n:
            # with every arc turned round, what leads from the root leads to it
            sides, bounds = sides[::-1], bounds[::-1]
            at_needs, at_offers = at_offers[::-1], at_needs[::-1]
        unused = np.full(bounds, nowhere_of(dtype), dtype=dtype)
        free, held = graph.state == UNUSED, graph.state == CHOSEN
        unused[sides[0][free], sides[1][free]] = graph.gain[free]
        row, column = sides[0][held], sides[1][held]
        worth = graph.gain[held].astype(dtype)
        return cls(unused, row, column, worth, *at_needs, *at_offers)

    @property
    def nowhere(self) -> float | int:
        """Return what stands for no way."""
        return nowhere_of(self.unused.dtype)

    @cached_property
    def between(self) -> Lengths:
        """(n_rows + 1, n_rows + 1): greatest gain of a way between rows and the root (last)."""
        n_rows = len(self.unused)
        step = np.full((n_rows + 1,) * 2, self.nowhere, dtype=self.unused.dtype)
        for some in _each_once(self.row):
            row, column, worth = self.row[some], self.column[some], self.worth[some]
            step[:n_rows, row] = np.maximum(step[:n_rows, row], self.unused[:, column] - worth)
            over_root = self.column_into[column] - worth
            step[n_rows, row] = np.maximum(step[n_rows, row], over_root)
        to_root = (self.unused + self.column_out).max(axis=1, initial=self.nowhere)
        step[:n_rows, n_rows] = np.maximum(to_root, self.row_out)
        step[n_rows, :n_rows] = np.maximum(step[n_rows, :n_rows], self.row_into)
        np.fill_diagonal(step, 0)
        return close(np.maximum(step, self.nowhere))

    def back(self) -> Lengths:
        """Return the greatest gain of a way from each column to each row, (n_columns, n_rows)."""
        n_rows = len(self.unused)
        back = self.column_out[:, None] + self.between[n_rows, :n_rows]
        for some in _each_once(self.column):
            column = self.column[some]
            over_pair = self.between[self.row[some], :n_rows] - self.worth[some, None]
            back[column] = np.maximum(back[column], over_pair)
        return back

    def around(self) -> Lengths:
        """Return the greatest gain of a way from row to column of each chosen pair."""
        n_rows = len(self.unused)
        over_root = self.between[self.row, n_rows] + self.column_into[self.column]
        over_rows = self.between[self.row, :n_rows] + self.unused[:, self.column].T
        return np.maximum(over_root, over_rows.max(axis=1, initial=self.nowhere))


def _lengths(gain: Ints, dtype: np.dtype) -> Lengths:
    """Return gains in the type of the matrices."""
    return np.where(gain == -FAR, nowhere_of(dtype), gain).astype(dtype)


def _each_once(side: Ints) -> list[Ints]:
    """Split positions so that no member of a side comes twice in the same part."""
    order = np.argsort(side, kind="stable")
    ordered = side[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return [order[rank == at] for at in range(int(rank.max(initial=-1)) + 1)]
