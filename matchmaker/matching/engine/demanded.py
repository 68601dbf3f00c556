"""Pairs that are not good enough are used only where a demand calls for them.

Such a pair (not useful, for short) is *demanded* in a choice where leaving it out, alone or with
others of its kind, would break a demand: must_serve, a minimum or a rule. A choice counts as a
result only if no set of such pairs could be left out of it. For one pair this is written as rows:
the pair is chosen only where a demand it helps to meet is met without room to spare. Choices that
pass these rows although several pairs together could be left out are shut out one by one.
"""

from dataclasses import dataclass, field

import numpy as np

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.integer import maximise
from matchmaker.matching.engine.model import UNLIMITED, Terms
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.program import Program


def may_be_spare(instance: Instance) -> bool:
    """Tell whether the policy by itself could reward a pair that no demand calls for."""
    bad = ~instance.useful
    rewarded = instance.policy != "total" or bool((instance.weight[bad] > 0).any())
    return rewarded and bool(bad.any())


def without_spare(instance: Instance, chosen: Bools) -> Bools:
    """Leave out as many pairs that are not useful as the demands allow.

    Parameters
    ----------
    instance : Instance
        Usable pairs.
    chosen : ndarray of bool, shape (n_pairs,)
        A choice that meets every demand.

    Returns
    -------
    ndarray of bool, shape (n_pairs,)
        The useful pairs of the choice and the fewest of the others.
    """
    at = np.flatnonzero(chosen)
    bad = ~instance.useful[at]
    alone = np.bincount(instance.need[at], minlength=instance.n_needs)[instance.need[at]] == 1
    if not (bad & ~(alone & instance.must[instance.need[at]])).any():
        return chosen
    program = Program.of(instance.keep(at))
    program.model.low[program.x[~bad]] = 1
    stage = maximise(program.model, Terms.of(program.x[bad], -1), Deadline())
    kept = np.zeros_like(chosen)
    kept[at[stage.x[program.x] > 0]] = True
    return kept


@dataclass
class Demanded:
    """Rows that hold each pair that is not useful to the demands that call for it."""

    program: Program
    bad: Ints
    """Positions of the pairs that are not useful."""
    pair: list[Ints] = field(default_factory=list)
    reason: list[Ints] = field(default_factory=list)
    loss: list[Ints] = field(default_factory=list)
    """For each floor, (n_pairs,): what it loses at most where one pair is left out."""
    tight: dict[tuple[int, int], int | None] = field(default_factory=dict)
    """For each floor and loss, the switch that is up only where it could not bear that loss."""

    @classmethod
    def of(cls, program: Program, strict: bool) -> "Demanded":
        """Return the demands of a program; where `strict`, add the rows to it."""
        demanded = cls(program, np.flatnonzero(~program.instance.useful))
        if not strict:
            return demanded
        always = demanded._by_needs()
        for floor in range(len(program.floors)):
            demanded._by_floor(floor)
        demanded._hold(demanded.bad[~always[program.instance.need[demanded.bad]]])
        demanded._whole_needs()
        for floors in program.opposite:
            demanded._not_both(*floors)
        return demanded

    def shut_out(self, chosen: Bools) -> None:
        """Rule out a choice with spare pairs: the same useful pairs and at least its others."""
        useful = self.program.instance.useful
        same = Terms.of(self.program.x[chosen], -1) + Terms.of(self.program.x[useful & ~chosen])
        self.program.model.row(same, low=1 - int(chosen.sum()))

    def _note(self, pairs: Ints, variable: int) -> None:
        """Remember that the variable allows these pairs."""
        self.pair.append(pairs)
        self.reason.append(np.full(len(pairs), variable, dtype=np.int64))

    def _by_needs(self) -> Bools:
        """A need with its least number of pairs calls for each of them; tell where it always does.

        Returns
        -------
        ndarray of bool, shape (n_needs,)
            The need never gets more than its least number.
        """
        program, instance = self.program, self.program.instance
        demanding = instance.must | (program.least > 1)
        demanding &= np.bincount(instance.need[self.bad], minlength=instance.n_needs) > 0
        always: Bools = demanding & (program.most <= program.least)
        for need in np.flatnonzero(demanding & ~always):
            pairs = program.pairs_of(int(need))
            most, least = int(program.most[need]), int(program.least[need])
            tight = self._switch(Terms.of(program.x[pairs]), least, most)
            self._note(pairs[~instance.useful[pairs]], tight)
        return always

    def _by_floor(self, floor: int) -> None:
        """A sum at its floor calls for each pair that adds to it."""
        program = self.program
        value = program.floors[floor].terms.dense(len(program.model.low))
        own = np.maximum(value[program.x], 0)
        self.loss.append(own.copy())
        for drop in np.unique(own[self.bad]):
            tight = self._at_floor(floor, int(drop))
            if tight is not None:
                self._note(self.bad[own[self.bad] == drop], tight)
        for flag, pairs in program.members.items():
            mine = pairs[~program.instance.useful[pairs]]
            if flag >= len(value) or value[flag] <= 0 or not len(mine):
                continue
            self.loss[floor][mine] += value[flag]
            tight = self._at_floor(floor, int(self.loss[floor][mine].max()))
            if tight is not None:
                self._note(mine, self._alone(pairs, tight))

    def _alone(self, pairs: Ints, tight: int) -> int:
        """Return a switch that is up only where `tight` is and at most one of the pairs is in."""
        model = self.program.model
        alone = self._switch(Terms.of(self.program.x[pairs]), 1, len(pairs))
        model.row(Terms.of(np.array([alone, tight]), np.array([1, -1])), high=0)
        return alone

    def _at_floor(self, floor: int, drop: int) -> int | None:
        """Return a switch that is up only where less than `drop` can be spared."""
        if (floor, drop) not in self.tight:
            program = self.program
            terms, bound = program.floors[floor].terms, program.floors[floor].bound
            least, most = program.model.span(terms)
            limit = bound + drop - 1
            possible = drop > 0 and least <= limit
            self.tight[floor, drop] = self._switch(terms, limit, most) if possible else None
        return self.tight[floor, drop]

    def _switch(self, terms: Terms, limit: int, most: int) -> int:
        """Return a variable that is up only where the sum does not exceed the limit."""
        model = self.program.model
        switch = int(model.variables(1)[0])
        room = max(most - limit, 0)
        model.row(terms + Terms.of(np.array([switch]), room), high=limit + room)
        return switch

    def _hold(self, pairs: Ints) -> None:
        """Let a pair be chosen only where one of its reasons is up."""
        rank = np.full(len(self.program.x), -1)
        rank[pairs] = np.arange(len(pairs))
        nothing = [np.zeros(0, dtype=np.int64)]
        pair = rank[np.concatenate(self.pair + nothing)]
        reason = np.concatenate(self.reason + nothing)
        row = np.concatenate([np.arange(len(pairs)), pair[pair >= 0]])
        terms = Terms.of(self.program.x[pairs]) + Terms.of(reason[pair >= 0], -1)
        self.program.model.rows(row, terms, -UNLIMITED, 0, len(pairs))

    def _whole_needs(self) -> None:
        """A minimum alone calls for no pair of a need that no useful pair serves."""
        program, instance = self.program, self.program.instance
        for need in np.flatnonzero((program.least > 1) & ~instance.must):
            pairs = program.pairs_of(int(need))
            bad = pairs[~instance.useful[pairs]]
            if not len(bad):
                continue
            reasons = [self._at_floor(i, int(mine[bad].sum())) for i, mine in enumerate(self.loss)]
            up = np.array([reason for reason in reasons if reason is not None], dtype=np.int64)
            useful = Terms.of(program.x[pairs[instance.useful[pairs]]], -1)
            served = Terms.of(program.flag[[need]])
            program.model.row(served + useful + Terms.of(up, -1), high=0)

    def _not_both(self, low: int, high: int) -> None:
        """A balance calls for pairs on one side only.

        Where it would call for a pair on either side, the two could be left out together, unless
        another floor could not bear the loss of both.
        """
        sides = [self.bad[self.loss[floor][self.bad] > 0] for floor in (low, high)]
        if not (len(sides[0]) and len(sides[1])):
            return
        drops = [
            np.unique(self.loss[floor][side])
            for floor, side in zip((low, high), sides, strict=True)
        ]
        if len(drops[0]) > 1 or len(drops[1]) > 1 or drops[0] != drops[1]:
            return
        switches = [self.tight.get((floor, int(drops[0][0]))) for floor in (low, high)]
        if None in switches:
            return
        others = [
            self._at_floor(floor, int(loss[sides[0]].max() + loss[sides[1]].max()))
            for floor, loss in enumerate(self.loss)
            if floor not in (low, high) and loss[sides[0]].any() and loss[sides[1]].any()
        ]
        up = np.array([other for other in others if other is not None], dtype=np.int64)
        both = Terms.of(np.array(switches)) + Terms.of(up, -1)
        self.program.model.row(both, high=1)
