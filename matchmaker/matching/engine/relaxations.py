"""What each single change to clashing demands would free, the best first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

import numpy as np

from matchmaker.matching.engine.demands import Demands, fits, pairs_called_for
from matchmaker.matching.engine.infeasible import Conflict, Relaxation, TimeUp
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.letting_go import Step, dropped, snapped, steps_of
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Value,
    in_scores,
    served_by,
    value_of,
)
from matchmaker.matching.engine.routes import solve
from matchmaker.matching.engine.rules import IDLE
from matchmaker.matching.engine.validate import without_the_useless

SHARE_FOR_SEARCH = 0.5
"""The search for the smallest changes gets this share of the time, the solving the rest."""


@dataclass(frozen=True)
class Reached:
    """How far one demand has to be let go."""

    step: Step
    number: Fraction | None
    steps: int
    feasible: bool | None
    """The whole is possible then; None where the time ended first."""


@dataclass(frozen=True)
class Tried:
    """A change with what it leads to, in grid units."""

    relaxation: Relaxation
    value: Value | None
    steps: int


def relaxations_of(
    instance: Instance, conflicts: list[Conflict], deadline: Deadline
) -> list[Relaxation]:
    """Let go of one demand at a time, as little as will do, and solve again.

    Parameters
    ----------
    instance : Instance
        As it was asked, bars and all.
    conflicts : list of tuple
        In ranks.
    deadline : Deadline
        What is not known by then stays unknown: `feasible` or `objective` is None.

    Returns
    -------
    list of Relaxation
        In ranks, best first: those that make the whole possible, by objective, then by size of
        the change; then those not solved in time; last those that leave other demands clashing.

    Notes
    -----
    To let go further never makes a choice impossible, so the smallest change is found by
    halving; one step is tried first. Whether the whole is possible then is a question of flows
    where no rule or one simple rule is left, and of a mixed-integer program elsewhere. Where no
    such change makes the whole possible, it is as large as these conflicts alone ask for.
    """
    instance = instance.whole()
    whole, part = pairs_called_for(instance), _only(instance, conflicts)
    early = deadline
    if deadline.left is not None:
        early = Deadline(monotonic() + SHARE_FOR_SEARCH * deadline.left)
    reached = [
        one for conflict in conflicts for one in _let_go(instance, conflict, whole, part, early)
    ]
    tried = [_try(instance, one, deadline) for one in reached]
    return [one.relaxation for one in _best_first(tried)]


def _only(instance: Instance, conflicts: list[Conflict]) -> Instance:
    """Return the instance under the conflicts only; its rules keep their positions."""
    part = Demands(instance).under(conflicts)
    kept = {index for code, index, *_ in conflicts if code == "rule"}
    rules = tuple(rule if i in kept else IDLE for i, rule in enumerate(instance.rules))
    stray = tuple(
        (int(need), int(offer))
        for code, need, *rest in conflicts
        for offer in rest
        if code == "lock_not_allowed"
    )
    return replace(part, rules=rules, stray_locks=stray)


def _let_go(
    instance: Instance, conflict: Conflict, whole: Instance, part: Instance, deadline: Deadline
) -> list[Reached]:
    """Let go of a demand in each way that is of use, or drop it where none is."""
    found = [_reach(step, whole, part, deadline) for step in steps_of(instance, conflict)]
    of_use = [one for one in found if one is not None]
    if not of_use and conflict[0] == "rule":
        found = [_reach(dropped(conflict), whole, part, deadline)]
    return [one for one in found if one is not None]


def _reach(step: Step, whole: Instance, part: Instance, deadline: Deadline) -> Reached | None:
    """Find the fewest steps that make the whole possible, or else the conflicts alone.

    None for a bound of a rule that is not in the way: however far it moves, the conflicts stay.
    """
    try:
        for instance, feasible in ((whole, True), (part, False)):
            holds = _Holds(step, instance, deadline)
            steps = _fewest(holds, step.most)
            if steps is not None:
                finer = snapped(step, steps)
                nearest = finer if finer is not None and holds.at(finer) else step.number(steps)
                return Reached(step, nearest, steps, feasible)
    except TimeUp:
        return Reached(step, None, step.most, None)
    if step.conflict[0] == "rule" and step.present is not None:
        return None
    return Reached(step, step.number(step.most), step.most, False)


@dataclass(frozen=True)
class _Holds:
    """Tells whether some choice meets all demands after a change."""

    step: Step
    instance: Instance
    deadline: Deadline

    def __call__(self, steps: int) -> bool:
        """Tell it after so many steps."""
        return self.at(self.step.number(steps))

    def at(self, number: Fraction | None) -> bool:
        """Tell it at a number."""
        after = self.step.after(self.instance, number)
        return not after.stray_locks and fits(after, self.deadline)


def _fewest(holds: Callable[[int], bool], most: int) -> int | None:
    """Return the smallest number from 1 to `most` that holds; what holds once holds beyond."""
    if holds(1):
        return 1
    if most <= 1 or not holds(most):
        return None
    low, high = 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _try(instance: Instance, reached: Reached, deadline: Deadline) -> Tried:
    """Solve the whole after a change, while there is time."""
    step = reached.step
    relaxation = Relaxation(
        conflict=step.conflict,
        change=step.change,
        present=None if step.present is None else float(step.present),
        wanted=None if reached.number is None else float(reached.number),
        feasible=reached.feasible,
    )
    if reached.feasible:
        after = without_the_useless(step.after(instance, reached.number)).usable()
        try:
            outcome = solve(after, deadline, None)
        except (TimeUp, Impossible):
            return Tried(relaxation, None, reached.steps)
        value = value_of(after, outcome.chosen)
        known = replace(
            relaxation,
            objective=in_scores(value, after),
            served=int(np.count_nonzero(served_by(after, outcome.chosen))),
            total=float(after.weight[outcome.chosen].sum() / after.units),
            proven=outcome.bound is None or tuple(outcome.bound) <= value,
        )
        return Tried(known, value, reached.steps)
    return Tried(relaxation, None, reached.steps)


def _best_first(tried: list[Tried]) -> list[Tried]:
    """Sort: solved ones by value, then by size; not solved; unknown; not enough."""
    by_size = sorted(tried, key=lambda one: one.steps)
    solved = [one for one in by_size if one.value is not None]
    rest = [one for one in by_size if one.value is None]
    order = (True, None, False)
    return [
        *sorted(solved, key=lambda one: one.value or (), reverse=True),
        *sorted(rest, key=lambda one: order.index(one.relaxation.feasible)),
    ]
