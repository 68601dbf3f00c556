"""An instance with rules that nest as a circulation: what the arcs are and what bounds them.

Root, groups of needs, needs, offers, groups of offers, root: every group is an arc with its
bounds, every pair an arc of one unit (see `laminar`).
"""

from dataclasses import dataclass, field

import numpy as np

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.laminar import Family, Group, groups_of, part
from matchmaker.matching.engine.routes_linear import rest_after_locks


@dataclass(frozen=True)
class Floor:
    """Pairs of which at least a number is asked for, and the arcs that hold them to it."""

    pairs: Ints
    """Positions among the free pairs."""
    arc: int
    """The arc whose upper bound makes the floor exact."""
    exact: int
    """That upper bound."""


@dataclass(frozen=True)
class Network:
    """An instance as a circulation; the first arcs are its free pairs."""

    instance: Instance
    edges: Ints
    n_nodes: int
    tail: Ints
    head: Ints
    low: Ints
    high: Ints
    served: Ints
    """Gain that counts the needs served for the first time."""
    floors: list[Floor]
    group_arcs: list[tuple[Group, int]]
    """The groups of rules, with their arcs."""

    @classmethod
    def of(cls, instance: Instance) -> "Network | None":
        """Return the network of an instance, or None where it is none.

        Raises
        ------
        Impossible
            If the locks alone break a bound.
        """
        if (instance.need_minimum > 1).any():
            return None
        rest = rest_after_locks(instance)
        edges = np.flatnonzero(rest.free)
        groups = groups_of(instance, rest, edges)
        if groups is None:
            return None
        sides = [
            (instance.need[edges].astype(np.int64), instance.n_needs),
            (instance.offer[edges].astype(np.int64), instance.n_offers),
        ]
        family = part(sides, [group.pairs for group in groups])
        if family is None:
            return None
        wiring = _Wiring(len(edges), instance.n_needs, instance.n_offers)
        by_side = [[g for g, side in zip(groups, family, strict=True) if side == s] for s in (0, 1)]
        needs = Family.of(*sides[0], [group.pairs for group in by_side[0]])
        offers = Family.of(*sides[1], [group.pairs for group in by_side[1]])
        first = np.minimum(rest.need_left, 1)
        has_lock = np.bincount(instance.need[instance.locked], minlength=instance.n_needs) > 0
        wiring.lay(needs, offers)
        wiring.members(0, rest.must.astype(np.int64), first, ~has_lock)
        floors = wiring.groups(0, needs, by_side[0])
        wiring.members(1, np.zeros_like(rest.offer_left), rest.offer_left, None)
        floors += wiring.groups(1, offers, by_side[1])
        further = wiring.further(rest.need_left - first)
        bad = np.bincount(sides[0][0][~instance.useful[edges]], minlength=instance.n_needs) > 0
        for need in np.flatnonzero(rest.must & bad):
            arc = further.get(int(need), -1)
            floors.append(Floor(np.flatnonzero(sides[0][0] == need), arc, 0))
        return wiring.network(instance, edges, floors)

    @property
    def gains(self) -> list[Ints]:
        """Gains of the stages of the policy, most important first."""
        weight = np.zeros_like(self.low)
        weight[: len(self.edges)] = self.instance.weight[self.edges]
        return [weight] if self.instance.policy == "total" else [self.served, weight]

    def chosen(self, flow: Ints) -> Bools:
        """Return the pairs that carry flow, and the locked ones."""
        chosen = self.instance.locked.copy()
        chosen[self.edges[flow[: len(self.edges)] > 0]] = True
        return chosen


@dataclass
class _Wiring:
    """Lays the arcs of a network: nodes are the groups of both families and a root."""

    n_pairs: int
    n_needs: int
    n_offers: int
    parts: list[tuple[Ints, Ints, Ints, Ints, Ints]] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    n_arcs: int = 0
    group_arcs: list[tuple[Group, int]] = field(default_factory=list)

    def lay(self, needs: Family, offers: Family) -> None:
        """Lay the pairs, from the smallest group of their need to that of their offer."""
        self.families = [needs, offers]
        one = np.ones(self.n_pairs, dtype=np.int64)
        self._arcs(needs.direct, len(needs.parent) + offers.direct, one * 0, one, one * 0)

    def node(self, side: int, group: Ints) -> Ints:
        """Return the nodes of groups of a side; -1 stands for the root."""
        offset = len(self.families[0].parent) if side else 0
        root = sum(len(family.parent) for family in self.families)
        return np.where(group < 0, root, group + offset)

    def members(self, side: int, low: Ints, high: Ints, counted: Bools | None) -> None:
        """Lay an arc to each need, or from each offer."""
        inner = np.arange(len(low))
        gain = np.zeros_like(low) if counted is None else counted.astype(np.int64)
        self._between(side, inner, low, high, gain)

    def further(self, left: Ints) -> dict[int, int]:
        """Lay a second arc to the needs with several places left; return its number by need."""
        needs = np.flatnonzero(left > 0)
        start = self.n_arcs
        zero = np.zeros(len(needs), dtype=np.int64)
        self._between(0, needs, zero, left[needs], zero)
        return {int(need): start + at for at, need in enumerate(needs)}

    def groups(self, side: int, family: Family, groups: list[Group]) -> list[Floor]:
        """Lay an arc to or from each group; return those that are floors."""
        start = self.n_arcs
        low = np.array([group.least for group in groups], dtype=np.int64)
        high = np.array([group.most for group in groups], dtype=np.int64)
        numbers = np.array(family.number, dtype=np.int64)
        self._between(side, numbers, low, high, np.zeros_like(low))
        self.group_arcs += [(group, start + at) for at, group in enumerate(groups)]
        return [
            Floor(group.pairs, start + at, group.least)
            for at, group in enumerate(groups)
            if group.least > 0
        ]

    def _between(self, side: int, inner: Ints, low: Ints, high: Ints, gain: Ints) -> None:
        """Lay arcs between groups and those around them, towards the pairs and away from them."""
        outer = np.array(self.families[side].parent, dtype=np.int64)[inner]
        ends = self.node(side, outer), self.node(side, inner)
        self._arcs(*(ends if side == 0 else ends[::-1]), low, high, gain)

    def _arcs(self, tail: Ints, head: Ints, low: Ints, high: Ints, gain: Ints) -> None:
        """Lay arcs."""
        self.parts.append((tail, head, low, high, gain))
        self.n_arcs += len(tail)

    def network(self, instance: Instance, edges: Ints, floors: list[Floor]) -> Network:
        """Return what was laid."""
        columns = zip(*self.parts, strict=True)
        tail, head, low, high, served = (np.concatenate(column) for column in columns)
        n_nodes = sum(len(family.parent) for family in self.families) + 1
        arcs = tail, head, low, high, served
        return Network(instance, edges, n_nodes, *arcs, floors, self.group_arcs)
