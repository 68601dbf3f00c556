"""One-to-one routes: connected components, each a linear assignment, dense or sparse."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import (
    connected_components,
    maximum_bipartite_matching,
    min_weight_full_bipartite_matching,
)

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Deadline, Impossible, Outcome, value_of

DENSE_CELLS = 4_000_000
"""Above this a thinly filled component goes to the sparse matcher."""
LARGEST_DENSE_CELLS = 60_000_000
EXACT = 2.0**53


@dataclass(frozen=True)
class Rest:
    """What is left to choose once the locked pairs have taken their places."""

    free: Bools
    """(n_pairs,): not locked, and both sides still have a place."""
    need_left: Ints
    """(n_needs,): places left, no more than there are free pairs."""
    offer_left: Ints
    must: Bools
    """(n_needs,): still has to be served."""


def rest_after_locks(instance: Instance) -> Rest:
    """Take the places of the locked pairs (a lock is met by removal, never by a large score)."""
    need, offer, locked = instance.need, instance.offer, instance.locked
    need_locks = np.bincount(need[locked], minlength=instance.n_needs)
    offer_locks = np.bincount(offer[locked], minlength=instance.n_offers)
    need_left, offer_left = instance.need_places - need_locks, instance.offer_places - offer_locks
    if (need_left < 0).any() or (offer_left < 0).any():
        raise Impossible
    free = ~locked & (need_left[need] > 0) & (offer_left[offer] > 0)
    return Rest(
        free=free,
        need_left=np.minimum(need_left, np.bincount(need[free], minlength=instance.n_needs)),
        offer_left=np.minimum(offer_left, np.bincount(offer[free], minlength=instance.n_offers)),
        must=instance.must & (need_locks == 0),
    )


def is_one_sided(instance: Instance, rest: Rest) -> bool:
    """Tell whether linear assignment solves this instance exactly."""
    if instance.needs_milp or instance.policy == "fairest":
        return False
    largest = float(np.abs(instance.weight).max(initial=0))
    if largest * 4 * (instance.n_needs + instance.n_offers) >= EXACT:
        return False
    single_needs = bool((rest.need_left <= 1).all())
    if instance.policy == "coverage":
        has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
        return single_needs and not (has_lock & (rest.need_left > 0)).any()
    return single_needs or (bool((rest.offer_left <= 1).all()) and not rest.must.any())


def can_serve_all(instance: Instance, rest: Rest) -> bool:
    """Tell whether the needs that must be served can all be, without rules and minima."""
    rows = np.flatnonzero(rest.must)
    if (rest.need_left[rows] == 0).any():
        return False
    rank = np.full(instance.n_needs, -1)
    rank[rows] = np.arange(len(rows))
    at = np.flatnonzero(rest.free & (rank[instance.need] >= 0))
    graph = sp.csr_array(
        (np.ones(len(at), dtype=np.int8), (rank[instance.need[at]], instance.offer[at])),
        shape=(len(rows), instance.n_offers),
    )
    columns = np.repeat(np.arange(instance.n_offers), np.minimum(rest.offer_left, len(rows)))
    matched = maximum_bipartite_matching(sp.csr_array(graph[:, columns]), perm_type="column")
    return bool((matched >= 0).all())


def solve_one_sided(instance: Instance, deadline: Deadline, solver: str | None) -> Outcome:
    """Solve by components; exact because every sum of integer scores stays below 2**53."""
    rest = rest_after_locks(instance)
    chosen = instance.locked.copy()
    if (rest.must & (rest.need_left == 0)).any():
        raise Impossible
    used_sparse, unsolved = solver == "sparse", 0
    deadline.check()
    for block in blocks_of(instance, rest):
        if deadline.passed and not block.must.any():
            unsolved += block.optimistic
            continue
        deadline.check()
        sparse = block.prefers_sparse if solver is None else solver == "sparse"
        used_sparse |= sparse
        chosen[block.edges[_solve_sparse(block) if sparse else _solve_dense(block)]] = True
    name = "sparse" if used_sparse else "dense"
    if not unsolved:
        return Outcome(chosen, name)
    value = value_of(instance, chosen)
    bound = (value[0] + unsolved,) if instance.policy == "total" else _coverage_bound(instance)
    return Outcome(chosen, name, bound, stopped=True)


def _coverage_bound(instance: Instance) -> tuple[int, int]:
    """Return a simple upper bound of (served, total)."""
    best = np.zeros(instance.n_needs, dtype=np.int64)
    np.maximum.at(best, instance.need, instance.weight)
    return int((np.bincount(instance.need, minlength=1) > 0).sum()), int(best.sum())


@dataclass(frozen=True)
class Block:
    """A connected component as rows of one place each and columns of several."""

    edges: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    weight: Ints
    must: Bools
    """(n_rows,): must not stay without a column."""
    repeats: Ints
    """(n_columns,): places of each column."""
    cover: bool
    """Match as many rows as possible first."""

    @property
    def cells(self) -> int:
        """Size of the dense matrix."""
        spare = len(self.must) if self.cover or self.must.any() else 0
        return len(self.must) * (int(self.repeats.sum()) + spare)

    @property
    def prefers_sparse(self) -> bool:
        """Tell whether the sparse matcher is the better choice."""
        if self.cover:
            return False
        thin = len(self.edges) * 10 < self.cells
        return self.cells > LARGEST_DENSE_CELLS or (self.cells > DENSE_CELLS and thin)

    @property
    def optimistic(self) -> int:
        """Sum of the best score of each row: never less than the optimum."""
        best = np.zeros(len(self.must), dtype=np.int64)
        np.maximum.at(best, self.row, self.weight)
        return int(best.sum())


def blocks_of(instance: Instance, rest: Rest) -> Iterator[Block]:
    """Split the free pairs into connected components, rows on the side of one place each."""
    edges = np.flatnonzero(rest.free)
    if not len(edges):
        return
    sides: tuple[tuple[Ints, Ints], tuple[Ints, Ints]] = (
        (instance.need[edges].astype(np.int64), rest.need_left),
        (instance.offer[edges].astype(np.int64), rest.offer_left),
    )
    by_offer = bool((rest.need_left > 1).any())
    (row, row_left), (column, left) = sides[::-1] if by_offer else sides
    must = np.zeros(len(row_left), dtype=bool) if by_offer else rest.must
    label = _labels(row, column, len(row_left), len(left))
    order = np.argsort(label, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        rows, local_row = _local(row[part], by_sorting=len(part) < len(row_left))
        columns, local_column = _local(column[part], by_sorting=len(part) < len(left))
        yield Block(
            edges=edges[part],
            row=local_row,
            column=local_column,
            weight=instance.weight[edges[part]],
            must=must[rows],
            repeats=np.minimum(left[columns], len(rows)),
            cover=instance.policy != "total",
        )


def _labels(row: Ints, column: Ints, n_rows: int, n_columns: int) -> Ints:
    """Return the connected component of each pair; a full matrix is one without a search."""
    if len(row) * 2 > n_rows * n_columns:
        return np.zeros(len(row), dtype=np.int64)
    graph = sp.coo_array(
        (np.ones(len(row), dtype=np.int8), (row, column + n_rows)),
        shape=(n_rows + n_columns,) * 2,
    )
    return np.asarray(connected_components(graph, directed=False)[1][row])


def _local(side: Ints, by_sorting: bool) -> tuple[Ints, Ints]:
    """Return the members of a side, ascending, and the rank of each entry among them."""
    if by_sorting:
        return np.unique(side, return_inverse=True)
    present = np.bincount(side) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[side]


def _solve_dense(block: Block) -> NDArray[np.int64]:
    """Return the chosen pairs of a block by `linear_sum_assignment`."""
    shape = (len(block.must), len(block.repeats))
    where = np.full(shape, -1, dtype=np.int64)
    where[block.row, block.column] = np.arange(len(block.edges))
    expanded = np.repeat(np.arange(shape[1]), block.repeats)
    strict = block.cover or bool(block.must.any())
    if strict:
        cost = strict_cost(block, expanded, -block.weight.astype(float))
    else:
        value = np.zeros(shape)
        value[block.row, block.column] = block.weight
        cost = -value[:, expanded]
    if strict and cost.shape[0] > cost.shape[1]:
        raise Impossible
    try:
        rows, picks = linear_sum_assignment(cost)
    except ValueError as error:
        raise Impossible from error
    real = picks < len(expanded)
    found = where[rows[real], expanded[picks[real]]]
    return found[found >= 0]


def strict_cost(
    block: Block, expanded: Ints, cost_of_pair: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Build a cost where every row must take a column: spare columns stand for no offer.

    There are as many spare columns as rows that may stay without, so that coverage and
    must_serve are met by counting and no score is enlarged.
    """
    n_rows = len(block.must)
    spare = n_rows - (_most_rows(block, expanded) if block.cover else int(block.must.sum()))
    cost = np.full((n_rows, len(block.repeats)), np.inf)
    cost[block.row, block.column] = cost_of_pair
    blank = np.where(block.must[:, None], np.inf, np.zeros((n_rows, spare)))
    return np.hstack([cost[:, expanded], blank])


def _most_rows(block: Block, expanded: Ints) -> int:
    """Return the greatest number of rows that can be matched together."""
    n_rows = len(block.must)
    graph = sp.csr_array(
        (np.ones(len(block.row), dtype=np.int8), (block.row, block.column)),
        shape=(n_rows, len(block.repeats)),
    )
    matched = maximum_bipartite_matching(sp.csr_array(graph[:, expanded]), perm_type="column")
    return int((matched >= 0).sum())


def _solve_sparse(block: Block) -> NDArray[np.int64]:
    """Return the chosen pairs of a block by `min_weight_full_bipartite_matching`.

    Weights are shifted above 0 (the matcher drops explicit zeros), and each row that may
    stay without gets a column of its own worth nothing.
    """
    n_rows, n_columns = len(block.must), len(block.repeats)
    shift = float(np.abs(block.weight).max()) + 1.0
    pairs = sp.csr_array(
        (np.arange(1, len(block.edges) + 1), (block.row, block.column)), shape=(n_rows, n_columns)
    )
    listed = sp.coo_array(pairs[:, np.repeat(np.arange(n_columns), block.repeats)])
    optional = np.flatnonzero(~block.must)
    width = listed.shape[1]
    if n_rows > width + len(optional):
        raise Impossible
    weights = np.concatenate([shift - block.weight[listed.data - 1], np.full(len(optional), shift)])
    rows = np.concatenate([listed.row, optional])
    columns = np.concatenate([listed.col, width + np.arange(len(optional))])
    graph = sp.csr_array((weights, (rows, columns)), shape=(n_rows, width + len(optional)))
    try:
        rows, picks = min_weight_full_bipartite_matching(graph)
    except ValueError as error:
        raise Impossible from error
    real = picks < width
    columns = np.repeat(np.arange(n_columns), block.repeats)[picks[real]]
    return np.asarray(pairs[rows[real], columns]).ravel() - 1
