"""Any combination of rules and minima: mixed-integer programs solved in stages."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.demanded import Demanded, may_be_spare, without_spare
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.integer import maximise
from matchmaker.matching.engine.model import Stage, Terms
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    Value,
    best_scores,
    simple_bound,
    value_of,
)
from matchmaker.matching.engine.program import Program

MOST_SHUT_OUT = 50
"""Choices with spare pairs that are shut out before the proof is given up."""


def is_feasible(instance: Instance, deadline: Deadline) -> bool:
    """Tell whether any choice of pairs meets the demands (`Impossible` is raised if not)."""
    maximise(Program.of(instance).model, Terms.nothing(), deadline)
    return True


def solve_milp(instance: Instance, deadline: Deadline) -> Outcome:
    """Solve the stages of the policy one after the other.

    A choice with pairs that could be left out is no result, but nothing that is one exceeds it:
    its value bounds the rest, its own rest is a result, and it is shut out of the next try.

    Raises
    ------
    Impossible
        If no choice meets the demands.
    TimeUp
        If no feasible choice was found in time.
    """
    program = Program.of(instance)
    demanded = Demanded.of(program, strict=may_be_spare(instance))
    best: Bools | None = None
    upper: Value = ()
    for _ in range(MOST_SHUT_OUT):
        try:
            found = _Staged(program.copy(), deadline).solve()
        except TimeUp:
            if best is None:
                raise
            return Outcome(best, "milp", upper, stopped=True)
        upper = value_of(instance, found.chosen) if found.bound is None else found.bound
        chosen = without_spare(instance, found.chosen)
        if best is None or value_of(instance, chosen) > value_of(instance, best):
            best = chosen
        if found.bound is not None or value_of(instance, best) >= upper:
            return Outcome(best, "milp", upper, found.stopped)
        demanded.shut_out(found.chosen)
    assert best is not None
    return Outcome(best, "milp", upper)


class _Unproven(Exception):
    """A stage ended with a solution but without proof."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage


@dataclass
class _Staged:
    """Runs the stages of a policy and keeps the last solution."""

    program: Program
    deadline: Deadline
    chosen: Bools | None = None
    proven: int = 0
    """Components of the objective that are proven."""
    stopped: bool = False

    @property
    def instance(self) -> Instance:
        """The instance of the program."""
        return self.program.instance

    def solve(self) -> Outcome:
        """Return the best choice of the program, or the best known with a bound."""
        try:
            self._run_policy()
        except _Unproven as halt:
            return self._unproven(halt.stage)
        except TimeUp:
            if self.chosen is None:
                raise
            self.stopped = True
            return self._unproven(None)
        assert self.chosen is not None
        return Outcome(self.chosen, "milp")

    def _run_policy(self) -> None:
        """Run the stages of the policy, most important first."""
        policy, program = self.instance.policy, self.program
        if policy != "total":
            self.run(program.served())
            self.proven = 1
        if policy == "fairest":
            _raise_lowest(self)
            self.proven = 2
        self.run(Terms.of(program.x, self.instance.weight), hold=False)

    def run(self, terms: Terms, hold: bool = True) -> Stage:
        """Maximise a stage and hold its value in the next ones."""
        model = self.program.model
        stage = maximise(model, terms, self.deadline)
        self.chosen = stage.x[self.program.x] > 0
        if hold:
            model.row(terms, low=stage.value)
        if not stage.proven:
            self.stopped = self.deadline.passed
            raise _Unproven(stage)
        return stage

    def _unproven(self, stage: Stage | None) -> Outcome:
        """Return the choice with an upper bound that is honest in every component not proven."""
        chosen, proven = self.chosen, self.proven
        assert chosen is not None
        value = value_of(self.instance, chosen)
        rest = list(simple_bound(self.instance, value)[proven:])
        if stage is not None and isinstance(rest[0], int):
            rest[0] = min(rest[0], stage.bound)
        return Outcome(chosen, "milp", (*value[:proven], *rest), stopped=self.stopped)


def _raise_lowest(staged: _Staged) -> None:
    """Fix the values of the served needs level by level, lowest first."""
    instance, program = staged.instance, staged.program
    scores = np.unique(instance.weight)
    settled = 0
    settled_levels: list[int] = []
    while True:
        assert staged.chosen is not None
        levels = best_scores(instance, staged.chosen)
        if settled >= len(levels):
            return
        wanted = len(levels) - settled
        at = _highest_level(staged, scores, wanted)
        program.model.row(program.reaching(instance.weight >= scores[at]), low=wanted)
        settled_levels.append(int(scores[at]))
        _close(staged, (instance.weight < scores[at]) & ~np.isin(instance.weight, settled_levels))
        stage = staged.run(program.reaching(instance.weight > scores[at]))
        settled = len(levels) - stage.value


def _close(staged: _Staged, pairs: Bools) -> None:
    """Rule out pairs that would give a need of one place a value below the present level."""
    instance, program = staged.instance, staged.program
    program.model.high[program.x[pairs & (instance.need_places[instance.need] <= 1)]] = 0


def _highest_level(staged: _Staged, scores: Ints, wanted: int) -> int:
    """Return the position of the highest score that so many needs can reach together.

    The present choice shows that its own level can be reached; halving finds the highest.
    """
    instance = staged.instance
    everything = np.ones(len(instance.need), dtype=bool)
    high = int(np.searchsorted(scores, best_scores(instance, everything)[-wanted]))
    low = _reached(staged, scores, wanted)
    while low < high:
        middle = (low + high + 1) // 2
        program = staged.program.copy()
        program.model.row(program.reaching(instance.weight >= scores[middle]), low=wanted)
        try:
            stage = maximise(program.model, Terms.nothing(), staged.deadline)
        except Impossible:
            high = middle - 1
            continue
        staged.chosen = stage.x[program.x] > 0
        low = _reached(staged, scores, wanted)
    return low


def _reached(staged: _Staged, scores: Ints, wanted: int) -> int:
    """Return the position of the lowest of the best so many values of the present choice."""
    assert staged.chosen is not None
    level = best_scores(staged.instance, staged.chosen)[-wanted]
    return int(np.searchsorted(scores, level))
