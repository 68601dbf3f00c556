"""The results that reach a given objective, as a program in integers."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.demanded import Demanded, may_be_spare, without_spare
from matchmaker.matching.engine.instance import Bools, Instance
from matchmaker.matching.engine.integer import maximise
from matchmaker.matching.engine.model import Terms
from matchmaker.matching.engine.outcome import Deadline, Impossible, Value, value_of
from matchmaker.matching.engine.program import Program

MOST_SHUT_OUT = 200
"""Choices that are no results and are shut out before the search is given up."""


@dataclass
class Optima:
    """A program whose solutions reach the objective, and what holds spare pairs out of it."""

    instance: Instance
    value: Value
    program: Program
    demanded: Demanded

    @classmethod
    def of(cls, instance: Instance, value: Value) -> "Optima":
        """Hold each component of the proven objective.

        For fairest it is enough that as many needs reach each level as in the optimum: nothing
        exceeds the optimum, so the ascending values are then the same.
        """
        program = Program.of(instance)
        demanded = Demanded.of(program, strict=may_be_spare(instance))
        model = program.model
        if instance.policy != "total":
            model.row(program.served(), low=value[0])
        if instance.policy == "fairest":
            levels = np.array(value[1], dtype=np.int64)
            for level in np.unique(levels):
                reaching = program.reaching(instance.weight >= level)
                model.row(reaching, low=int((levels >= level).sum()))
        model.row(Terms.of(program.x, instance.weight), low=value[-1])
        return cls(instance, value, program, demanded)

    def farthest(self, chosen: Bools, where: Bools, deadline: Deadline) -> Bools | None:
        """Return an equally good result that differs most among some pairs; None if none does.

        Raises
        ------
        TimeUp
            If time ended first.
        ArithmeticError
            If the solver gave no answer that holds exactly.
        """
        at = np.flatnonzero(where)
        differing = Terms.of(self.program.x[at], np.where(chosen[at], -1, 1))
        alike = int((where & chosen).sum())
        for _ in range(MOST_SHUT_OUT):
            try:
                stage = maximise(self.program.model, differing, deadline)
            except Impossible:
                return None
            if stage.bound + alike <= 0:
                return None
            other = stage.x[self.program.x] > 0
            kept = without_spare(self.instance, other)
            if value_of(self.instance, kept) == self.value and ((kept != chosen) & where).any():
                return kept
            if stage.proven and stage.value + alike <= 0:
                return None
            self.demanded.shut_out(other)
        raise ArithmeticError("too many choices with spare pairs")
