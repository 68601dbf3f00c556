"""Side rules, minima and fairest values: mixed-integer programs solved in stages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.infeasible import TimeUp
from matchmaker.matching.instance import Bools, Instance, Ints
from matchmaker.matching.model import Model, Stage, Terms
from matchmaker.matching.outcome import (
    Deadline,
    Impossible,
    Outcome,
    best_scores,
    simple_bound,
    value_of,
)
from matchmaker.matching.rules import BalanceRule, GroupRule, as_fraction


@dataclass
class Program:
    """The model of an instance: x per pair, served per need."""

    instance: Instance
    model: Model
    x: Ints
    flag: Ints
    """(n_needs,): variable that says the need is served; -1 where its pairs say so themselves."""

    @classmethod
    def of(cls, instance: Instance) -> "Program":
        """Write places, minima, locks, must_serve and rules as rows."""
        model = Model()
        x = model.variables(len(instance.need))
        for pair in np.flatnonzero(instance.locked):
            model.low[pair] = 1
        program = cls(instance, model, x, np.full(instance.n_needs, -1))
        program._add_places()
        for rule in instance.rules:
            program._add_rule(rule)
        return program

    def copy(self) -> "Program":
        """Return the same program, to which rows can be added on trial."""
        return Program(self.instance, self.model.copy(), self.x, self.flag)

    def _add_places(self) -> None:
        """A need gets none or minimum..places offers; an offer at most its places."""
        instance, n = self.instance, self.instance.n_needs
        degree = np.bincount(instance.need, minlength=n)
        most = np.minimum(instance.need_places, np.maximum(degree, 1))
        # a minimum that the pairs cannot reach leaves the need without any, as it should
        least = np.minimum(np.maximum(instance.need_minimum, 1), degree + 1)
        several = np.flatnonzero((most > 1) | (least > 1))
        self.flag[several] = self.model.variables(len(several))
        single = self.flag < 0
        at = np.flatnonzero(single[instance.need])
        ones = np.ones(len(self.x), dtype=np.int64)
        self.model.rows(
            instance.need[at],
            self.x[at],
            ones[at],
            np.where(single, instance.must, 0),
            np.where(single, most, 0),
        )
        self._add_flags(several, most, least)
        m = instance.n_offers
        high = np.minimum(instance.offer_places, np.bincount(instance.offer, minlength=m))
        self.model.rows(instance.offer, self.x, ones, np.zeros(m, np.int64), high)

    def _add_flags(self, needs: Ints, most: Ints, least: Ints) -> None:
        """Tie the flag of each need to its pairs: none, or least..most of them."""
        rank = np.full(self.instance.n_needs, -1)
        rank[needs] = np.arange(len(needs))
        at = np.flatnonzero(rank[self.instance.need] >= 0)
        row = np.concatenate([rank[self.instance.need[at]], np.arange(len(needs))])
        column = np.concatenate([self.x[at], self.flag[needs]])
        ones = np.ones(len(at), dtype=np.int64)
        zero, any_ = np.zeros(len(needs), dtype=np.int64), np.full(len(needs), 2**62)
        self.model.rows(row, column, np.concatenate([ones, -most[needs]]), -any_, zero)
        self.model.rows(row, column, np.concatenate([ones, -least[needs]]), zero, any_)
        for need in needs[self.instance.must[needs]]:
            self.model.low[self.flag[need]] = 1

    def served(self, needs: Sequence[int] | Ints, factor: int) -> Terms:
        """Return terms that count the served ones of these needs, times a factor."""
        starts = np.searchsorted(self.instance.need, needs)
        ends = np.searchsorted(self.instance.need, needs, side="right")
        terms: Terms = {}
        for need, start, end in zip(needs, starts, ends, strict=True):
            if self.flag[need] >= 0:
                terms[int(self.flag[need])] = factor
            else:
                terms.update(dict.fromkeys((int(v) for v in self.x[start:end]), factor))
        return terms

    def _add_rule(self, rule: GroupRule | BalanceRule) -> None:
        """Add a side rule."""
        if isinstance(rule, BalanceRule):
            self._add_balance(rule)
            return
        counted = self._count(rule)
        whole = {} if rule.share_of is None else self._count(rule.share_of)
        for bound, sign in ((rule.at_least, 1), (rule.at_most, -1)):
            if bound is None:
                continue
            if rule.share_of is None:
                self.model.row(_scaled(counted, sign), low=sign * int(bound))
                continue
            share = as_fraction(bound)
            terms = _plus(_scaled(counted, share.denominator), _scaled(whole, -share.numerator))
            self.model.row(_scaled(terms, sign), low=0)

    def _add_balance(self, rule: BalanceRule) -> None:
        """Bound the difference of the needs served in two groups, in whole numbers."""
        if rule.as_share and not (len(rule.a) and len(rule.b)):
            return  # 0 of 0 is no share: it satisfies
        by_a, by_b = (len(rule.b), len(rule.a)) if rule.as_share else (1, 1)
        most = as_fraction(rule.at_most_difference)
        if rule.as_share:
            most *= by_a * by_b
        a, b = self.served(rule.a, by_a), self.served(rule.b, -by_b)
        limit = int(most // 1)
        self.model.row(_plus(a, b), low=-limit, high=limit)

    def _count(self, rule: GroupRule) -> Terms:
        """Return the terms that count what the rule counts."""
        instance = self.instance
        inside = np.ones(len(self.x), dtype=bool)
        if rule.needs is not None:
            inside &= np.isin(instance.need, np.array(rule.needs, dtype=np.int64))
        if rule.offers is not None:
            inside &= np.isin(instance.offer, np.array(rule.offers, dtype=np.int64))
        at = np.flatnonzero(inside)
        if rule.count == "pairs":
            return {int(self.x[pair]): 1 for pair in at}
        side = instance.need if rule.count == "needs" else instance.offer
        places = instance.need_places if rule.count == "needs" else instance.offer_places
        return self._distinct(side[at].astype(np.int64), at, places)

    def _distinct(self, side: Ints, pairs: Ints, places: Ints) -> Terms:
        """Return terms that count the distinct members among the chosen pairs."""
        terms: Terms = {}
        for member in np.unique(side):
            mine = [int(self.x[pair]) for pair in pairs[side == member]]
            most = min(len(mine), int(places[member]))
            if most <= 1:
                terms.update(dict.fromkeys(mine, 1))
                continue
            flag = int(self.model.variables(1)[0])
            self.model.row({**dict.fromkeys(mine, 1), flag: -1}, low=0)
            self.model.row({**dict.fromkeys(mine, 1), flag: -most}, high=0)
            terms[flag] = 1
        return terms

    def at_least_one(self, pairs: Bools, needs: Ints) -> Terms:
        """Return terms whose greatest sum counts the needs with one of these pairs."""
        terms: Terms = {}
        order = np.flatnonzero(pairs)
        starts = np.searchsorted(self.instance.need[order], needs)
        ends = np.searchsorted(self.instance.need[order], needs, side="right")
        for need, start, end in zip(needs, starts, ends, strict=True):
            mine = dict.fromkeys((int(v) for v in self.x[order[start:end]]), 1)
            if not mine:
                continue
            if min(len(mine), int(self.instance.need_places[need])) <= 1:
                terms.update(mine)
                continue
            flag = int(self.model.variables(1)[0])
            self.model.row({**mine, flag: -1}, low=0)
            terms[flag] = 1
        return terms


def _scaled(terms: Terms, factor: int) -> Terms:
    """Return terms times a factor."""
    return {column: factor * value for column, value in terms.items()}


def _plus(left: Terms, right: Terms) -> Terms:
    """Return the sum of terms."""
    total = dict(left)
    for column, value in right.items():
        total[column] = total.get(column, 0) + value
    return total


def is_feasible(instance: Instance, deadline: Deadline) -> bool:
    """Tell whether any choice of pairs meets the demands (`Impossible` is raised if not)."""
    Program.of(instance).model.maximise({}, deadline)
    return True


class Staged:
    """Runs the stages of a policy and keeps the last solution."""

    def __init__(self, instance: Instance, deadline: Deadline) -> None:
        self.instance, self.deadline = instance, deadline
        self.program = Program.of(instance)
        self.chosen: Bools | None = None
        self.proven: list[bool] = []
        self.stopped = False

    def run(self, terms: Terms) -> Stage:
        """Maximise a stage and hold its value in the next ones."""
        model = self.program.model
        stage = model.maximise(terms, self.deadline)
        self.chosen = stage.x[self.program.x] > 0
        if terms:
            model.row(terms, low=stage.value)
        if not stage.proven:
            self.stopped = self.deadline.passed
            raise _Unproven(stage)
        return stage

    def on_pairs(self, values: Ints, pairs: Bools | None = None) -> Terms:
        """Return terms that give a value to pairs."""
        at = np.arange(len(values)) if pairs is None else np.flatnonzero(pairs)
        return {int(self.program.x[i]): int(values[i]) for i in at if values[i]}


class _Unproven(Exception):
    """A stage ended with a solution but without proof."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage


def solve_milp(instance: Instance, deadline: Deadline) -> Outcome:
    """Solve the stages of the policy one after the other.

    Raises
    ------
    Impossible
        If no choice meets the demands.
    TimeUp
        If no feasible choice was found in time.
    """
    staged = Staged(instance, deadline)
    component = 0
    try:
        if instance.policy != "total":
            _serve_most(staged)
            component = 1
        if instance.policy == "fairest":
            _raise_lowest(staged)
            component = 2
        _best_total(staged)
    except _Unproven as halt:
        return _unproven(staged, component, halt.stage)
    except TimeUp:
        if staged.chosen is None:
            raise
        staged.stopped = True
        return _unproven(staged, component, None)
    assert staged.chosen is not None
    return Outcome(staged.chosen, "milp")


def _serve_most(staged: Staged) -> None:
    """Serve most needs by good or locked pairs, then fewest by pairs not good enough."""
    instance, program = staged.instance, staged.program
    free = ~instance.must
    dubious = np.zeros(instance.n_needs, dtype=bool)
    dubious[instance.need[~instance.useful]] = True
    dubious &= free
    plain = np.flatnonzero(free & ~dubious)
    terms = program.served(plain, 1)
    counted = program.at_least_one(instance.useful, np.flatnonzero(dubious))
    staged.run({**terms, **counted})
    if dubious.any():
        extra = program.served(np.flatnonzero(free), -1)
        staged.run(extra)


def _raise_lowest(staged: Staged) -> None:
    """Fix the values of the served needs level by level, lowest first."""
    instance = staged.instance
    needs = np.arange(instance.n_needs)
    # a pair not good enough must not raise the value of a need that a lock serves anyway
    has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
    telling = instance.useful | ~has_lock[instance.need]
    scores = np.unique(instance.weight[telling])
    settled = 0
    settled_levels: list[int] = []
    while True:
        assert staged.chosen is not None
        levels = best_scores(instance, staged.chosen & telling)
        if settled >= len(levels):
            return
        wanted = len(levels) - settled
        at = _highest_level(staged, scores, telling, wanted)
        held = staged.program.at_least_one(telling & (instance.weight >= scores[at]), needs)
        staged.program.model.row(held, low=wanted)
        settled_levels.append(scores[at])
        below = telling & (instance.weight < scores[at])
        _close(staged, below & ~np.isin(instance.weight, settled_levels))
        above = telling & (instance.weight > scores[at])
        stage = staged.run(staged.program.at_least_one(above, needs))
        settled = len(levels) - stage.value


def _close(staged: Staged, pairs: Bools) -> None:
    """Rule out pairs that would give a need of one place a value below the present level."""
    instance, model = staged.instance, staged.program.model
    for pair in np.flatnonzero(pairs & (instance.need_places[instance.need] <= 1)):
        model.high[staged.program.x[pair]] = 0


def _highest_level(staged: Staged, scores: Ints, telling: Bools, wanted: int) -> int:
    """Return the position of the highest score that so many needs can reach together.

    The present choice shows that its own level can be reached; halving finds the highest.
    """
    instance, needs = staged.instance, np.arange(staged.instance.n_needs)
    high = int(np.searchsorted(scores, best_scores(instance, telling)[-wanted]))
    low = _reached(staged, scores, telling, wanted)
    while low < high:
        middle = (low + high + 1) // 2
        program = staged.program.copy()
        reaching = program.at_least_one(telling & (instance.weight >= scores[middle]), needs)
        program.model.row(reaching, low=wanted)
        try:
            stage = program.model.maximise({}, staged.deadline)
        except Impossible:
            high = middle - 1
            continue
        staged.chosen = stage.x[program.x] > 0
        low = _reached(staged, scores, telling, wanted)
    return low


def _reached(staged: Staged, scores: Ints, telling: Bools, wanted: int) -> int:
    """Return the position of the lowest of the best so many values of the present choice."""
    assert staged.chosen is not None
    level = best_scores(staged.instance, staged.chosen & telling)[-wanted]
    return int(np.searchsorted(scores, level))


def _best_total(staged: Staged) -> None:
    """Maximise the worth; then use fewest pairs not good enough, then the best of these."""
    instance = staged.instance
    staged.run(staged.on_pairs(instance.worth))
    bad = ~instance.useful
    assert staged.chosen is not None
    if not (staged.chosen & bad).any():
        return
    reached = _worth(staged)
    for values in (np.full(len(bad), -1), np.maximum(instance.weight, 0)):
        before = staged.chosen
        staged.run(staged.on_pairs(values, bad))
        if _worth(staged) < reached:
            # the held row is kept to a tolerance only: never trade worth for a tie-break
            staged.chosen = before
            return


def _worth(staged: Staged) -> int:
    """Return the worth of the present choice, in int64."""
    assert staged.chosen is not None
    return int(staged.instance.worth[staged.chosen].sum())


def _unproven(staged: Staged, component: int, stage: Stage | None) -> Outcome:
    """Return the choice with an upper bound that is honest in the first component not proven."""
    chosen = staged.chosen
    assert chosen is not None
    value = value_of(staged.instance, chosen)
    bound = simple_bound(staged.instance, value)
    known: list[object] = list(value[:component])
    rest = list(bound[component:])
    if stage is not None and component == len(value) - 1:
        slack = stage.bound - stage.value
        rest[0] = min(rest[0], value[-1] + slack)
    elif stage is not None and component == 0 and len(value) > 1:
        rest[0] = min(rest[0], value[0] + stage.bound - stage.value)
    return Outcome(chosen, "milp", tuple(known + rest), stopped=staged.stopped)
