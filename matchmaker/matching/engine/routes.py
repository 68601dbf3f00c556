"""Which route solves an instance: the fastest exact one, or the one asked for."""

from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.network import is_network, solve_network
from matchmaker.matching.engine.outcome import Deadline, Outcome
from matchmaker.matching.engine.routes_fairest import is_fair_flow, solve_fairest
from matchmaker.matching.engine.routes_linear import is_one_sided, rest_after_locks, solve_one_sided
from matchmaker.matching.engine.routes_milp import solve_milp
from matchmaker.matching.engine.routes_network import network_of, solve_by_network
from matchmaker.matching.engine.routes_paths import is_for_paths, solve_paths
from matchmaker.matching.engine.routes_shares import shares_of, solve_by_shares

SOLVERS = ("paths", "dense", "sparse", "flow", "lp", "milp")


def solve(instance: Instance, deadline: Deadline, solver: str | None) -> Outcome:
    """Take the route asked for, or the fastest exact one."""
    if solver == "milp":
        return solve_milp(instance, deadline)
    outcome = None
    if solver in (None, "paths", "dense", "sparse"):
        outcome = _by_assignment(instance, deadline, solver)
    elif solver == "lp" and is_network(instance):
        outcome = solve_network(instance, deadline)
    if outcome is None and solver in (None, "flow"):
        network = network_of(instance)
        outcome = None if network is None else solve_by_network(network, deadline)
        shares = shares_of(instance) if network is None else None
        if shares is not None and not (shares.is_small and solver is None):
            outcome = solve_by_shares(shares, deadline)
    if outcome is not None and (solver or outcome.bound is None or outcome.stopped):
        return outcome
    if solver is not None:
        raise ValueError(f"solver {solver!r} cannot take this combination of arguments")
    return solve_milp(instance, deadline)


def _by_assignment(instance: Instance, deadline: Deadline, solver: str | None) -> Outcome | None:
    """Solve by the routes of places alone: paths, then linear assignment by components."""
    rest = rest_after_locks(instance)
    if solver in (None, "paths") and is_for_paths(instance, rest):
        outcome = solve_paths(instance, rest, deadline, asked=solver is not None)
        if outcome is not None:
            return outcome
    fair = instance.policy == "fairest" and is_fair_flow(instance)
    if fair and solver in (None, "dense"):
        return solve_fairest(instance, deadline)
    total_only = solver == "sparse" and instance.policy == "coverage"
    if solver != "paths" and not total_only and is_one_sided(instance, rest):
        return solve_one_sided(instance, deadline, solver)
    return None
