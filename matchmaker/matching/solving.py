"""A scored round and its solution: settings by keys become arguments by position, and back."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.assignment import Assignment, assign
from matchmaker.matching.candidates import Candidates
from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.infeasible import Infeasible
from matchmaker.matching.narrowing import solve_narrow
from matchmaker.matching.result import Conflict, InfeasibleRound
from matchmaker.matching.rules import BalanceRule, GroupRule
from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Policy

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
    candidates: Candidates
    scores: sparse.csr_array
    """(n_needs, n_offers): the stored entries are the allowed pairs, zeros included."""
    rows: dict[str, int] = field(repr=False)
    columns: dict[str, int] = field(repr=False)

    def pair(self, keys: tuple[str, str]) -> tuple[int, int]:
        """Return row and column of (need key, offer key)."""
        return self.rows[keys[0]], self.columns[keys[1]]


def solve_problem(problem: Problem, without: tuple[tuple[int, int], ...] = ()) -> Assignment:
    """Choose the pairs of a round, without some of them; conflicts come back in keys."""
    if problem.scores.nnz > NARROWED_PAIRS and bound_by_places_only(problem):
        narrow = _solve_narrow(problem, without)
        if narrow is not None:
            return narrow
    return _solve_whole(problem, without)


def bound_by_places_only(problem: Problem) -> bool:
    """Tell whether nothing but places, bars and the least score binds the pairs."""
    settings = problem.settings
    demands = (settings.locked, settings.must_serve, settings.rules, settings.balances)
    minima = any(need.minimum > 1 for need in problem.snapshot.needs)
    return settings.policy == Policy.TOTAL and not any(demands) and not minima


def _solve_narrow(problem: Problem, without: tuple[tuple[int, int], ...]) -> Assignment | None:
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
    )


def _solve_whole(problem: Problem, without: tuple[tuple[int, int], ...]) -> Assignment:
    settings, arrays = problem.settings, problem.arrays
    needs = problem.snapshot.needs
    small = problem.candidates.bar.size <= DENSE_PAIRS
    try:
        return assign(
            problem.scores.toarray() if small else problem.scores,
            allowed=problem.candidates.allowed if small else None,
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
        conflicts = tuple(_conflict(problem, conflict) for conflict in error.conflicts)
        raise InfeasibleRound(conflicts, error.irreducible) from None


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


def _conflict(problem: Problem, conflict: tuple[Any, ...]) -> Conflict:
    """Turn a conflict in positions into one in keys."""
    code, *at = conflict
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    if code == "rule":
        limits: tuple[GroupLimit | BalanceLimit, ...] = (
            *problem.settings.rules,
            *problem.settings.balances,
        )
        return Conflict(code, rule=limits[at[0]].name or f"#{at[0] + 1}")
    if code == "offer_places":
        return Conflict(code, offer=offers[at[0]])
    if len(at) == 2:
        return Conflict(code, need=needs[at[0]], offer=offers[at[1]])
    return Conflict(code, need=needs[at[0]])
