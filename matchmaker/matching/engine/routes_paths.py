"""The route of the kernel: sums under places, by shortest augmenting paths, proven at once.

Under coverage every pair of a need of one place is worth more by what no difference of totals can
outweigh, so the greatest sum serves most needs. That is exact: all sums stay whole numbers that
doubles, or 64 bits, hold.
"""

import numpy as np

from matchmaker.matching.engine.instance import Instance, Ints
from matchmaker.matching.engine.kernel import LARGEST, Graph, is_ready, solve_graph
from matchmaker.matching.engine.outcome import Deadline, Outcome
from matchmaker.matching.engine.proof import bound_of_graph
from matchmaker.matching.engine.routes_linear import Rest
from matchmaker.matching.engine.validate import LARGEST_SUM


def is_for_paths(instance: Instance, rest: Rest) -> bool:
    """Tell whether nothing but places, locks and bars binds the total, or the needs served."""
    if instance.policy == "fairest" or instance.needs_milp or rest.must.any():
        return False
    if (~instance.useful[rest.free]).any():
        return False
    bonus = _bonus(instance, rest)
    if (rest.need_left[bonus > 0] > 1).any():
        return False
    largest = int(np.abs(instance.weight).max(initial=0)) + int(bonus.max(initial=0))
    return largest < LARGEST and largest * (instance.n_needs + 1) < LARGEST_SUM


def _bonus(instance: Instance, rest: Rest) -> Ints:
    """Return what a pair of each need is worth beyond its score, shape (n_needs,)."""
    if instance.policy != "coverage":
        return np.zeros(instance.n_needs, dtype=np.int64)
    has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
    most = min(int(rest.need_left.sum()), int(rest.offer_left.sum()))
    largest = int(np.abs(instance.weight).max(initial=0))
    return np.where(has_lock, 0, min(largest * (most + 1) + 1, int(LARGEST)))


def solve_paths(instance: Instance, rest: Rest, deadline: Deadline, asked: bool) -> Outcome | None:
    """Solve by the kernel; None where it should not run, or did not prove its result."""
    edges = np.flatnonzero(rest.free)
    if not is_ready(len(edges)) and not asked:
        return None
    deadline.check()
    starts = np.searchsorted(instance.need[edges], np.arange(instance.n_needs + 1))
    graph = Graph(
        starts[:-1],
        starts[1:],
        instance.offer[edges].astype(np.int32),
        instance.weight[edges] + _bonus(instance, rest)[instance.need[edges]].astype(float),
        np.zeros(len(edges), dtype=np.bool_),
    )
    best = solve_graph(graph, rest.need_left, rest.offer_left)
    bound = bound_of_graph(graph, rest.need_left, rest.offer_left, best.u, best.v)
    if bound != int(best.worth.sum()):
        return None
    chosen = instance.locked.copy()
    chosen[edges[best.pair]] = True
    duals = (best.u, best.v) if instance.policy == "total" else None
    return Outcome(chosen, "paths", duals=duals)
