"""Pairs beyond the first of each need, for the greatest total, the values of all staying best.

What is known is which first pairs the fairest choices have (`leximin`). An offer that is full of
first pairs in all of them has no room for others. Every choice of pairs with a first pair for each
need and every such offer full of these is as fair, so it is a flow: of each need to a node for all
its pairs, from there to one for those that may be its first (at least one passes), from there to
one for those at full offers (at most one passes).
"""

import numpy as np

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.kernel import LARGEST, Graph, is_ready, solve_graph
from matchmaker.matching.engine.leximin import Face
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.proof import bound_of_graph
from matchmaker.matching.engine.routes_linear import Rest
from matchmaker.matching.engine.simplex import Simplex, fits


def with_further(
    instance: Instance, rest: Rest, chosen: Bools, needs: Ints, face: Face, deadline: Deadline
) -> Bools | None:
    """Return the pairs of greatest total among the fairest; None where no proof was found.

    Parameters
    ----------
    chosen : ndarray of bool, shape (n_pairs,)
        The locked pairs and the first pairs of one fairest choice.
    needs : ndarray of int
        The needs that are the rows of the face.
    """
    deadline.check()
    largest = int(np.abs(instance.weight).max(initial=0))
    if len(face.row) == len(needs) and largest < LARGEST:
        return _by_kernel(instance, rest, chosen)
    flow = _Flow(instance, rest, needs, face)
    return flow.solve(deadline) if fits(flow.n_nodes, largest) else None


def _by_kernel(instance: Instance, rest: Rest, chosen: Bools) -> Bools | None:
    """Choose further pairs where every first pair is determined."""
    free = chosen & ~instance.locked
    taken = np.bincount(instance.need[free], minlength=instance.n_needs)
    used = np.bincount(instance.offer[free], minlength=instance.n_offers)
    left, room = rest.need_left - taken, rest.offer_left - used
    open_ = rest.free & ~chosen & instance.good
    edges = np.flatnonzero(open_ & (left[instance.need] > 0) & (room[instance.offer] > 0))
    if not len(edges):
        return chosen
    is_ready(len(edges))
    degree = np.bincount(instance.need[edges], minlength=instance.n_needs)
    ends = np.cumsum(degree)
    graph = Graph(
        ends - degree,
        ends,
        instance.offer[edges].astype(np.int32),
        instance.weight[edges].astype(float),
        np.zeros(len(edges), dtype=np.bool_),
    )
    places = np.minimum(left, degree)
    room = np.minimum(room, np.bincount(instance.offer[edges], minlength=instance.n_offers))
    best = solve_graph(graph, places, room)
    if bound_of_graph(graph, places, room, best.u, best.v) != int(best.worth.sum()):
        return None
    found = chosen.copy()
    found[edges[best.pair]] = True
    return found


class _Flow:
    """The network: root, needs, their first pairs, those at full offers, offers, root."""

    def __init__(self, instance: Instance, rest: Rest, needs: Ints, face: Face) -> None:
        self.instance = instance
        n, m, k = instance.n_needs, instance.n_offers, len(needs)
        self.n_nodes = n + 2 * k + m + 1
        root = self.n_nodes - 1
        rank = np.zeros(n, dtype=np.int64)
        rank[needs] = np.arange(k)
        full = (face.low == face.high) & (face.high > 0)
        real = face.column >= 0
        width = max(m, 1)
        codes = instance.need.astype(np.int64) * width + instance.offer
        first = np.zeros(len(codes), dtype=bool)
        first[np.searchsorted(codes, needs[face.row[real]] * width + face.column[real])] = True
        self.edges = np.flatnonzero(first | (rest.free & instance.good & ~full[instance.offer]))
        need, offer = instance.need[self.edges], instance.offer[self.edges]
        inner = np.where(first[self.edges], n + 2 * rank[need] + full[offer], need)
        none, one = np.zeros_like(self.edges), np.ones_like(self.edges)
        stays = np.zeros(k, dtype=np.int64)
        stays[face.row[~real]] = 1
        some, room, left = n + 2 * np.arange(k), rest.offer_left, _places(instance, rest, first)
        parts = [
            (inner, n + 2 * k + offer, none, one),
            (np.full(n, root), np.arange(n), np.zeros_like(left), left),
            (needs, some, 1 - stays, left[needs]),
            (some, some + 1, np.zeros_like(some), np.ones_like(some)),
            (n + 2 * k + np.arange(m), np.full(m, root), np.where(full, room, 0), room),
        ]
        self.tail, self.head, self.low, self.high = (
            np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)
        )

    def solve(self, deadline: Deadline) -> Bools:
        """Return the pairs of greatest total."""
        simplex = Simplex(self.n_nodes, self.tail, self.head, self.low, self.high)
        gain = np.zeros_like(self.low)
        gain[: len(self.edges)] = self.instance.weight[self.edges]
        simplex.maximise(gain, deadline)
        chosen = self.instance.locked.copy()
        chosen[self.edges[simplex.flow[: len(self.edges)] > 0]] = True
        return chosen


def _places(instance: Instance, rest: Rest, first: Bools) -> Ints:
    """Return the places left of each need; a need that only bad pairs can serve takes one."""
    counts = (
        np.bincount(instance.need[first & good], minlength=instance.n_needs)
        for good in (instance.good, ~instance.good)
    )
    well, badly = (count > 0 for count in counts)
    return np.where(badly & ~well, np.minimum(rest.need_left, 1), rest.need_left)
