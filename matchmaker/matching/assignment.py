"""Choose the pairs: the step after scoring, before explanation.

A pair that is not good enough (score of 0 or less, or below the minimum) and not locked is used
only where must_serve, a minimum or a rule calls for it: no set of such pairs could be left out of
a result with every demand still met. Among the results of this kind the policy takes the best,
and counts the real scores of all pairs, the needs served by any pair, and as value of a need the
best score among all its pairs.

One place on one side: linear assignment by connected component [1]_ [2]_, O(n^3) each; all sums
of integers stay below 2**53, so doubles are exact. Several places on both sides: the linear
program of a network flow by HiGHS [3]_, improved and certified on the residual graph in int64.
Rules that nest on one side, and coverage with several places: flows by the network simplex method
in int64. Other rules, and minima: mixed-integer programs in stages, with the distance from a whole
bound as objective and relative gap 0; totals are summed anew in int64 and the certificate is the
floor of the bound. The leximin order is solved level by level, lowest first [4]_; without rules
by flows of costs 0 and 1 over one pair per need [5]_, and the total among all that are as fair.

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
.. [5] R. E. Burkard and F. Rendl, "Lexicographic bottleneck problems", Oper. Res. Lett. 10, 1991.
   doi:10.1016/0167-6377(91)90018-K
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.claims import claims_of
from matchmaker.matching.engine.conflicts import find_clash, for_caller
from matchmaker.matching.engine.demands import clash_by_flow
from matchmaker.matching.engine.direct import Direct, solve_directly
from matchmaker.matching.engine.infeasible import Conflict, Infeasible, Relaxation
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    Value,
    gap_between,
    in_scores,
    value_of,
)
from matchmaker.matching.engine.prices import Side, prices_of_places
from matchmaker.matching.engine.relaxations import relaxations_of
from matchmaker.matching.engine.routes import SOLVERS, solve
from matchmaker.matching.engine.shortage import Shortage, in_positions, shortages_of
from matchmaker.matching.engine.solved import Solved
from matchmaker.matching.engine.validate import hold, read_instance, read_number


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
        `time_limit` ended the run before it was proven; such a result need not be the same
        again. Never together with `optimal`.
    solver : str
        The route taken, a name that `assign` takes.
    need_prices, offer_prices : ndarray of float, shape (n, 2), or None
        What the best total loses if one place leaves (inf where no result would remain, 0
        where there is no place), and gains if one more comes. None under another policy than
        total, under rules or minima, for a result that is not proven, and for scores beyond the
        limit of `forced_prices`.

    Raises
    ------
    RuntimeError
        By the prices, `solved` and the calls that take the result (`price_of_forcing`, `ties`
        and so on), where an array of scores, or of what is allowed, was changed in the meantime:
        of large ones no copy is kept. Lists are copied.
    """

    pairs: NDArray[np.int64]
    total: float
    objective: Value
    bound: Value
    gap: float
    optimal: bool
    stopped: bool
    solver: str
    _listed: Callable[[], tuple[Instance, Outcome]] = field(repr=False)

    @cached_property
    def solved(self) -> Solved:
        """The problem with its outcome, as the questions about changes of it take it."""
        asked, outcome = self._listed()
        return Solved(asked, asked.usable(), outcome, self.optimal)

    @cached_property
    def need_prices(self) -> NDArray[np.float64] | None:
        """Loss if one place of a need leaves, gain if one more comes, shape (n_needs, 2)."""
        return self._prices("need")

    @cached_property
    def offer_prices(self) -> NDArray[np.float64] | None:
        """Loss if one place of an offer leaves, gain if one more comes, shape (n_offers, 2)."""
        return self._prices("offer")

    def _prices(self, side: Side) -> NDArray[np.float64] | None:
        """Return the prices of the places of a side, where they are plain numbers."""
        prices = prices_of_places(self, side) if len(self.objective) == 1 else None
        return None if prices is None else np.column_stack([price.total for price in prices])


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
    solver : {"paths", "dense", "sparse", "flow", "lp", "milp"}, optional
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
    When a pair not good enough is used, the routes, their guarantees and the sources stand at the
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
    arguments = hold(arguments)
    direct = solve_directly(arguments, solver, deadline)
    if direct is not None:
        return _proven_total(direct)
    instance = read_instance(**arguments)
    if instance.stray_locks or clash_by_flow(instance, deadline):
        raise _infeasible(instance, deadline)
    usable = instance.usable()
    try:
        outcome = solve(usable, deadline, solver)
    except Impossible:
        raise _infeasible(instance, deadline) from None
    return _assignment(instance, usable, outcome)


def _proven_total(direct: Direct) -> Assignment:
    """Return the result of the kernel, which comes with its proof."""
    total = direct.value / direct.units
    return Assignment(
        pairs=direct.pairs,
        total=total,
        objective=(total,),
        bound=(total,),
        gap=0.0,
        optimal=True,
        stopped=False,
        solver="paths",
        _listed=direct.list_pairs,
    )


def _infeasible(instance: Instance, deadline: Deadline) -> Infeasible:
    """Return the exception with its conflicts in the caller's positions."""
    clash = find_clash(instance, deadline)
    asked = _Clashing(instance, list(clash.conflicts))
    return Infeasible(
        [for_caller(instance, conflict) for conflict in clash.conflicts],
        clash.irreducible,
        clash.smallest,
        None if clash.shortage is None else asked.in_positions(clash.shortage),
        asked.lack,
        asked.relax,
    )


@dataclass(frozen=True)
class _Clashing:
    """Demands that cannot hold together, for the questions asked of them later."""

    instance: Instance
    conflicts: list[Conflict]
    """In ranks."""

    def in_positions(self, shortage: Shortage) -> Shortage:
        """Return a shortage in the caller's positions."""
        return in_positions(shortage, self.instance.need_order, self.instance.offer_order)

    def relax(self, seconds: float | None) -> list[Relaxation]:
        """Return what each single change would free, in the caller's positions."""
        found = relaxations_of(self.instance, self.conflicts, Deadline.after(seconds))
        return [replace(one, conflict=for_caller(self.instance, one.conflict)) for one in found]

    def lack(self) -> list[Shortage]:
        """Return all groups of needs with too few places, in the caller's positions."""
        found = [self.in_positions(one) for one in shortages_of(claims_of(self.instance))]
        return sorted(found, key=lambda one: (-one.missing, one.needs))


def _seconds(time_limit: Any) -> float | None:
    """Read the time limit."""
    if time_limit is None:
        return None
    seconds = read_number("time_limit", time_limit)
    if seconds < 0:
        raise ValueError(f"time_limit must not be negative: {time_limit!r}")
    return seconds


def _assignment(asked: Instance, instance: Instance, outcome: Outcome) -> Assignment:
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
    objective = in_scores(value, instance)
    return Assignment(
        pairs=pairs,
        total=objective[-1],
        objective=objective,
        bound=in_scores(bound, instance),
        gap=0.0 if proven else gap_between(value, bound, instance.units),
        optimal=proven,
        stopped=outcome.stopped and not proven,
        solver=outcome.solver,
        _listed=_Listed(asked, outcome),
    )


@dataclass(frozen=True)
class _Listed:
    """An instance that is there, and its outcome."""

    asked: Instance
    outcome: Outcome

    def __call__(self) -> tuple[Instance, Outcome]:
        """Return both."""
        return self.asked, self.outcome
