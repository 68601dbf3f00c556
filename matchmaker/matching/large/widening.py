"""Solve what is kept of a round, prove that nothing left out is missed, or keep more of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.assignment import Assignment
from matchmaker.matching.engine.outcome import gap_between
from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.large.cut import Kept, with_pairs
from matchmaker.matching.large.scan import Pairs, missing_pairs
from matchmaker.matching.result import Cut
from matchmaker.matching.solving import Problem, prices_near, solve_problem
from matchmaker.vocabulary import Policy

Array = NDArray[Any]

MOST_STEPS = 8
"""Times a round is solved at most."""
MOST_ADDED = 32
"""Pairs a need may gain in one step."""
NEAR = 0.002
"""Pairs short of being missed by less come along, or they would cost a step of their own later."""
_TOLERANCE = 0.5e-9
_NEVER = 1e9
"""Price of a place that an offer does not have."""


@dataclass(frozen=True)
class Widened:
    """A round solved, with the pairs that were found missing on the way."""

    problem: Problem
    assignment: Assignment
    """`bound`, `gap` and `optimal` hold for all pairs of the round, kept or not."""
    cut: Cut


def solve_widened(
    problem: Problem, kept: Kept, report: Callable[[str, int, int], None] = lambda *_: None
) -> Widened:
    """Solve a round of which only some pairs are kept.

    Parameters
    ----------
    problem : Problem
        Its scores are the pairs kept.
    kept : Kept
        Its candidates.
    report : callable (step, done, total)

    Returns
    -------
    Widened

    Notes
    -----
    Let u and v be the prices of places in the best result over the pairs kept. They solve its dual
    program, whose value is the total. A pair (i, j) left out adds max(0, s - u_i - v_j) to the
    value of the dual at most, and need i can use as many as it has places. So the sum of the
    greatest such terms over the places of each need bounds what leaving pairs out has cost [1]_.
    The terms are searched for with the upper bounds of the scores (`missing_pairs`); where there
    are any, those pairs are kept as well, and the round is solved again, up to `MOST_STEPS` times.

    Rules, minima, needs that must be served, pairs to be kept on, and policies other than the
    total break the argument. Then the round is solved over the pairs kept, and the bound is what
    each need could have at best if no other asked for anything.

    References
    ----------
    .. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Math. Program. Study 2,
       1974. doi:10.1007/BFb0120690
    """
    assignment = solve_problem(problem)
    if left_out(problem, kept) == 0:
        return Widened(problem, assignment, Cut(0, 0.0))
    if not is_priced(problem):
        return _unproven(problem, kept, assignment)
    for step in range(1, MOST_STEPS + 1):
        prices = prices_near(assignment)
        if prices is None or not assignment.optimal:
            return _unproven(problem, kept, assignment)
        report("widen", step, MOST_STEPS)
        missing, bound = _missing(problem, kept, prices, report)
        if bound == 0 or step == MOST_STEPS:
            break
        problem = replace(problem, scores=_with(problem, missing))
        assignment = solve_problem(problem, near=prices)
    return _proven(problem, kept, assignment, bound)


def _with(problem: Problem, more: Pairs) -> Any:
    """Return the scores with some pairs more."""
    return with_pairs(problem.arrays, problem.settings, problem.scores, more.rows, more.columns)


def left_out(problem: Problem, kept: Kept) -> int:
    """Return how many allowed pairs are not kept."""
    return int(kept.offers_allowed.sum()) - int(problem.scores.nnz)


def is_priced(problem: Problem) -> bool:
    """Tell whether nothing but places, locks, bars and the least score binds the pairs."""
    settings = problem.settings
    demands = (settings.must_serve, settings.rules, settings.balances, settings.preferred)
    minima = any(need.minimum > 1 for need in problem.snapshot.needs)
    plain = settings.policy == Policy.TOTAL and settings.time_limit is None
    return plain and not any(demands) and not minima


def _missing(
    problem: Problem, kept: Kept, prices: tuple[Array, Array], report: Callable[..., None]
) -> tuple[Pairs, float]:
    """Return the pairs left out that are worth more than their prices, and a bound of the loss."""
    settings = problem.settings
    least = max(settings.minimum_score, SMALLEST)
    need_room, offer_room = rooms(problem)
    need_prices = np.where(np.isfinite(prices[0]), prices[0], _NEVER)
    offer_prices = np.where(offer_room > 0, prices[1], _NEVER)
    cheapest = float(offer_prices.min(initial=_NEVER))
    concerned = (need_room > 0) & (kept.floor >= least)
    rows = np.flatnonzero(concerned & (kept.floor > need_prices + cheapest + _TOLERANCE))
    barred = {problem.pair(keys) for keys in settings.barred}
    held = with_marks(problem.scores, barred)
    found = missing_pairs(
        kept.tables,
        (need_prices - NEAR, offer_prices),
        least,
        held,
        rows,
        MOST_ADDED,
        lambda done, total: report("widen", done, total),
    )
    above = found.keys - need_prices[found.rows]
    return found, _loss(found.rows, above, need_room)


def _loss(rows: Array, above: Array, places: Array) -> float:
    """Sum the greatest amounts by which pairs exceed their prices, over the places of each need."""
    over = np.flatnonzero(above > _TOLERANCE)
    order = over[np.lexsort((-above[over], rows[over]))]
    line = rows[order]
    rank = np.arange(len(order)) - np.searchsorted(line, line)
    times = (rank < places[line]).astype(np.int64)
    last = np.flatnonzero(rank == MOST_ADDED - 1)
    times[last] = np.maximum(places[line[last]] - MOST_ADDED + 1, times[last])
    return float((above[order] * times).sum())


def rooms(problem: Problem) -> tuple[Array, Array]:
    """Return the places of needs and offers that no lock takes."""
    needs, offers = problem.arrays.needs.places.copy(), problem.arrays.offers.places.copy()
    for row, column in (problem.pair(keys) for keys in problem.settings.locked):
        needs[row] -= 1
        offers[column] -= 1
    return needs, offers


def with_marks(scores: Any, pairs: set[tuple[int, int]]) -> Any:
    """Return the stored pairs of an array and some others, as an array of ones."""
    marks = scores.copy()
    marks.data = np.ones(len(marks.data))
    if pairs:
        rows, columns = np.array(sorted(pairs)).T
        marks = (marks + type(marks)((np.ones(len(rows)), (rows, columns)), scores.shape)).tocsr()
    return marks


def _proven(problem: Problem, kept: Kept, assignment: Assignment, loss: float) -> Widened:
    cut = Cut(left_out(problem, kept), round(loss, 9))
    if cut.bound == 0:
        return Widened(problem, assignment, cut)
    bound = round(assignment.total + loss, 9)
    return Widened(
        problem,
        replace(assignment, bound=(bound,), gap=round(bound - assignment.total, 9), optimal=False),
        cut,
    )


def _unproven(problem: Problem, kept: Kept, assignment: Assignment) -> Widened:
    """Bound each need by its best pairs, as if no other need wanted them."""
    settings, scores, places = problem.settings, problem.scores, problem.arrays.needs.places
    called_for = settings.must_serve or settings.limits or settings.locked
    minima = any(need.minimum > 1 for need in problem.snapshot.needs)
    least = 0.0 if called_for or minima else max(settings.minimum_score, SMALLEST)
    bonuses = settings.bonuses.values()
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    order = np.lexsort((-scores.data, rows))
    rank = np.arange(len(order)) - scores.indptr[rows]
    best = scores.data[order]
    used = (rank < places[rows]) & (best >= least)
    beyond = np.maximum(places - np.diff(scores.indptr), 0) * np.maximum(kept.floor, 0)
    total = round(float(best[used].sum() + beyond.sum()) + sum(bonuses), 9)
    values = best[(rank == 0) & used] + max(bonuses, default=0.0)
    bound = _bound(settings.policy, values, total)
    proven = assignment.optimal and bound == assignment.objective
    gap = 0.0 if proven else round(gap_between(assignment.objective, bound, 1.0), 9)
    lost = max(0.0, round(total - assignment.total, 9))
    cut = Cut(left_out(problem, kept), lost)
    return Widened(problem, replace(assignment, bound=bound, gap=gap, optimal=proven), cut)


def _bound(policy: str, values: Array, total: float) -> tuple[Any, ...]:
    if policy == Policy.TOTAL:
        return (total,)
    if policy == Policy.COVERAGE:
        return (len(values), total)
    return (len(values), tuple(np.sort(values).tolist()), total)
