"""How each demand can be let go, a step at a time, until it binds nothing any more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.rules import IDLE, BalanceRule, GroupRule, Rule, as_fraction

FINEST = 10**6
"""Shares are moved by one of so many parts, as fine as `rules.as_fraction` reads them."""
Number = Fraction | None


@dataclass(frozen=True)
class Step:
    """One way to let go of a demand."""

    conflict: Conflict
    change: str
    """Code of what changes, as in `Relaxation`."""
    after: Callable[[Instance, Number], Instance]
    """The instance with this number in place of the present one."""
    present: Number = None
    """The number it stands at; None where the demand is simply dropped."""
    unit: Fraction = Fraction(1)
    """What one step adds to it."""
    most: int = 1
    """After so many steps the demand binds nothing any more."""
    limit: Fraction | None = None
    """The number never goes beyond."""

    def number(self, steps: int) -> Number:
        """Return the number after so many steps."""
        if self.present is None:
            return None
        number = self.present + steps * self.unit
        if self.limit is None:
            return number
        return max(number, self.limit) if self.unit < 0 else min(number, self.limit)


def steps_of(instance: Instance, conflict: Conflict) -> list[Step]:
    """Return the ways to let go of a demand: one, or one for each bound of a rule."""
    code, *at = conflict
    if code == "lock_not_allowed":
        pair = (int(at[0]), int(at[1]))
        return [Step(conflict, "unlock", lambda of, _: replace(of, stray_locks=_less(of, pair)))]
    if code in ("lock", "bar"):
        marks = "locked" if code == "lock" else "barred"
        change = "unlock" if code == "lock" else "unbar"
        return [Step(conflict, change, lambda of, _: _unmarked(of, marks, int(at[0]), int(at[1])))]
    if code == "must_serve":
        return [Step(conflict, "need_not_serve", lambda of, _: _put(of, "must", int(at[0]), False))]
    if code == "rule":
        return _rule_steps(instance, conflict, int(at[0]))
    return [_places_step(instance, conflict)]


def _less(instance: Instance, pair: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Return the locks on pairs that are not allowed, without one."""
    return tuple(lock for lock in instance.stray_locks if lock != pair)


def _unmarked(instance: Instance, marks: str, need: int, offer: int) -> Instance:
    """Take the lock or bar from a pair."""
    values = getattr(instance, marks).copy()
    values[instance.find(need, offer)] = False
    return replace(instance, **{marks: values})


def _put(instance: Instance, name: str, at: int, value: Any) -> Instance:
    """Put one value into a vector."""
    values = getattr(instance, name).copy()
    values[at] = value
    return replace(instance, **{name: values})


def _places_step(instance: Instance, conflict: Conflict) -> Step:
    """Add places, or lower a minimum."""
    name, at = str(conflict[0]), int(conflict[1])
    present = int(getattr(instance, name)[at])
    if name == "need_minimum":
        unit, most = -1, present - 1
    else:
        side = instance.need if name == "need_places" else instance.offer
        unit, most = 1, int(np.count_nonzero(side == at)) - present
    return Step(
        conflict,
        name,
        lambda of, number: _put(of, name, at, int(number or 0)),
        Fraction(present),
        Fraction(unit),
        max(most, 1),
    )


def _rule_steps(instance: Instance, conflict: Conflict, index: int) -> list[Step]:
    """Move one bound of a rule."""
    rule = instance.rules[index]

    def step(name: str, present: Fraction, unit: Fraction, limit: Fraction) -> Step:
        most = max(ceil((limit - present) / unit), 1)
        return Step(
            conflict,
            name,
            lambda of, number: replace(of, rules=_moved(of.rules, index, name, number)),
            present,
            unit,
            most,
            limit,
        )

    if isinstance(rule, BalanceRule):
        size = max(len(rule.a) * len(rule.b), 1) if rule.as_share else 1
        unit = Fraction(1, min(size, FINEST))
        most = max(len(rule.a), len(rule.b), 1) + abs(rule.ahead)
        limit = Fraction(1 if rule.as_share else most)
        present = as_fraction(rule.at_most_difference) // unit * unit
        return [step("at_most_difference", present, unit, limit)]
    unit = Fraction(1) if rule.share_of is None else Fraction(1, FINEST)
    highest = Fraction(len(instance.need) if rule.share_of is None else 1)
    found = []
    if rule.at_least:
        found.append(step("at_least", as_fraction(rule.at_least), -unit, Fraction(0)))
    if rule.at_most is not None and as_fraction(rule.at_most) < highest:
        found.append(step("at_most", as_fraction(rule.at_most), unit, highest))
    return found


def dropped(conflict: Conflict) -> Step:
    """Return the way to let go of a rule altogether."""
    at = int(conflict[1])
    return Step(
        conflict,
        "drop_rule",
        lambda of, _: replace(of, rules=(*of.rules[:at], IDLE, *of.rules[at + 1 :])),
    )


def _moved(rules: tuple[Rule, ...], index: int, name: str, number: Number) -> tuple[Rule, ...]:
    """Return the rules with one bound of one of them moved."""
    rule = rules[index]
    whole = isinstance(rule, GroupRule) and rule.share_of is None
    bound: Any = int(number or 0) if whole else float(number or 0)
    given: dict[str, Any] = {name: bound}
    return (*rules[:index], replace(rule, **given), *rules[index + 1 :])


def snapped(step: Step, steps: int) -> Number:
    """Return the simplest fraction less than one step short of a number, or None for counts.

    A share that binds is one of two whole numbers; where it is known to a millionth, it is the
    simplest fraction there.
    """
    number, before = step.number(steps), step.number(steps - 1)
    if number is None or before is None or abs(step.unit) == 1:
        return None
    low, high = sorted((number, before))
    found = _simplest(low, high)
    return None if found == before else found


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator from `low` to `high` (Stern-Brocot)."""
    whole = ceil(low)
    if whole <= high:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / _simplest(1 / (high - below), 1 / (low - below))
