"""Scenarios side by side: what each way of running a round would give, and to whom."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching import canonical
from matchmaker.matching.change import Change, Pair
from matchmaker.matching.clashes import Conflict, InfeasibleRound
from matchmaker.matching.figures import Figures, values_of
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem, solve_problem
from matchmaker.matching.whatif import (
    Chosen,
    Difference,
    changed_problem,
    difference,
    problem_under,
)

Array = NDArray[Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class GroupServed:
    """How a group of needs fares."""

    name: str
    needs: int
    served: int
    share: float | None
    """served / needs; None where the group is empty."""
    mean_value: float | None
    """Mean, over the served needs, of the best score among a need's pairs; None if none is."""


@dataclass(frozen=True)
class Load:
    """How much one helping municipality would carry."""

    town: str
    pairs: int
    places: int
    """Places of all its offers."""


@dataclass(frozen=True)
class RulePrice:
    """What one demand costs: the round without it, less the round with it."""

    kind: str
    """'rule' (balances as well), 'must_serve', 'lock'."""
    name: str
    """Name of the rule, key of the need, or keys of the pair."""
    served: int
    worst: float
    total: float
    """Negative: the demand raises it, at the cost of what the policy puts before it."""


@dataclass(frozen=True)
class Scenario:
    """One way of running the round."""

    name: str
    figures: Figures | None
    """None where its demands cannot be met together: `conflicts` says which."""
    common_total: float | None
    """Total of its pairs by the scores of the round itself: one yardstick for all scenarios."""
    groups: tuple[GroupServed, ...]
    loads: tuple[Load, ...]
    """Helpers with a pair, the most loaded first."""
    never_partnered: GroupServed | None
    """Needs of towns with no tie on record; None where the round knows no ties at all."""
    rule_prices: tuple[RulePrice, ...]
    conflicts: tuple[Conflict, ...]
    irreducible: bool
    optimal: bool
    gap: float
    stopped: bool


@dataclass(frozen=True)
class Apart:
    """What two scenarios have in common and what not."""

    a: str
    b: str
    both: int
    """Pairs in both."""
    only_a: tuple[Pair, ...]
    only_b: tuple[Pair, ...]


@dataclass(frozen=True)
class Comparison:
    """Scenarios of one round side by side, in the order they were given."""

    scenarios: tuple[Scenario, ...]
    apart: tuple[Apart, ...]
    """Each two scenarios that have a result."""
    seconds: float = field(compare=False)

    def to_json(self) -> str:
        """Return canonical JSON, without the time it took."""
        return canonical.dumps({"scenarios": self.scenarios, "apart": self.apart})


def compare(
    problem: Problem,
    scenarios: Mapping[str, Settings | Change],
    groups: Mapping[str, Sequence[str]] | None = None,
    price_rules: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Solve a round in several ways and put the results side by side.

    Parameters
    ----------
    problem : Problem
        The round; its needs and offers are those of every scenario.
    scenarios : mapping of name to Settings or Change
        Whole settings, or changes to those of the round.
    groups : mapping of name to need keys, optional
        Groups to compare; the sides of a divide, as the needs carry them, where left out.
    price_rules : bool
        Solve each scenario once more without each of its rules, locks and needs to be served.
    progress : callable (done, scenarios in all), optional

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If settings or groups name a key that the round does not have.
    TimeUp
        If a time limit passed before any feasible result was found.

    Notes
    -----
    Totals of scenarios with other weights are not on one scale; `common_total` is. Each scenario is
    solved only where it differs from the round (`whatif.difference`), so that where results are
    equally good those pairs are preferred that the round has anyway in parts not touched.
    """
    began = perf_counter()
    named = groups_of(problem.snapshot) if groups is None else groups
    for name, members in named.items():
        for key in members:
            if key not in problem.rows:
                raise ValueError(f"groups {name}: there is no need {key!r}")
    base = _solved(problem)
    found, results = [], {}
    for done, (name, chosen) in enumerate(scenarios.items()):
        result = difference(problem, base, *_changed(problem, chosen))
        found.append(_scenario(name, problem, result, named, price_rules))
        if result.solution is not None:
            results[name] = result.solution.pairs
        if progress is not None:
            progress(done + 1, len(scenarios))
    apart = tuple(_apart(problem, a, b, results) for a, b in combinations(results, 2))
    return Comparison(tuple(found), apart, perf_counter() - began)


def groups_of(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Return the needs of each side of a divide, by the code of the side."""
    sides: dict[str, list[str]] = defaultdict(list)
    for need in snapshot.needs:
        for side in need.sides:
            sides[side].append(need.key)
    return {side: tuple(sides[side]) for side in sorted(sides)}


def prices_of_rules(problem: Problem, before: Chosen) -> tuple[RulePrice, ...]:
    """Return what each rule, lock and need to be served costs, by solving without it."""
    settings = problem.settings
    found = []
    for kind, name, without in without_each(settings):
        price = difference(problem, before, replace(problem, settings=without)).price
        if price is not None:
            served, worst, total = price
            found.append(RulePrice(kind, name, -served, 0 - worst, 0 - total))
    return tuple(found)


def without_each(settings: Settings) -> list[tuple[str, str, Settings]]:
    """Return kind, name and the settings without each demand."""
    relaxed = []
    n_rules = len(settings.rules)
    for at, name in enumerate(settings.rule_names):
        rules = tuple(limit for k, limit in enumerate(settings.rules) if k != at)
        balances = tuple(b for k, b in enumerate(settings.balances) if k != at - n_rules)
        relaxed.append(("rule", name, replace(settings, rules=rules, balances=balances)))
    for key in settings.must_serve:
        rest_of_needs = tuple(k for k in settings.must_serve if k != key)
        relaxed.append(("must_serve", key, replace(settings, must_serve=rest_of_needs)))
    for pair in settings.locked:
        rest_of_pairs = tuple(p for p in settings.locked if p != pair)
        relaxed.append(("lock", " ".join(pair), replace(settings, locked=rest_of_pairs)))
    return relaxed


def _solved(problem: Problem) -> Chosen | None:
    """Return the result of a round; None where its demands clash."""
    try:
        return solve_problem(problem)
    except InfeasibleRound:
        return None


def _changed(problem: Problem, chosen: Settings | Change) -> tuple[Problem, int]:
    """Return the round of a scenario, and how many pairs were scored for it."""
    if isinstance(chosen, Change):
        return changed_problem(problem, chosen)
    found = problem_under(problem, chosen)
    if found is None:
        raise ValueError("scenarios: the round has places that this scenario does not give")
    return found


def _scenario(
    name: str,
    base: Problem,
    result: Difference,
    groups: Mapping[str, Sequence[str]],
    price_rules: bool,
) -> Scenario:
    """Measure one scenario."""
    problem, solution = result.problem, result.solution
    pairs = None if solution is None else solution.pairs
    return Scenario(
        name=name,
        figures=result.after,
        common_total=None if pairs is None else _common_total(base, pairs),
        groups=() if pairs is None else served_in(problem, pairs, groups),
        loads=() if pairs is None else loads_of(problem, pairs),
        never_partnered=None if pairs is None else never_partnered(problem, pairs),
        rule_prices=(
            prices_of_rules(problem, solution) if solution is not None and price_rules else ()
        ),
        conflicts=result.conflicts,
        irreducible=result.irreducible,
        optimal=result.optimal,
        gap=result.gap,
        stopped=result.stopped,
    )


def _common_total(base: Problem, pairs: Array) -> float:
    """Sum the scores of some pairs under the settings of the round, allowed there or not."""
    scores = scores_of(base.arrays, base.settings, pairs[:, 0], pairs[:, 1])
    return round(float(scores.sum()), 9)


def served_in(
    problem: Problem, pairs: Array, groups: Mapping[str, Sequence[str]]
) -> tuple[GroupServed, ...]:
    """Return how each group of needs fares under some pairs."""
    values = values_of(problem, pairs)
    return tuple(
        _group_served(name, [problem.rows[key] for key in dict.fromkeys(members)], values)
        for name, members in groups.items()
    )


def never_partnered(problem: Problem, pairs: Array) -> GroupServed | None:
    """Return how the needs of towns without any tie on record fare; None without ties at all."""
    ties = problem.arrays.ties
    if not problem.snapshot.ties:
        return None
    rows = np.flatnonzero(~ties.need_known[ties.need_row]).tolist()
    return _group_served("never_partnered", rows, values_of(problem, pairs))


def _group_served(name: str, rows: list[int], values: dict[int, float]) -> GroupServed:
    reached = [values[row] for row in rows if row in values]
    return GroupServed(
        name=name,
        needs=len(rows),
        served=len(reached),
        share=len(reached) / len(rows) if rows else None,
        mean_value=round(sum(reached) / len(reached), 9) if reached else None,
    )


def loads_of(problem: Problem, pairs: Array) -> tuple[Load, ...]:
    """Return how many pairs each helping municipality would carry, the most loaded first."""
    offers = problem.snapshot.offers
    carried: dict[str, int] = defaultdict(int)
    places: dict[str, int] = defaultdict(int)
    for offer in offers:
        places[offer.town] += offer.places
    for column in pairs[:, 1].tolist():
        carried[offers[column].town] += 1
    loads = [Load(town, n, places[town]) for town, n in carried.items()]
    return tuple(sorted(loads, key=lambda load: (-load.pairs, load.town)))


def _apart(problem: Problem, a: str, b: str, results: dict[str, Array]) -> Apart:
    """Return the pairs that two scenarios do not share."""
    one, other = ({tuple(pair) for pair in results[name].tolist()} for name in (a, b))
    return Apart(a, b, len(one & other), _keys(problem, one - other), _keys(problem, other - one))


def _keys(problem: Problem, pairs: set[Any]) -> tuple[Pair, ...]:
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    return tuple((needs[row], offers[column]) for row, column in sorted(pairs))
