"""The route of the kernel: sums under places, by shortest augmenting paths, proven at once."""

import numpy as np

from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.kernel import LARGEST, Graph, is_ready, solve_graph
from matchmaker.matching.engine.outcome import Deadline, Outcome
from matchmaker.matching.engine.proof import bound_of_graph
from matchmaker.matching.engine.routes_linear import Rest


def is_for_paths(instance: Instance, rest: Rest) -> bool:
    """Tell whether nothing but places, locks and bars binds the total."""
    if instance.policy != "total" or instance.needs_milp or rest.must.any():
        return False
    if (~instance.useful[rest.free]).any():
        return False
    return float(np.abs(instance.weight).max(initial=0)) < LARGEST


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
        instance.weight[edges].astype(float),
        np.zeros(len(edges), dtype=np.bool_),
    )
    best = solve_graph(graph, rest.need_left, rest.offer_left)
    bound = bound_of_graph(graph, rest.need_left, rest.offer_left, best.u, best.v)
    if bound != int(best.worth.sum()):
        return None
    chosen = instance.locked.copy()
    chosen[edges[best.pair]] = True
    return Outcome(chosen, "paths", duals=(best.u, best.v))
