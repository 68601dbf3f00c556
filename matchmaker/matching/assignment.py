"""Choose the pairs: the step after scoring, before explanation.

A pair that is not good enough (score of 0 or less, or below the minimum) and not locked adds
nothing while choosing: it counts min(score, 0); a need counts as served by a good or locked
pair or because it must be served; needs served otherwise are as few as can be; it does not
raise the value of a need that a lock serves; among equals the fewest such pairs are used, then
those of the greatest total. So they appear only where must_serve, a minimum or a rule calls
for them. Objective, bound and total count the real scores of all chosen pairs.

One place on one side: linear assignment by connected component [1]_ [2]_, O(n^3) each; all sums
of integers stay below 2**53, so doubles are exact. Several places on both sides: the linear
program of a network flow by HiGHS [3]_, improved and certified on the residual graph in int64.
Rules, minima and fairest values: mixed-integer programs in stages, integer objective, relative
gap 0; totals are summed anew in int64 and the certificate is the floor of the bound. The leximin
order is solved level by level, lowest first [4]_.

Ties: the instance is put into the order of the keys before it is solved, and every route is
deterministic.

.. [1] D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Trans. Aerosp.
   Electron. Syst. 52(4), 2016. doi:10.1109/TAES.2016.140952
.. [2] H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Res. Logist. Q. 2,
   1955. doi:10.1002/nav.3800020109
.. [3] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", Math.
   Program. Comput. 10, 2018. doi:10.1007/s12532-017-0130-5
.. [4] W. Ogryczak and T. Sliwinski, "On direct methods for lexicographic min-max optimization",
   ICCSA 2006. doi:10.1007/11751595_85
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.conflicts import find_conflicts
from matchmaker.matching.infeasible import Infeasible
from matchmaker.matching.instance import Instance
from matchmaker.matching.network import is_network, solve_network
from matchmaker.matching.outcome import Deadline, Impossible, Outcome, Value, value_of
from matchmaker.matching.prices import place_prices
from matchmaker.matching.routes_fairest import is_fair_flow, solve_fairest
from matchmaker.matching.routes_linear import is_one_sided, rest_after_locks, solve_one_sided
from matchmaker.matching.routes_milp import solve_milp
from matchmaker.matching.validate import read_instance, read_number

SOLVERS = ("dense", "sparse", "lp", "milp")


@dataclass(frozen=True, eq=False)
class Assignment:
    """The chosen pairs and what is proven of them.

    Attributes
    ----------
    pairs : ndarray of int, shape (n_pairs, 2)
        Need and offer of each chosen pair, sorted.
    total : float
        Sum of the rounded scores of the pairs.
    objective, bound : tuple
        What the policy compares and a proven upper bound of it: total ``(total,)``,
        coverage ``(served, total)``, fairest ``(served, served values ascending, total)``.
    gap : float
        Bound less objective of the first component that is not proven; 0.0 when all are.
    optimal : bool
        Every component is proven.
    stopped : bool
        `time_limit` ended the run; such a result need not be the same again.
    solver : str
        The route taken, a name that `assign` takes.
    need_prices, offer_prices : ndarray of float, shape (n, 2), or None
        What the best total loses if one place leaves (inf where no result would remain, 0
        where there is no place), and gains if one more comes. None under another policy than
        total, under rules or minima, and for a result that is not proven.
    """

    pairs: NDArray[np.int64]
    total: float
    objective: Value
    bound: Value
    gap: float
    optimal: bool
    stopped: bool
    solver: str
    _instance: Instance = field(repr=False)
    _outcome: Outcome = field(repr=False)

    @cached_property
    def _prices(self) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
        """Prices of the places of both sides, in the caller's order."""
        if not self.optimal:
            return None, None
        return place_prices(self._instance, self._outcome.chosen)

    @property
    def need_prices(self) -> NDArray[np.float64] | None:
        """Loss if one place of a need leaves, gain if one more comes, shape (n_needs, 2)."""
        return self._prices[0]

    @property
    def offer_prices(self) -> NDArray[np.float64] | None:
        """Loss if one place of an offer leaves, gain if one more comes, shape (n_offers, 2)."""
        return self._prices[1]


def assign(
    scores: Any,
    allowed: Any = None,
    need_places: Any = 1,
    offer_places: Any = 1,
    need_minimum: Any = 0,
    locked: Any = (),
    barred: Any = (),
    must_serve: Any = (),
    rules: Any = (),
    policy: str = "total",
    minimum_score: float = 0.0,
    need_keys: Any = None,
    offer_keys: Any = None,
    solver: str | None = None,
    time_limit: float | None = None,
    *,
    grid: float = 1e-9,
) -> Assignment:
    """Choose the allowed pairs that serve a policy best, with proof.

    Parameters
    ----------
    scores : array_like of float, or sparse array, shape (n_needs, n_offers)
        Any finite numbers, no unit, higher is better. The stored entries of a sparse array
        are the candidate pairs, stored zeros included.
    allowed : array_like of bool, shape (n_needs, n_offers), optional
        False where a hard rule bars the pair; None allows every (stored) pair.
    need_places, offer_places : int or array_like of int, shape (n_needs,) or (n_offers,)
        Greatest number of pairs of each need and of each offer.
    need_minimum : int or array_like of int, shape (n_needs,)
        A need gets no offer, or at least so many. Above its places: it gets none.
    locked, barred : sequence of (int, int)
        Pairs (need, offer) that must, and must not, be matched.
    must_serve : sequence of int
        Needs that must get at least one offer.
    rules : sequence of GroupRule or BalanceRule
        Side rules over groups.
    policy : {"total", "coverage", "fairest"}
        total: greatest sum. coverage: most needs served, then total. fairest: most needs
        served, then the ascending values of the served needs lexicographically greatest
        (value = best score among its pairs), then total.
    minimum_score : float
        A pair with a score below this, or of 0 or less, is not good enough.
    need_keys, offer_keys : sequence, optional
        Stable names, one per need or offer; they decide between equal optima.
    solver : {"dense", "sparse", "lp", "milp"}, optional
        The route; None picks the fastest exact one.
    time_limit : float, optional
        Seconds, at least 0. A stage that has begun in the linear routes is finished.
    grid : float
        Scores are rounded once to multiples of this.

    Returns
    -------
    Assignment
        The pairs, the objective and its bound; prices are computed on first reading.

    Raises
    ------
    ValueError
        If an argument is wrong by itself; the message names it. If the named solver cannot
        take the problem.
    Infeasible
        If the demands cannot hold together; `conflicts` says which.
    TimeUp
        If `time_limit` passed before any feasible result was found.

    Notes
    -----
    What a pair not good enough counts, the routes, their guarantees and the sources stand at the
    top of this module. Equal input gives equal output; with distinct keys pairs do not depend on
    the order of the input.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([[0.9, 0.6], [0.8, 0.1]])
    >>> result = assign(scores)
    >>> result.pairs
    array([[0, 1],
           [1, 0]])
    >>> result.objective, result.optimal
    ((1.4,), True)
    >>> assign(scores, offer_places=[2, 0]).offer_prices[0]
    array([0.8, 0. ])
    """
    arguments = dict(locals())
    return _choose(arguments.pop("solver"), arguments.pop("time_limit"), arguments)


def _choose(solver: str | None, time_limit: Any, arguments: dict[str, Any]) -> Assignment:
    """Check the arguments, solve, and tell what is proven or what clashes."""
    if solver is not None and solver not in SOLVERS:
        raise ValueError(f"solver must be one of {', '.join(SOLVERS)}: {solver!r}")
    deadline = Deadline.after(_seconds(time_limit))
    instance = read_instance(**arguments)
    if instance.stray_locks or (instance.locked & instance.barred).any():
        raise _infeasible(instance, deadline)
    usable = instance.usable()
    try:
        outcome = solve(usable, deadline, solver)
    except Impossible:
        raise _infeasible(instance, deadline) from None
    return _assignment(usable, outcome)


def _infeasible(instance: Instance, deadline: Deadline) -> Infeasible:
    """Return the exception with its conflicts in the caller's positions."""
    conflicts, irreducible = find_conflicts(instance, deadline)
    return Infeasible(conflicts, irreducible)


def _seconds(time_limit: Any) -> float | None:
    """Read the time limit."""
    if time_limit is None:
        return None
    seconds = read_number("time_limit", time_limit)
    if seconds < 0:
        raise ValueError(f"time_limit must not be negative: {time_limit!r}")
    return seconds


def solve(instance: Instance, deadline: Deadline, solver: str | None) -> Outcome:
    """Take the route asked for, or the fastest exact one."""
    if solver == "milp":
        return solve_milp(instance, deadline)
    if solver in (None, "dense", "sparse"):
        rest = rest_after_locks(instance)
        fair = instance.policy == "fairest" and is_fair_flow(instance, rest)
        if fair and solver != "sparse":
            return solve_fairest(instance, deadline)
        if is_one_sided(instance, rest) and not (
            solver == "sparse" and instance.policy == "coverage"
        ):
            return solve_one_sided(instance, deadline, solver)
    if solver in (None, "lp") and is_network(instance):
        return solve_network(instance, deadline)
    if solver is not None:
        raise ValueError(f"solver {solver!r} cannot take this combination of arguments")
    return solve_milp(instance, deadline)


def _assignment(instance: Instance, outcome: Outcome) -> Assignment:
    """Turn an outcome into the result, in the caller's positions and units."""
    chosen = outcome.chosen
    need, offer = instance.need[chosen], instance.offer[chosen]
    if instance.need_order is not None and instance.offer_order is not None:
        need, offer = instance.need_order[need], instance.offer_order[offer]
    pairs = np.column_stack([need, offer]).astype(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    value = value_of(instance, chosen)
    proven = outcome.bound is None or tuple(outcome.bound) <= value
    bound = value if outcome.bound is None or proven else outcome.bound
    objective = _in_scores(value, instance)
    return Assignment(
        pairs=pairs,
        total=objective[-1],
        objective=objective,
        bound=_in_scores(bound, instance),
        gap=0.0 if proven else _gap(value, bound, instance.units),
        optimal=proven,
        stopped=outcome.stopped,
        solver=outcome.solver,
        _instance=instance,
        _outcome=outcome,
    )


def _in_scores(value: Value, instance: Instance) -> Value:
    """Turn a value in grid units into scores; counts stay integers."""
    units = instance.units
    total = (value[-1] / units,)
    if instance.policy == "total":
        return total
    if instance.policy == "coverage":
        return (value[0], *total)
    return (value[0], tuple(level / units for level in value[1]), *total)


def _gap(value: Value, bound: Value, units: float) -> float:
    """Return bound less objective of the first component not proven."""
    for place, (reached, limit) in enumerate(zip(value, bound, strict=True)):
        if reached == limit:
            continue
        if isinstance(reached, tuple):
            pairs = zip(reached, limit, strict=False)
            return next((float(b - a) / units for a, b in pairs if a != b), 0.0)
        is_count = place == 0 and len(value) > 1
        return float(limit - reached) / (1.0 if is_count else units)
    return 0.0
