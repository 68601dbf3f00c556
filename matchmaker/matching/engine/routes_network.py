"""Rules that nest on one side, and several places on both: flows in a network, in int64.

A stage of the policy is a gain on the arcs of the circulation (see `circulation`); after it
the arcs that are the same in all its optima are fixed, and the next one goes on from the same tree
(see `simplex`).

A pair that is not good enough may be used where a floor it belongs to is met without room to
spare (must_serve is a floor of 1). Which floors these are is searched: a flow over the pairs of
all floors bounds every result; where it holds pairs that could be left out, one of their floors
is either met to the number, or calls for no such pair.
"""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

import numpy as np

from matchmaker.matching.engine.circulation import Network
from matchmaker.matching.engine.demanded import may_be_spare, without_spare
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    Value,
    simple_bound,
    value_of,
)
from matchmaker.matching.engine.simplex import Simplex, fits

MOST_NODES = 1000
"""Choices of floors that are looked at before the proof is given up."""
MANY_PAIRS = 50_000
"""With more pairs a network is solved over the most promising ones first."""
PAIRS_AT_FIRST = 12
"""So many of them for each place of a need or an offer."""


def solve_by_network(network: Network, deadline: Deadline) -> Outcome:
    """Return the best choice of a network, policy total or coverage.

    Raises
    ------
    Impossible
        If no choice meets the demands.
    TimeUp
        If the time limit passed before any was found.
    """
    search = _Search(network, deadline, may_be_spare(network.instance))
    return search.run()


def network_of(instance: Instance) -> Network | None:
    """Return the network of an instance that this route takes, or None.

    Raises
    ------
    Impossible
        If the locks alone break a bound.
    """
    if instance.policy == "fairest":
        return None
    network = Network.of(instance)
    largest = int(np.abs(instance.weight).max(initial=0))
    return network if network is not None and fits(network.n_nodes, largest) else None


@dataclass
class _Search:
    """Looks for the floors that call for pairs that are not good enough, best bound first."""

    network: Network
    deadline: Deadline
    strict: bool
    best: Bools | None = None
    value: Value = ()
    open: list[tuple[Value, int, Bools, tuple[int, ...]]] = field(default_factory=list)
    n_nodes: int = 0
    upper: Value | None = None
    """Bound of a choice of floors whose stages were not all proven in time."""

    def run(self) -> Outcome:
        """Return the best choice, with a bound where it is not proven."""
        states = (0,) * len(self.network.floors)
        try:
            self._look(states)
            while self.open and self.n_nodes < MOST_NODES and self.upper is None:
                bound, _, spare, states = heappop(self.open)
                if tuple(-part for part in bound) <= self.value:
                    self.open.clear()
                    break
                at = self._floor_of(spare, states)
                for state in (1, 2):
                    self._try(tuple(state if i == at else s for i, s in enumerate(states)))
        except TimeUp:
            if self.best is None:
                raise
            self.upper = max([self.upper or self.value, *self._bounds()])
        assert self.best is not None
        stopped = self.deadline.passed and (self.upper is not None or bool(self.open))
        if self.upper is None and not self.open:
            return Outcome(self.best, "flow")
        bound = max([self.value, self.upper or self.value, *self._bounds()])
        return Outcome(self.best, "flow", bound, stopped)

    def _bounds(self) -> list[Value]:
        """Return the bounds of the choices still open."""
        return [tuple(-part for part in bound) for bound, *_ in self.open]

    def _try(self, states: tuple[int, ...]) -> None:
        """Look at a choice of floors, if any flow meets it."""
        try:
            self._look(states)
        except Impossible:
            return

    def _look(self, states: tuple[int, ...]) -> None:
        """Solve over the pairs that the floors allow: 0 open, 1 met to the number, 2 calls none."""
        self.n_nodes += 1
        instance = self.network.instance
        flow, bound = _solve_stages(self._limited(states), self.deadline)
        found = self.network.chosen(flow)
        kept = without_spare(instance, found)
        value = value_of(instance, kept)
        if self.best is None or value > self.value:
            self.best, self.value = kept, value
        if bound is not None:
            self.upper = bound
            return
        reached = value_of(instance, found)
        if reached > self.value and reached > value:
            entry = (tuple(-part for part in reached), self.n_nodes, found & ~kept, states)
            heappush(self.open, entry)

    def _limited(self, states: tuple[int, ...]) -> Network:
        """Return the network of a choice of floors."""
        network = self.network
        high = network.high.copy()
        bad = ~network.instance.useful[network.edges]
        allowed = ~bad if self.strict else np.ones_like(bad)
        for floor, state in zip(network.floors, states, strict=True):
            if state != 2:
                allowed[floor.pairs] = True
            if state == 1 and floor.arc >= 0:
                high[floor.arc] = floor.exact
        high[: len(network.edges)][~allowed] = 0
        return replace(network, high=high)

    def _floor_of(self, spare: Bools, states: tuple[int, ...]) -> int:
        """Return an open floor that allowed a pair that could be left out."""
        at = np.flatnonzero(spare[self.network.edges])
        return next(
            i
            for i, (floor, state) in enumerate(zip(self.network.floors, states, strict=True))
            if state == 0 and np.isin(at, floor.pairs).any()
        )


def _solve_stages(network: Network, deadline: Deadline) -> tuple[Ints, Value | None]:
    """Return the flow after all stages, and a bound where time ended them before.

    A large network is solved over its most promising pairs first. Potentials of a network satisfy
    an arc that was left out or they do not; those that do not come in, and it is solved again, so
    that in the end they prove the flow over all arcs.
    """
    n_pairs = len(network.edges)
    kept = _promising(network) if n_pairs > MANY_PAIRS else None
    while kept is not None:
        try:
            flow, potentials, bound = _stages(network, kept, deadline)
        except Impossible:
            break
        if bound is not None:
            return flow, bound
        missing = _missing(network, kept, potentials)
        if not len(missing):
            return flow, None
        kept = np.union1d(kept, missing)
        if len(kept) * 2 > len(network.tail):
            break
    flow, _, bound = _stages(network, np.arange(len(network.tail)), deadline)
    return flow, bound


def _stages(
    network: Network, kept: Ints, deadline: Deadline
) -> tuple[Ints, list[Ints], Value | None]:
    """Return the flow over some of the arcs, the potentials of each stage, and a bound."""
    ends = network.tail[kept], network.head[kept]
    simplex = Simplex(network.n_nodes, *ends, network.low[kept], network.high[kept])
    flow = np.zeros_like(network.low)
    potentials: list[Ints] = []
    for stage, gain in enumerate(network.gains):
        try:
            simplex.maximise(gain[kept], deadline)
        except TimeUp:
            if stage == 0:
                raise
            flow[kept] = simplex.flow
            value = value_of(network.instance, network.chosen(flow))
            bound = (*value[:stage], *simple_bound(network.instance, value)[stage:])
            return flow, potentials, bound
        potentials.append(simplex.potential.copy())
        simplex.keep_optimal(gain[kept])
    flow[kept] = simplex.flow
    return flow, potentials, None


def _promising(network: Network) -> Ints:
    """Return all arcs that are no pairs, and the best pairs of each need and of each offer."""
    instance, edges = network.instance, network.edges
    open_ = np.flatnonzero(network.high[: len(edges)] > 0)
    weight = instance.weight[edges[open_]]
    some = [np.arange(len(edges), len(network.tail))]
    for side, places in (
        (instance.need[edges[open_]], instance.need_places),
        (instance.offer[edges[open_]], instance.offer_places),
    ):
        order = np.lexsort((-weight, side))
        ordered = side[order]
        first = np.searchsorted(ordered, np.arange(len(places)))
        rank = np.arange(len(order)) - first[ordered]
        some.append(open_[order[rank < PAIRS_AT_FIRST * np.maximum(places, 1)[ordered]]])
    return np.unique(np.concatenate(some))


def _missing(network: Network, kept: Ints, potentials: list[Ints]) -> Ints:
    """Return the pairs left out that the potentials would have come in, the worst of each need.

    An earlier stage decides; where it does not care, the next one does.
    """
    out = np.flatnonzero(network.high[: len(network.edges)] > 0)
    out = np.setdiff1d(out, kept, assume_unique=True)
    tail, head = network.tail[out], network.head[out]
    undecided, wrong = np.ones(len(out), dtype=bool), np.zeros(len(out), dtype=bool)
    reduced = np.zeros(len(out), dtype=np.int64)
    for potential, gain in zip(potentials, network.gains, strict=True):
        reduced = potential[tail] - potential[head] - gain[out]
        wrong |= undecided & (reduced < 0)
        undecided &= reduced == 0
    at = np.flatnonzero(wrong)
    need = network.instance.need[network.edges[out[at]]]
    order = at[np.lexsort((reduced[at], need))]
    ordered = np.sort(need)
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.sort(out[order[rank < PAIRS_AT_FIRST]])
