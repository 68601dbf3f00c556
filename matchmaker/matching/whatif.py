"""What if: the result of a round after a change, told by the differences alone."""

from dataclasses import dataclass, field, fields, replace
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching import canonical
from matchmaker.matching.assignment import Assignment
from matchmaker.matching.change import Change
from matchmaker.matching.clashes import Conflict, InfeasibleRound
from matchmaker.matching.figures import Figures, figures_of
from matchmaker.matching.keeping import UNITS, total_of, units_of
from matchmaker.matching.pipeline import check_keys
from matchmaker.matching.rescoring import with_settings
from matchmaker.matching.settings import Settings
from matchmaker.matching.slicing import part_of
from matchmaker.matching.solving import (
    Prices,
    Problem,
    is_narrowed,
    prices_near,
    solve_problem,
)
from matchmaker.matching.touched import Graph, touched_nodes

Array = NDArray[Any]


class Chosen(Protocol):
    """What is taken of a result: an `Assignment` of `solve_problem`, or a `Solution`."""

    @property
    def pairs(self) -> NDArray[np.int64]:
        """(n_pairs, 2) row and column, sorted."""

    @property
    def optimal(self) -> bool:
        """Whether it is proven to be the best."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The chosen pairs of a changed round."""

    pairs: NDArray[np.int64]
    """(n_pairs, 2) row and column, sorted."""
    total: float
    optimal: bool
    gap: float
    stopped: bool
    near: Prices | None = field(default=None, repr=False)
    """Prices of the round it came from; they shorten the next solution where it is large."""


@dataclass(frozen=True)
class ScoredPair:
    """A pair by its keys, with its score in the round that has it."""

    need: str
    offer: str
    score: float


@dataclass(frozen=True)
class Effort:
    """What it took."""

    scored: int
    """Pairs scored again."""
    components: int
    """Parts of the changed round that do not touch each other."""
    solved: int
    """How many of them were solved again."""
    needs: int
    """Needs in those."""
    seconds: float = field(compare=False)


@dataclass(frozen=True)
class Difference:
    """What a change makes of a round."""

    before: Figures
    after: Figures | None
    """None where the demands cannot be met together."""
    came: tuple[ScoredPair, ...]
    left: tuple[ScoredPair, ...]
    """With the score they had."""
    newly_served: tuple[str, ...]
    left_without: tuple[str, ...]
    """Needs served before and not any more."""
    conflicts: tuple[Conflict, ...]
    """Why there is no result, in keys; empty where there is one."""
    irreducible: bool
    optimal: bool
    gap: float
    stopped: bool
    effort: Effort
    problem: Problem = field(repr=False, compare=False)
    """The changed round, to go on from."""
    solution: Solution | None = field(repr=False, compare=False)
    """Its result, to go on from; None where there is none."""

    @property
    def price(self) -> tuple[int, float, float] | None:
        """What the change costs: needs served, worst-off score and total before less after.

        Negative numbers are gains; None where there is no result. The policy says which of the
        three is compared first.
        """
        if self.after is None:
            return None
        return (
            self.before.served - self.after.served,
            round((self.before.worst or 0.0) - (self.after.worst or 0.0), 9),
            round(self.before.total - self.after.total, 9),
        )

    def to_json(self) -> str:
        """Return canonical JSON, without the round itself and the time it took."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.compare}
        told["effort"] = {**canonical.plain(self.effort), "seconds": None}
        return canonical.dumps(told)


def what_if(problem: Problem, before: Chosen | None, change: Change) -> Difference:
    """Make a change to a solved round and solve again only what it can reach.

    Parameters
    ----------
    problem : Problem
        The round as it is, of `pipeline.prepare`.
    before : Assignment, Solution or None
        Its result; None where it has none yet, or where its demands clash.
    change : Change

    Returns
    -------
    Difference
        Exact: the changed round, solved as a whole, is not better. It carries the changed round
        and its result, from which the next change may start.

    Raises
    ------
    ValueError
        If the change names what is not there, settings would be wrong by themselves, or pairs of
        the round were left out because it is large (`pipeline.prepare`).
    TimeUp
        If `time_limit` passed before any feasible result was found.

    Notes
    -----
    Scores are computed again for the needs whose weights changed. The pairs that may be chosen fall
    into connected components, joined where a rule counts over several; the best choice of the round
    is the best choice in each (see `touched.Graph`). Only components with a changed pair, place or
    demand are solved; the others keep their pairs, also where another result would be as good. A
    result that is not proven is solved anew as a whole.
    """
    problem.check_whole()
    began = perf_counter()
    changed, n_scored = changed_problem(problem, change)
    return difference(problem, before, changed, n_scored, began)


def difference(
    problem: Problem,
    before: Chosen | None,
    changed: Problem,
    n_scored: int = 0,
    began: float | None = None,
) -> Difference:
    """Solve a changed round where it differs from one that is solved; see `what_if`.

    Parameters
    ----------
    problem : Problem
    before : Assignment, Solution or None
        The result of `problem`.
    changed : Problem
        The same needs and offers under other settings, places or scores.
    n_scored : int
        How many pairs were scored for it.
    began : float, optional
        When the work began, by `time.perf_counter`; now if left out.
    """
    problem.check_whole()
    began = perf_counter() if began is None else began
    old, new = Graph(problem), Graph(changed)
    whole = before is None or not before.optimal
    reached = np.ones(len(new.labels), dtype=bool)
    if not whole:
        reached = np.isin(new.labels, new.labels[touched_nodes(old, new)])
    earlier = np.zeros((0, 2), dtype=np.int64) if before is None else before.pairs
    near = _prices_of(changed, before)
    conflicts, irreducible, solution = _solved(changed, earlier, reached, near)
    n_needs = problem.scores.shape[0]
    used = new.state > 0
    effort = Effort(
        scored=n_scored,
        components=new.n_components,
        solved=len(np.unique(new.labels[new.rows[used & reached[new.rows]]])),
        needs=int(reached[:n_needs].sum()),
        seconds=perf_counter() - began,
    )
    return _difference(problem, earlier, changed, solution, (conflicts, irreducible), effort)


def problem_under(problem: Problem, settings: Settings) -> tuple[Problem, int] | None:
    """Return the round under other settings, places included, and how many pairs were scored again.

    None where that cannot be told from the round: other settings gave a need or offer its places,
    and the number it had before is not kept.
    """
    before, given = problem.settings, (settings.need_places, settings.offer_places)
    if not before.need_places.keys() <= given[0].keys():
        return None
    if not before.offer_places.keys() <= given[1].keys():
        return None
    check_keys(settings, problem.rows, problem.columns)
    needs = {problem.rows[key]: count for key, count in given[0].items()}
    offers = {problem.columns[key]: count for key, count in given[1].items()}
    moved, n_scored = with_settings(problem, settings)
    return _with_places(moved, needs, offers), n_scored


def changed_problem(problem: Problem, change: Change) -> tuple[Problem, int]:
    """Return the round with the change made, not solved, and how many pairs were scored again."""
    need_places = change.places("need", problem.rows)
    offer_places = change.places("offer", problem.columns)
    settings = change.settings(problem.settings)
    check_keys(settings, problem.rows, problem.columns)
    moved, n_scored = with_settings(problem, settings)
    return _with_places(moved, need_places, offer_places), n_scored


def _with_places(problem: Problem, needs: dict[int, int], offers: dict[int, int]) -> Problem:
    """Return the round with other numbers of places, by position."""
    if not needs and not offers:
        return problem
    sides = {}
    for name, places in (("needs", needs), ("offers", offers)):
        side = getattr(problem.arrays, name)
        counts, records = side.places.copy(), list(getattr(problem.snapshot, name))
        for at, count in places.items():
            counts[at] = count
            records[at] = replace(records[at], places=count)
        sides[name] = replace(side, places=counts), tuple(records)
    return replace(
        problem,
        snapshot=replace(problem.snapshot, needs=sides["needs"][1], offers=sides["offers"][1]),
        arrays=replace(problem.arrays, needs=sides["needs"][0], offers=sides["offers"][0]),
    )


def _prices_of(problem: Problem, before: Chosen | None) -> Prices | None:
    """Return the prices of a result, where they shorten the work on a changed round."""
    if not is_narrowed(problem):
        return None
    return prices_near(before) if isinstance(before, Assignment) else getattr(before, "near", None)


def _solved(
    problem: Problem, earlier: Array, reached: Array, near: Prices | None
) -> tuple[tuple[Conflict, ...], bool, Solution | None]:
    """Solve the reached part and put it beside what stays as it was."""
    n_needs = problem.scores.shape[0]
    stays = earlier[~reached[earlier[:, 0]]]
    if reached.any():
        rows, columns = np.flatnonzero(reached[:n_needs]), np.flatnonzero(reached[n_needs:])
        everything = reached.all()
        part = problem if everything else part_of(problem, rows, columns)
        part_near = None if near is None else (near[0][rows], near[1][columns])
        try:
            found = solve_problem(part, near=part_near)
        except InfeasibleRound as error:
            return error.conflicts, error.irreducible, None
        again = np.column_stack([rows[found.pairs[:, 0]], columns[found.pairs[:, 1]]])
        proof = found.optimal, found.gap, found.stopped
    else:
        again, proof = earlier[:0], (True, 0.0, False)
    pairs = np.concatenate([stays, again]).astype(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return (), True, Solution(pairs, total_of(problem.scores, pairs), *proof, near)


def _difference(
    problem: Problem,
    earlier: Array,
    changed: Problem,
    solution: Solution | None,
    clash: tuple[tuple[Conflict, ...], bool],
    effort: Effort,
) -> Difference:
    """Compare the pairs of two rounds that differ in a change."""
    after = np.zeros((0, 2), dtype=np.int64) if solution is None else solution.pairs
    old, new = ({(row, column) for row, column in pairs.tolist()} for pairs in (earlier, after))
    lost = {row for row, _ in old} - {row for row, _ in new}
    won = {row for row, _ in new} - {row for row, _ in old}
    keys = problem.arrays.needs.keys
    none = solution is None
    return Difference(
        before=figures_of(problem, earlier),
        after=None if none else figures_of(changed, after),
        came=() if none else _scored(changed, new - old),
        left=() if none else _scored(problem, old - new),
        newly_served=() if none else tuple(keys[row] for row in sorted(won)),
        left_without=() if none else tuple(keys[row] for row in sorted(lost)),
        conflicts=clash[0],
        irreducible=clash[1],
        optimal=solution is not None and solution.optimal,
        gap=0.0 if solution is None else solution.gap,
        stopped=solution is not None and solution.stopped,
        effort=effort,
        problem=changed,
        solution=solution,
    )


def _scored(problem: Problem, pairs: set[tuple[int, int]]) -> tuple[ScoredPair, ...]:
    """Name some pairs by their keys, with their scores, in the order of the keys."""
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    at = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    scores = (units_of(problem.scores, at) / UNITS).tolist()
    return tuple(
        ScoredPair(needs[row], offers[column], score)
        for (row, column), score in zip(at.tolist(), scores, strict=True)
    )


def price_of_forcing(problem: Problem, before: Chosen, need: str, offer: str) -> Difference:
    """Return what the round would be if this pair had to be matched; `price` is what that costs.

    Notes
    -----
    Exact under every policy and rule, by solving again the part that the pair can reach. A pair
    that cannot be forced comes back with its conflicts.
    """
    pair = ((need, offer),)
    barred = pair if pair[0] in problem.settings.barred else ()
    locked = () if pair[0] in problem.settings.locked else pair
    return what_if(problem, before, Change(lock=locked, unbar=barred))


def price_of_forbidding(problem: Problem, before: Chosen, need: str, offer: str) -> Difference:
    """Return what the round would be if this pair must not be matched; `price` is what that costs.

    Notes
    -----
    As `price_of_forcing`; a lock on the pair is let go first.
    """
    pair = ((need, offer),)
    locked = pair if pair[0] in problem.settings.locked else ()
    return what_if(problem, before, Change(bar=pair, unlock=locked))
