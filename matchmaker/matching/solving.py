"""A scored round and its solution: settings by keys become arguments by position, and back."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.assignment import Assignment, assign
from matchmaker.matching.candidates import Candidates
from matchmaker.matching.clashes import (
    Competition,
    Conflict,
    InfeasibleRound,
    Limit,
    Relaxation,
    competition_of,
)
from matchmaker.matching.engine.infeasible import Infeasible
from matchmaker.matching.engine.rules import BalanceRule, GroupRule
from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.keeping import total_of, with_bonus
from matchmaker.matching.narrowing import solve_narrow
from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Policy

if TYPE_CHECKING:
    from matchmaker.matching.large.cut import Kept

DENSE_PAIRS = 250_000
"""Rounds of at most so many pairs are solved as a full matrix, larger ones as a sparse one."""
NARROWED_PAIRS = 500_000
"""Rounds with more candidate pairs are solved over the promising ones first."""


@dataclass(frozen=True)
class Problem:
    """A scored round before it is solved."""

    snapshot: Snapshot
    """In canonical order, which is the order of rows and columns."""
    settings: Settings
    arrays: Arrays
    candidates: "Candidates | Kept"
    """`Kept` where the round is too large to hold: then `scores` are the pairs kept of it."""
    scores: sparse.csr_array
    """(n_needs, n_offers): the stored entries are the allowed pairs, zeros included."""
    rows: dict[str, int] = field(repr=False)
    columns: dict[str, int] = field(repr=False)

    def pair(self, keys: tuple[str, str]) -> tuple[int, int]:
        """Return row and column of (need key, offer key)."""
        return self.rows[keys[0]], self.columns[keys[1]]

    def check_whole(self) -> None:
        """Raise `large.cut.TooManyPairs`, a ValueError, where allowed pairs were left out.

        What is asked about such a round would be answered as if those pairs did not exist.
        """
        found = self.candidates
        if isinstance(found, Candidates):
            return
        if int(found.offers_allowed.sum()) > self.scores.nnz:
            found.refuse()

    def is_stored(self) -> NDArray[np.bool_]:
        """Tell which pairs have a stored score, shape (n_needs, n_offers)."""
        stored = self.scores.tocoo()
        table = np.zeros(stored.shape, dtype=bool)
        table[stored.row, stored.col] = True
        return table


Prices = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What the needs' and the offers' places are worth, shapes (n_needs,) and (n_offers,)."""


def solve_problem(
    problem: Problem, without: tuple[tuple[int, int], ...] = (), near: Prices | None = None
) -> Assignment:
    """Choose the pairs of a round, without some of them; conflicts come back in keys.

    Prices of a round that is much alike (`near`) shorten the work where it is large, and change
    nothing else.

    Where the settings prefer pairs, the bonus counts while choosing: it stands in `objective`,
    `bound` and `gap`. `total` is always the sum of the real scores.
    """
    settings = problem.settings
    if settings.bonuses:
        least = max(settings.minimum_score, SMALLEST)
        bonuses = {problem.pair(keys): bonus for keys, bonus in settings.bonuses.items()}
        raised = with_bonus(problem.scores, bonuses, least)
        free = replace(settings, keep=(), tied=())
        try:
            chosen = _solve(replace(problem, scores=raised, settings=free), without, near)
        except InfeasibleRound as error:
            raise error.without_totals() from None
        return replace(chosen, total=total_of(problem.scores, chosen.pairs))
    return _solve(problem, without, near)


def _solve(
    problem: Problem, without: tuple[tuple[int, int], ...], near: Prices | None
) -> Assignment:
    if is_narrowed(problem):
        narrow = _solve_narrow(problem, without, near)
        if narrow is not None:
            return narrow
    return solve_whole(problem, without)


def bound_by_places_only(problem: Problem) -> bool:
    """Tell whether nothing but places, bars and the least score binds the pairs."""
    settings = problem.settings
    demands = (
        settings.locked,
        settings.must_serve,
        settings.rules,
        settings.balances,
        settings.preferred,
    )
    minima = any(need.minimum > 1 for need in problem.snapshot.needs)
    return settings.policy == Policy.TOTAL and not any(demands) and not minima


def prices_near(assignment: Assignment) -> Prices | None:
    """Return the prices of a result that shorten the work on a round much alike."""
    needs, offers = assignment.need_prices, assignment.offer_prices
    return None if needs is None or offers is None else (needs[:, 0], offers[:, 1])


def is_narrowed(problem: Problem) -> bool:
    """Tell whether a round is solved over its promising pairs first."""
    return problem.scores.nnz > NARROWED_PAIRS and bound_by_places_only(problem)


def _solve_narrow(
    problem: Problem, without: tuple[tuple[int, int], ...], near: Prices | None
) -> Assignment | None:
    """Solve a large round over ever more of its pairs; see `narrowing`."""
    settings, arrays, scores = problem.settings, problem.arrays, problem.scores
    if settings.time_limit is not None:
        return None
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    usable = scores.data >= max(settings.minimum_score, SMALLEST)
    usable &= (arrays.needs.places[rows] > 0) & (arrays.offers.places[scores.indices] > 0)
    for row, column in (*(problem.pair(keys) for keys in settings.barred), *without):
        usable[(rows == row) & (scores.indices == column)] = False
    return solve_narrow(
        scores,
        usable,
        lambda part: assign(
            part,
            need_places=arrays.needs.places,
            offer_places=arrays.offers.places,
            minimum_score=settings.minimum_score,
            need_keys=arrays.needs.keys,
            offer_keys=arrays.offers.keys,
        ),
        near,
    )


def solve_whole(problem: Problem, without: tuple[tuple[int, int], ...] = ()) -> Assignment:
    """Choose the pairs of a round over all its pairs at once, however many."""
    settings, arrays = problem.settings, problem.arrays
    needs = problem.snapshot.needs
    small = problem.candidates.size <= DENSE_PAIRS
    try:
        return assign(
            problem.scores.toarray() if small else problem.scores,
            allowed=problem.is_stored() if small else None,
            need_places=arrays.needs.places,
            offer_places=arrays.offers.places,
            need_minimum=np.array([need.minimum for need in needs], dtype=np.int64),
            locked=[problem.pair(keys) for keys in settings.locked],
            barred=[*(problem.pair(keys) for keys in settings.barred), *without],
            must_serve=[problem.rows[key] for key in settings.must_serve],
            rules=_rules(problem),
            policy=settings.policy,
            minimum_score=settings.minimum_score,
            need_keys=arrays.needs.keys,
            offer_keys=arrays.offers.keys,
            time_limit=settings.time_limit,
        )
    except Infeasible as error:
        raise _in_keys(problem, error) from None


def _in_keys(problem: Problem, error: Infeasible) -> InfeasibleRound:
    """Turn what clashes, in positions, into keys."""
    keys = problem.arrays.needs.keys, problem.arrays.offers.keys

    def shortages() -> tuple[Competition, ...]:
        return tuple(competition_of(one, *keys) for one in error.shortages)

    def relax(seconds: float | None) -> tuple[Relaxation, ...]:
        return tuple(
            Relaxation(
                conflict=_conflict(problem, one.conflict),
                change=one.change,
                present=one.present,
                wanted=one.wanted,
                feasible=one.feasible,
                served=one.served,
                total=one.total,
                proven=one.proven,
            )
            for one in error.relaxations_within(seconds)
        )

    return InfeasibleRound(
        tuple(_conflict(problem, conflict) for conflict in error.conflicts),
        error.irreducible,
        None if error.shortage is None else competition_of(error.shortage, *keys),
        shortages,
        relax,
    )


def _conflict(problem: Problem, conflict: tuple[Any, ...]) -> Conflict:
    """Turn a conflict in positions into one in keys, with the number it is about."""
    code, *at = conflict
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    if code == "rule":
        settings = problem.settings
        return Conflict(code, rule=settings.rule_names[at[0]], limit=_limit(settings.limits[at[0]]))
    if code == "offer_places":
        return Conflict(code, offer=offers[at[0]], number=int(problem.arrays.offers.places[at[0]]))
    if len(at) == 2:
        return Conflict(code, need=needs[at[0]], offer=offers[at[1]])
    numbers = {
        "need_places": int(problem.arrays.needs.places[at[0]]),
        "need_minimum": problem.snapshot.needs[at[0]].minimum,
    }
    return Conflict(code, need=needs[at[0]], number=numbers.get(code))


def _limit(limit: GroupLimit | BalanceLimit) -> Limit:
    """Return the bounds of a rule."""
    if isinstance(limit, BalanceLimit):
        return Limit("balance", at_most=limit.at_most_difference, share=limit.as_share)
    share = limit.share_of is not None
    return Limit(limit.count, limit.at_least, limit.at_most, share)


def _rules(problem: Problem) -> list[GroupRule | BalanceRule]:
    rules: list[GroupRule | BalanceRule] = []
    for limit in problem.settings.rules:
        whole = limit.share_of and _group(problem, limit.share_of)
        bounds = {"at_least": limit.at_least, "at_most": limit.at_most}
        if whole is None:
            bounds = {name: _count(name, bound) for name, bound in bounds.items()}
        rules.append(_group(problem, limit, share_of=whole, **bounds))
    for balance in problem.settings.balances:
        rules.append(
            BalanceRule(
                [problem.rows[key] for key in balance.a],
                [problem.rows[key] for key in balance.b],
                balance.at_most_difference,
                as_share=balance.as_share,
                ahead=balance.ahead,
            )
        )
    return rules


def _group(problem: Problem, limit: GroupLimit | GroupShare, **bounds: Any) -> GroupRule:
    return GroupRule(
        needs=None if limit.needs is None else [problem.rows[key] for key in limit.needs],
        offers=None if limit.offers is None else [problem.columns[key] for key in limit.offers],
        count=limit.count,  # type: ignore[arg-type]
        **bounds,
    )


def _count(name: str, bound: float | None) -> int | None:
    if bound is not None and bound != int(bound):
        raise ValueError(f"rules.{name}: expected a whole number, found {bound!r}")
    return None if bound is None else int(bound)
