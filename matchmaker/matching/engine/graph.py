"""The residual graph of a proven choice: what every change of it would add, exactly.

A pair that is not chosen leads from its need to its offer and adds its worth; a chosen one leads
back and takes its worth away; the root stands for free places and for giving up. Every way to
change the choice and meet the demands again is a sum of cycles [1]_, so an optimum has no cycle
that gains, and the price of a change is the greatest gain of a way that closes it. Potentials
(the duals of the choice: -u of each need, v of each offer [2]_) make all lengths at least 0.

.. [1] R. K. Ahuja, T. L. Magnanti and J. B. Orlin, "Network Flows", Prentice Hall, 1993, ch. 9.
.. [2] L. S. Shapley and M. Shubik, "The assignment game I: the core", Int. J. Game Theory 1,
   1971. doi:10.1007/BF01753437
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Outcome
from matchmaker.matching.engine.stages import Stages
from matchmaker.matching.engine.ways import (
    CHOSEN,
    FAR,
    FIXED,
    UNUSED,
    Arcs,
    PlainWays,
    Ways,
    raise_potential,
    walk,
    ways_over,
)


def is_linear(instance: Instance) -> bool:
    """Tell whether a residual graph prices this problem.

    That is: no rule, no minimum, not fairest, and no pair that counts only while it is the single
    one of a need with several places.
    """
    several = instance.need_places[instance.need] > 1
    return (
        not instance.needs_milp
        and instance.policy in ("total", "coverage")
        and not (_rewarded(instance) & several).any()
    )


def _rewarded(instance: Instance) -> Bools:
    """Mark pairs that are not good enough and that the total yet does not shun, shape (n_pairs,).

    Beside another pair they could be left out, so that the choice would be no result; one of score
    0 among them, though it changes no total.
    """
    return ~instance.useful & (instance.weight >= 0)


@dataclass(frozen=True, eq=False)
class Graph:
    """Residual graph of an optimum; needs, offers, then the root."""

    instance: Instance
    chosen: Bools
    stages: Stages
    state: Ints
    """(n_pairs,) int8: `UNUSED`, `CHOSEN`, or `FIXED` where a lock holds the pair."""
    start: Ints
    """(n_nodes,): potentials to start from, any."""
    into: Ints
    """(n_nodes,): gain of the arc from the root, -`FAR` where there is none."""
    out: Ints
    """(n_nodes,): gain of the arc to the root."""
    full: Bools
    """(n_nodes,): no place is free."""
    first: Ints
    """(n_needs,): what a first place of each need would add by itself."""

    @classmethod
    def of(cls, instance: Instance, outcome: Outcome) -> "Graph | None":
        """Build the graph of a proven outcome; None where it would not price the problem."""
        stages = Stages.of(instance) if is_linear(instance) else None
        if stages is None:
            return None
        state = np.where(outcome.chosen, CHOSEN, UNUSED).astype(np.int8)
        state[instance.locked] = FIXED
        at_the_root = _at_the_root(instance, outcome.chosen, stages)
        return cls(instance, outcome.chosen, stages, state, _start(instance, outcome), *at_the_root)

    @property
    def gain(self) -> Ints:
        """(n_pairs,): what taking each pair adds, coded."""
        return self.instance.weight

    @property
    def one_place_only(self) -> Bools:
        """(n_needs,): the graph says nothing of one more place of this need.

        It must be served and may be by a pair below the bar, but not by that and another one.
        """
        instance = self.instance
        rewarded = _rewarded(instance)
        return np.bincount(instance.need[rewarded], minlength=instance.n_needs) > 0

    @property
    def root(self) -> int:
        """Return the number of the root."""
        return self.instance.n_needs + self.instance.n_offers

    @cached_property
    def arcs(self) -> Arcs:
        """Return the graph as the searches take it, with potentials that prove the choice.

        Raises
        ------
        ArithmeticError
            If the choice turns out to be no optimum.
        """
        arcs = _arcs(self)
        if not raise_potential(arcs, self.into, self.out):
            raise ArithmeticError("the choice is no optimum: a cycle of changes gains")
        return arcs

    @property
    def potential(self) -> Ints:
        """(n_nodes,): coded; no arc leads to a node at less than its gain above its tail."""
        return self.arcs.potential

    def ways(self) -> Ways | PlainWays:
        """Return searches over the arcs that do not touch the root; for one thread."""
        return ways_over(self.arcs)

    @property
    def from_root(self) -> Ints:
        """(n_nodes,): length of the shortest way from the root, `FAR` where none is."""
        return self._from_root[0]

    @property
    def to_root(self) -> Ints:
        """(n_nodes,): length of the shortest way to the root, `FAR` where none is."""
        return self._to_root[0]

    @cached_property
    def _from_root(self) -> tuple[Ints, Ints]:
        first = self.potential - self.potential[self.root] - self.into
        first[self.into == -FAR] = FAR
        return self._of_the_root(first, True)

    @cached_property
    def _to_root(self) -> tuple[Ints, Ints]:
        first = self.potential[self.root] - self.potential - self.out
        first[self.out == -FAR] = FAR
        return self._of_the_root(first, False)

    def _of_the_root(self, first: Ints, forward: bool) -> tuple[Ints, Ints]:
        """Return length and nearest pair of ways that begin, or end, with an arc at the root."""
        ways = self.ways()
        lengths = ways.of_the_root(first, forward)
        lengths[self.root] = 0
        return lengths, ways.via

    def way(self, tail: int, head: int) -> tuple[int, Ints]:
        """Return the gain of the best way from a node to another, and the pairs on it.

        Each pair comes once; taking or giving up each makes the change. The gain is -`FAR` where
        there is no way.
        """
        ways, over_root = self.ways(), int(self.to_root[tail] + self.from_root[head])
        to = np.array([head])
        direct = int(ways.between(tail, True, int(self.to_root[tail]), self.from_root, to)[0])
        length = min(direct, over_root)
        if length >= FAR:
            return -FAR, np.zeros(0, dtype=np.int64)
        gain = int(self.potential[head] - self.potential[tail]) - length
        if direct < over_root:
            return gain, np.array(walk(self.arcs, ways.via, head)[1], dtype=np.int64)
        there, first = walk(self.arcs, self._to_root[1], tail)
        back, last = walk(self.arcs, self._from_root[1], head)
        # where both halves meet before the root, what lies beyond is a cycle that changes nothing
        place = {node: at for at, node in enumerate(back)}
        met = next((at for at, node in enumerate(there) if node in place), None)
        if met is not None:
            first, last = first[:met], last[: place[there[met]]]
        return gain, np.array(first + last, dtype=np.int64)

    def gain_of(self, length: Ints, tail: Ints | int, head: Ints | int) -> Ints:
        """Turn lengths of ways into their gains, coded; -`FAR` where there is no way."""
        gain = self.potential[head] - self.potential[tail] - length
        return np.where(np.asarray(length) >= FAR, -FAR, gain)

    def tight(self) -> tuple[Ints, Ints, Ints]:
        """Return tail, head and pair (-1 at the root) of the arcs of length 0."""
        instance, potential, root = self.instance, self.potential, self.root
        need, offer = instance.need.astype(np.int64), instance.n_needs + instance.offer
        free = ~instance.locked
        level = potential[offer] - potential[need] == self.gain
        forth = np.flatnonzero(free & ~self.chosen & level)
        back = np.flatnonzero(free & self.chosen & level)
        into = np.flatnonzero(potential[:root] - potential[root] == self.into[:root])
        out = np.flatnonzero(potential[root] - potential[:root] == self.out[:root])
        at_root = np.full(len(into) + len(out), -1)
        return (
            np.concatenate([need[forth], offer[back], np.full(len(into), root), out]),
            np.concatenate([offer[forth], need[back], into, np.full(len(out), root)]),
            np.concatenate([forth, back, at_root]),
        )


def _at_the_root(
    instance: Instance, chosen: Bools, stages: Stages
) -> tuple[Ints, Ints, Bools, Ints]:
    """Return the gains of the arcs from and to the root, the full nodes, and what serving adds.

    Under coverage the first pair of a need serves it and the last one given up leaves it.
    """
    n, m = instance.n_needs, instance.n_offers
    free = chosen & ~instance.locked
    need_locks = np.bincount(instance.need[instance.locked], minlength=n)
    offer_locks = np.bincount(instance.offer[instance.locked], minlength=m)
    need_used = np.bincount(instance.need[free], minlength=n)
    offer_used = np.bincount(instance.offer[free], minlength=m)
    full = np.concatenate(
        [
            need_used >= instance.need_places - need_locks,
            offer_used >= instance.offer_places - offer_locks,
            [False],
        ]
    )
    low = (instance.must & (need_locks == 0)).astype(np.int64)
    counts = np.where(need_locks == 0, stages.served, 0)
    into, out = np.full(n + m + 1, -FAR), np.full(n + m + 1, -FAR)
    first = np.where(need_used == 0, counts, 0)
    into[:n] = np.where(full[:n], -FAR, first)
    out[:n] = np.where(need_used > low, -np.where(need_used == 1, counts, 0), -FAR)
    into[n:-1] = np.where(offer_used > 0, 0, -FAR)
    out[n:-1] = np.where(full[n:-1], -FAR, 0)
    return into, out, full, first


def _start(instance: Instance, outcome: Outcome) -> Ints:
    """Return potentials to start from: the duals of the outcome, where it has any."""
    potential = np.zeros(instance.n_needs + instance.n_offers + 1, dtype=np.int64)
    duals = getattr(outcome, "duals", None)
    if duals is not None and instance.policy == "total":
        potential[:-1] = np.concatenate([-duals[0], duals[1]])
    return potential


def _arcs(graph: Graph) -> Arcs:
    """Lay the pairs out for the searches."""
    instance, n, m = graph.instance, graph.instance.n_needs, graph.instance.n_offers
    held = np.flatnonzero(graph.state == CHOSEN)
    return Arcs(
        need=np.ascontiguousarray(instance.need, dtype=np.int32),
        offer=np.ascontiguousarray(instance.offer, dtype=np.int32),
        gain=np.ascontiguousarray(graph.gain, dtype=np.int64),
        state=graph.state,
        need_start=_starts(instance.need, n),
        by_offer=np.argsort(instance.offer, kind="stable"),
        offer_start=_starts(instance.offer, m),
        need_held=held,
        need_held_start=_starts(instance.need[held], n),
        offer_held=held[np.argsort(instance.offer[held], kind="stable")],
        offer_held_start=_starts(instance.offer[held], m),
        potential=graph.start.copy(),
    )


def _starts(side: Ints, length: int) -> NDArray[np.int64]:
    """Return where the entries of each member of a side start, once they are sorted by it."""
    return np.concatenate([[0], np.cumsum(np.bincount(side, minlength=length))]).astype(np.int64)
