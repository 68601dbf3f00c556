"""Several places on both sides: a network flow, by linear program, certified in integers."""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from matchmaker.matching.engine.demanded import without_spare
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Deadline, Impossible, Outcome, value_of
from matchmaker.matching.engine.residual import Flow
from matchmaker.matching.engine.routes_linear import Rest, rest_after_locks

LARGEST_GAIN = 2**62
TIME_LIMIT_STATUS = 1


def is_network(instance: Instance) -> bool:
    """Tell whether the instance is a flow in a network (no rule, no minimum, not fairest)."""
    largest = int(np.abs(instance.weight).max(initial=0))
    nodes = instance.n_needs + instance.n_offers + 2
    return (
        not instance.needs_milp and instance.policy != "fairest" and largest * nodes < LARGEST_GAIN
    )


def solve_network(instance: Instance, deadline: Deadline) -> Outcome:
    """Solve in stages; after each only the optima of that stage stay possible.

    The linear program is integral because the matrix of a network is totally unimodular. Its
    result is rounded, improved along residual cycles in int64 until none gains, and thereby
    proven. The arcs with a reduced cost are then fixed, which leaves exactly the optimal face
    to the next stage.
    """
    rest = rest_after_locks(instance)
    edges = np.flatnonzero(rest.free)
    flow, gains = _build(instance, rest, edges)
    started = False
    for gain in gains:
        if not gain.any() and started:
            continue
        try:
            deadline.check()
            potential = _solve_stage(flow, gain, deadline)
        except TimeUp:
            if not started:
                raise
            return _stopped(instance, edges, flow)
        flow.keep_optimal(gain, flow.improve(gain, potential))
        started = True
    chosen = _chosen(instance, edges, flow)
    kept = without_spare(instance, chosen)
    if value_of(instance, kept) == value_of(instance, chosen):
        return Outcome(kept, "lp")
    return Outcome(kept, "lp", value_of(instance, chosen))


def _chosen(instance: Instance, edges: Ints, flow: Flow) -> Bools:
    """Return the pairs that carry flow, and the locked ones."""
    chosen = instance.locked.copy()
    chosen[edges[flow.flow[: len(edges)] > 0]] = True
    return chosen


def _stopped(instance: Instance, edges: Ints, flow: Flow) -> Outcome:
    """Return what is known when time ended between two stages: the first one is proven."""
    chosen = _chosen(instance, edges, flow)
    value = value_of(instance, chosen)
    if instance.policy == "total":
        return Outcome(chosen, "lp", stopped=True)
    best = int(np.maximum(instance.weight, 0).sum())
    return Outcome(chosen, "lp", (value[0], max(best, value[1])), stopped=True)


def _build(instance: Instance, rest: Rest, edges: Ints) -> tuple[Flow, list[Ints]]:
    """Return the circulation and the gains of the stages, most important first.

    Arcs: the free pairs; root to need, first place; root to need, further places; offer to
    root. Only the first place of a need not yet served counts for coverage.
    """
    n, m = instance.n_needs, instance.n_offers
    needs, offers = np.arange(n), np.arange(m)
    root = n + m
    has_lock = np.bincount(instance.need[instance.locked], minlength=n) > 0
    first = np.minimum(rest.need_left, 1)
    if (rest.must & (first == 0)).any():
        raise Impossible
    tail = np.concatenate([instance.need[edges], np.full(2 * n, root), n + offers])
    head = np.concatenate([n + instance.offer[edges], needs, needs, np.full(m, root)])
    zero = np.zeros(len(edges) + 2 * n + m, dtype=np.int64)
    low, high = zero.copy(), zero.copy()
    e = len(edges)
    low[e : e + n] = rest.must
    high[:e], high[e : e + n] = 1, first
    high[e + n : e + 2 * n] = rest.need_left - first
    high[e + 2 * n :] = rest.offer_left
    flow = Flow(root + 1, tail.astype(np.int64), head.astype(np.int64), low, high, zero.copy())
    gains = [_on_pairs(zero, instance.weight[edges])]
    if instance.policy == "coverage":
        served = zero.copy()
        served[e : e + n] = ~has_lock
        gains = [served, *gains]
    return flow, gains


def _on_pairs(zero: Ints, values: Ints) -> Ints:
    """Return a gain that counts on the pairs only."""
    gain = zero.copy()
    gain[: len(values)] = values
    return gain


def _solve_stage(flow: Flow, gain: Ints, deadline: Deadline) -> Ints:
    """Solve the linear program of a stage; set the flow and return rounded potentials."""
    free = np.flatnonzero(flow.low < flow.high)
    fixed = np.where(flow.low == flow.high, flow.low, 0)
    n_nodes = flow.n_nodes
    left = -(
        np.bincount(flow.head, fixed, minlength=n_nodes)
        - np.bincount(flow.tail, fixed, minlength=n_nodes)
    )
    if not len(free):
        if left.any():
            raise Impossible
        flow.flow = fixed.astype(np.int64)
        return np.zeros(n_nodes, dtype=np.int64)
    scale = float(np.abs(gain[free]).max()) or 1.0
    columns = np.arange(len(free))
    matrix = sp.csr_array(
        (
            np.concatenate([np.ones(len(free)), -np.ones(len(free))]),
            (np.concatenate([flow.head[free], flow.tail[free]]), np.concatenate([columns] * 2)),
        ),
        shape=(n_nodes, len(free)),
    )
    options = {} if deadline.left is None else {"time_limit": max(deadline.left, 1e-3)}
    result = linprog(
        -gain[free] / scale,
        A_eq=matrix,
        b_eq=left,
        bounds=np.column_stack([flow.low[free], flow.high[free]]).astype(float),
        method="highs-ds",
        options=options,
    )
    if result.x is None or result.status != 0:
        if result.status == TIME_LIMIT_STATUS:
            raise TimeUp("the time limit passed before a feasible result was found")
        raise Impossible
    flow.flow = fixed.astype(np.int64)
    flow.flow[free] = np.rint(result.x).astype(np.int64)
    return -np.rint(result.eqlin.marginals * scale).astype(np.int64)
