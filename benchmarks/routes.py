"""Ours and the peers, each fed in its fastest form.

A route turns an instance into a call without arguments, which is what the clock sees, and the
call's answer into pairs, outside of the clock. The peers' matrices, index arrays and integer costs
are laid out outside of the clock; `assign` gets the scores as a caller has them and checks, rounds
and lays them out inside. A solver that is an object to be filled (ortools, HiGHS) is filled inside
the clock, from finished arrays by its vector calls, as it has to be anew for every problem.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from benchmarks.instances import UNITS, Instance

Array = NDArray[Any]
Pairs = tuple[Array, Array]
OURS = "tandem assign"
DENSE_CELLS = 120_000_000
"""Greatest matrix a dense peer is given: 1 GB of doubles."""


class Prepared(NamedTuple):
    """A call for the clock, and how its answer is read."""

    call: Callable[[], Any]
    pairs: Callable[[Any], Pairs]


class GivesUp(Exception):
    """The route cannot solve this instance although it takes such problems; says why."""


def ours(instance: Instance) -> Prepared:
    """Run `assign` up to the pairs and the total; the certificate is timed by the worker."""
    from matchmaker.matching import assign

    def call() -> Any:
        found = assign(
            instance.scores, need_places=instance.need_places, offer_places=instance.offer_places
        )
        assert found.pairs is not None and found.total is not None
        return found

    return Prepared(call, lambda found: (found.pairs[:, 0], found.pairs[:, 1]))


def _costs(instance: Instance) -> Array:
    """Return the full matrix of costs, negative, as every dense peer takes it."""
    return np.ascontiguousarray(-instance.scores)


def scipy_dense(instance: Instance) -> Prepared:
    """Run scipy's `linear_sum_assignment`."""
    costs = _costs(instance)
    return Prepared(lambda: linear_sum_assignment(costs), lambda found: found)


def _lapx(name: str, **options: Any) -> Callable[[Instance], Prepared]:
    """Return the route of a dense function of lapx; it wants costs that are not negative."""

    def prepare(instance: Instance) -> Prepared:
        import lap

        function = getattr(lap, name)
        costs = _costs(instance)
        costs -= costs.min()
        options.setdefault("return_cost", False)
        rows = np.arange(len(costs))
        if name == "lapjv":
            return Prepared(lambda: function(costs, **options)[0], lambda x: (rows, x))
        return Prepared(lambda: function(costs, **options), lambda found: found)

    return prepare


def _components(dense: Callable[[Array], Pairs]) -> Callable[[Instance], Prepared]:
    """Return the recipe of connected components, each a small full matrix of a dense peer.

    A pair that is no candidate costs 0, which no candidate does, so a pair chosen there means
    nobody; scipy and lapx have no such call, but their callers can write it in these lines.
    """

    def prepare(instance: Instance) -> Prepared:
        costs, copies = -instance.scores, instance.offer_places
        n_needs, n_offers = costs.shape

        def call() -> Pairs:
            coo = costs.tocoo()
            graph = sparse.coo_array(
                (np.ones(coo.nnz, dtype=np.int8), (coo.row, coo.col + n_needs)),
                shape=(n_needs + n_offers,) * 2,
            )
            label = connected_components(graph, directed=False)[1]
            by_need = np.argsort(label[:n_needs], kind="stable")
            by_offer = np.argsort(label[n_needs:], kind="stable")
            parts = np.arange(label.max() + 2)
            need_at = np.searchsorted(label[by_need], parts)
            offer_at = np.searchsorted(label[n_needs + by_offer], parts)
            taken: list[Pairs] = []
            for k in parts[:-1]:
                needs = by_need[need_at[k] : need_at[k + 1]]
                offers = by_offer[offer_at[k] : offer_at[k + 1]]
                if not len(needs) or not len(offers):
                    continue
                if len(needs) * len(offers) * copies > DENSE_CELLS:
                    raise GivesUp(f"a matrix of {len(needs):,} x {len(offers) * copies:,}")
                block = costs[needs][:, offers].toarray()
                full = np.repeat(block, copies, axis=1) if copies > 1 else block
                rows, columns = dense(full)
                real = full[rows, columns] < 0
                taken.append((needs[rows[real]], offers[columns[real] // copies]))
            return np.concatenate([r for r, _ in taken]), np.concatenate([c for _, c in taken])

        return Prepared(call, lambda found: found)

    return prepare


def _lapjvx_of_part(costs: Array) -> Pairs:
    import lap

    rows, columns = lap.lapjvx(costs, extend_cost=True, return_cost=False)
    return rows, columns


def _listed(instance: Instance) -> tuple[Array, Array, Array]:
    """Return need, offer and integer score of each pair worth something.

    The integers are as small as they can be: that saves the cost-scaling solvers rounds.
    """
    coo = sparse.coo_array(instance.scores)
    weight = np.rint(coo.data * UNITS).astype(np.int64)
    keep = weight > 0
    weight = weight[keep] // np.gcd.reduce(weight[keep])
    return coo.row[keep].astype(np.int64), coo.col[keep].astype(np.int64), weight


def scipy_sparse(instance: Instance) -> Prepared:
    """Run scipy's `min_weight_full_bipartite_matching`.

    It wants a full matching without zeros: weights are shifted above 0. A full matrix is given
    as it is; else each need may take a column of its own that stands for no offer. (The square
    form with a private partner on both sides, which keeps its reductions, was slower.)
    """
    need, offer, weight = _listed(instance)
    n_needs, n_offers = instance.scores.shape
    top, copies = float(weight.max()) + 1.0, instance.offer_places
    column = offer
    if copies > 1:
        need, weight = np.repeat(need, copies), np.repeat(weight, copies)
        column = (offer[:, None] * copies + np.arange(copies)).ravel()
    cost, width = top - weight, n_offers * copies
    shape = (n_needs, width)
    if instance.is_sparse:
        need = np.concatenate([need, np.arange(n_needs)])
        column = np.concatenate([column, width + np.arange(n_needs)])
        cost = np.concatenate([cost, np.full(n_needs, top)])
        shape = (n_needs, width + n_needs)
    graph = sparse.csr_array((cost, (need, column)), shape=shape)

    def read(found: Pairs) -> Pairs:
        real = found[1] < width
        return found[0][real], found[1][real] // copies

    return Prepared(lambda: min_weight_full_bipartite_matching(graph), read)


def _perfect(instance: Instance) -> tuple[Array, Array, Array]:
    """Return left, right and cost of a graph where everybody has a partner.

    A full matrix has as it is. Else each need and each place of an offer gets a private partner,
    and the partners of the two sides of a pair may go together, all at cost 0.
    """
    need, offer, weight = _listed(instance)
    n_needs, n_offers = instance.scores.shape
    if not instance.is_sparse:
        return need, offer, -weight
    copies = instance.offer_places
    places = n_offers * copies
    need, weight = np.repeat(need, copies), np.repeat(weight, copies)
    place = (np.repeat(offer, copies).reshape(-1, copies) * copies + np.arange(copies)).ravel()
    idle_need, idle_place = np.arange(n_needs), np.arange(places)
    left = np.concatenate([need, idle_need, n_needs + idle_place, n_needs + place])
    right = np.concatenate([place, places + idle_need, idle_place, places + need])
    cost = np.zeros(len(left), dtype=np.int64)
    cost[: len(weight)] = -weight
    return left, right, cost


def ortools_assignment(instance: Instance) -> Prepared:
    """Run the linear sum assignment of ortools."""
    from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment

    left, right, cost = _perfect(instance)
    left, right = left.astype(np.int32), right.astype(np.int32)
    n_needs, n_offers = instance.scores.shape
    copies = instance.offer_places

    def call() -> Any:
        solver = SimpleLinearSumAssignment()
        solver.add_arcs_with_cost(left, right, cost)
        if solver.solve() != solver.OPTIMAL:
            raise GivesUp("ends without an optimum (cost out of range)")
        return solver

    def read(solver: Any) -> Pairs:
        mate = np.array([solver.right_mate(i) for i in range(n_needs)])
        real = mate < n_offers * copies
        return np.flatnonzero(real), mate[real] // copies

    return Prepared(call, read)


def ortools_flow(instance: Instance) -> Prepared:
    """Run the min cost flow of ortools: source, needs, offers, sink; who stays without goes by."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    need, offer, weight = _listed(instance)
    n_needs, n_offers = instance.scores.shape
    sink = n_needs + n_offers
    idle_need, idle_offer = np.arange(n_needs), np.arange(n_offers)
    tail = np.concatenate([need, idle_need, n_needs + idle_offer]).astype(np.int32)
    head = np.concatenate([n_needs + offer, np.full(n_needs, sink), np.full(n_offers, sink)])
    head = head.astype(np.int32)
    room = np.ones(len(tail), dtype=np.int64)
    room[len(need) : len(need) + n_needs] = instance.need_places
    room[len(need) + n_needs :] = instance.offer_places
    cost = np.zeros(len(tail), dtype=np.int64)
    cost[: len(weight)] = -weight
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:n_needs] = instance.need_places
    supply[sink] = -n_needs * instance.need_places
    nodes, arcs = np.arange(sink + 1, dtype=np.int32), np.arange(len(need), dtype=np.int32)

    def call() -> Array:
        flow = SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
        flow.set_nodes_supplies(nodes, supply)
        if flow.solve() != flow.OPTIMAL:
            raise GivesUp("ends without an optimum (cost out of range)")
        return flow.flows(arcs)

    return Prepared(call, lambda flows: (need[flows > 0], offer[flows > 0]))


def highs(instance: Instance) -> Prepared:
    """Run HiGHS on the linear program, whose corners are integral."""
    import highspy

    need, offer, weight = _listed(instance)
    n_needs, n_offers = instance.scores.shape
    n_pairs, n_rows = len(need), n_needs + n_offers
    cost = -weight / weight.max()
    starts = np.arange(0, 2 * n_pairs + 1, 2, dtype=np.int32)
    index = np.column_stack([need, n_needs + offer]).ravel().astype(np.int32)
    value = np.ones(2 * n_pairs)
    lower, upper = np.zeros(n_pairs), np.ones(n_pairs)
    least = np.full(n_rows, -np.inf)
    most = np.repeat(
        [float(instance.need_places), float(instance.offer_places)], [n_needs, n_offers]
    )
    options = highspy.HighsModelStatus

    def call() -> Array:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        # Quickest of simplex, interior point, primal and dual, with and without these two.
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("parallel", "on")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = n_pairs, n_rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.row_lower_, lp.row_upper_ = least, most
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
        solver.passModel(lp)
        solver.run()
        if solver.getModelStatus() != options.kOptimal:
            raise GivesUp("ends without an optimum")
        return np.asarray(solver.getSolution().col_value)

    return Prepared(call, lambda flows: (need[flows > 0.5], offer[flows > 0.5]))


Fits = Callable[[Instance], bool]


def _any(instance: Instance) -> bool:
    return True


def _one_to_one_dense(instance: Instance) -> bool:
    return instance.need_places == instance.offer_places == 1 and not instance.is_sparse


def _single_needs(instance: Instance) -> bool:
    return instance.need_places == 1


def _single_needs_sparse(instance: Instance) -> bool:
    return instance.need_places == 1 and instance.is_sparse


ROUTES: dict[str, tuple[Fits, Callable[[Instance], Prepared]]] = {
    OURS: (_any, ours),
    "scipy linear_sum_assignment": (_one_to_one_dense, scipy_dense),
    "scipy components + linear_sum_assignment": (
        _single_needs_sparse,
        _components(linear_sum_assignment),
    ),
    "scipy min_weight_full_bipartite_matching": (_single_needs, scipy_sparse),
    "lapx lapjv": (_one_to_one_dense, _lapx("lapjv")),
    "lapx lapjvx": (_one_to_one_dense, _lapx("lapjvx")),
    "lapx lapjvs": (_one_to_one_dense, _lapx("lapjvs", prefer_float32=False)),
    "lapx lapjvs, single precision": (_one_to_one_dense, _lapx("lapjvs")),
    "lapx lapjvc": (_one_to_one_dense, _lapx("lapjvc")),
    "lapx components + lapjvx": (_single_needs_sparse, _components(_lapjvx_of_part)),
    "ortools LinearSumAssignment": (_single_needs, ortools_assignment),
    "ortools SimpleMinCostFlow": (_any, ortools_flow),
    "HiGHS": (_any, highs),
}
"""Route -> whether it takes problems of this shape at all, and how it is prepared."""
INEXACT = {"lapx lapjvs, single precision"}
"""Shown, but no peer for the ratio: it solves rounded costs."""


def grid_total(instance: Instance, pairs: Pairs) -> int:
    """Return the sum of the pairs in grid units; ValueError where they break the problem."""
    rows, columns = np.asarray(pairs[0], dtype=np.int64), np.asarray(pairs[1], dtype=np.int64)
    n_needs, n_offers = instance.scores.shape
    if len(np.unique(rows * n_offers + columns)) < len(rows):
        raise ValueError("a pair is chosen twice")
    if (np.bincount(rows, minlength=n_needs) > instance.need_places).any():
        raise ValueError("a need has more offers than places")
    if (np.bincount(columns, minlength=n_offers) > instance.offer_places).any():
        raise ValueError("an offer has more needs than places")
    scores = np.asarray(instance.scores[rows, columns], dtype=float).ravel()
    if instance.is_sparse and (scores <= 0).any():
        raise ValueError("a chosen pair is no candidate")
    return int(np.rint(scores * UNITS).astype(np.int64).sum())
