"""Which parts of a round a change can reach: connected components of what may be chosen."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.keeping import UNITS, position_of
from matchmaker.matching.slicing import Members
from matchmaker.matching.solving import Problem

Array = NDArray[Any]

_USABLE, _GOOD, _LOCKED = 1, 2, 4


@dataclass(frozen=True)
class Graph:
    """The pairs that a solver could choose in a round, and what binds them together.

    Nodes are the needs, then the offers. Two nodes are in one component where a chain of pairs and
    rules leads from one to the other. Places, minima and demands concern single nodes, so that the
    best choice of the round is the best choice in each component, under every policy: served needs
    and totals add up, and which of two equally long lists of values is leximin-greater does not
    depend on values that both have in common.
    """

    problem: Problem

    @cached_property
    def state(self) -> Array:
        """(n_stored,) what a stored pair is to the solver: 0 not usable, else flags."""
        problem, settings = self.problem, self.problem.settings
        scores, arrays = problem.scores, problem.arrays
        rows = self.rows
        good = scores.data >= max(settings.minimum_score, SMALLEST)
        usable = good.copy()
        if settings.rules or settings.balances:
            usable[:] = True
        demanding = np.array([need.minimum > 1 for need in problem.snapshot.needs], dtype=bool)
        demanding[[problem.rows[key] for key in settings.must_serve]] = True
        if demanding.any():
            usable |= demanding[rows]
        usable &= (arrays.needs.places[rows] > 0) & (arrays.offers.places[scores.indices] > 0)
        for keys in settings.barred:
            self._mark(usable, keys, False)
        locked = np.zeros(len(usable), dtype=bool)
        for keys in settings.locked:
            self._mark(locked, keys, True)
        usable |= locked
        state = np.where(usable, _USABLE + _GOOD * good + _LOCKED * locked, 0)
        return np.asarray(state, dtype=np.int64)

    @cached_property
    def rows(self) -> Array:
        """(n_stored,) row of each stored pair."""
        scores = self.problem.scores
        return np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))

    @cached_property
    def weight(self) -> Array:
        """(n_stored,) score with its bonus, in units of the grid."""
        problem, settings = self.problem, self.problem.settings
        weight = np.rint(problem.scores.data * UNITS).astype(np.int64)
        for keys, bonus in settings.bonuses.items():
            at = position_of(problem.scores, *problem.pair(keys))
            if at is not None and self.state[at] & _GOOD:
                weight[at] += round(bonus * UNITS)
        return weight

    def _mark(self, marks: Array, keys: tuple[str, str], value: bool) -> None:
        at = position_of(self.problem.scores, *self.problem.pair(keys))
        if at is not None:
            marks[at] = value

    @cached_property
    def labels(self) -> Array:
        """(n_needs + n_offers,) component of each node."""
        n, m = self.problem.scores.shape
        used = np.flatnonzero(self.state)
        tails, heads = [self.rows[used]], [n + self.problem.scores.indices[used]]
        nodes = n + m
        for members in self._bound():
            tails.append(members)
            heads.append(np.full(len(members), nodes))
            nodes += 1
        tail, head = np.concatenate(tails), np.concatenate(heads)
        graph = sparse.coo_array(
            (np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(nodes, nodes)
        )
        return np.asarray(connected_components(graph, directed=False)[1][: n + m])

    @property
    def n_components(self) -> int:
        """How many components hold at least one pair."""
        return len(np.unique(self.labels[self.rows[self.state > 0]]))

    def _bound(self) -> list[Array]:
        """Return the nodes that each rule binds together."""
        limits = self.problem.settings.limits
        return [nodes_of(self.problem, Members.of(limit)) for limit in limits]


def nodes_of(problem: Problem, members: Members) -> Array:
    """Return the nodes of a rule's members, needs first."""
    n, m = problem.scores.shape
    if members.everybody:
        return np.arange(n + m)
    needs = sorted(problem.rows[key] for key in members.needs)
    offers = sorted(n + problem.columns[key] for key in members.offers)
    return np.array([*needs, *offers], dtype=np.int64)


def touched_nodes(old: Graph, new: Graph) -> Array:
    """Return which nodes a change reaches by itself, shape (n_needs + n_offers,).

    Both sides of every pair that became usable or unusable, better or worse, locked or free; each
    node whose places or demands changed; the members of rules that came, went or moved.
    """
    one, other = old.problem, new.problem
    n, m = one.scores.shape
    touched = np.zeros(n + m, dtype=bool)
    for rows, columns in _changed_pairs(old, new):
        touched[rows] = True
        touched[n + columns] = True
    touched[:n] |= one.arrays.needs.places != other.arrays.needs.places
    touched[n:] |= one.arrays.offers.places != other.arrays.offers.places
    before, after = one.settings, other.settings
    for key in set(before.must_serve) ^ set(after.must_serve):
        touched[one.rows[key]] = True
    for keys in set(before.locked) ^ set(after.locked):
        # a lock on a pair that is not allowed is a clash, and not among the stored pairs
        row, column = one.pair(keys)
        touched[[row, n + column]] = True
    for limit in {*before.limits} ^ {*after.limits}:
        nodes = nodes_of(one, Members.of(limit))
        # a rule over nobody may still ask for somebody: then nothing can be
        touched[nodes if len(nodes) else slice(None)] = True
    if before.policy != after.policy:
        touched[:] = True
    return touched


def _changed_pairs(old: Graph, new: Graph) -> list[tuple[Array, Array]]:
    """Return rows and columns of the pairs that are something else to the solver by now."""
    one, other = old.problem.scores, new.problem.scores
    same = np.array_equal(one.indptr, other.indptr) and np.array_equal(one.indices, other.indices)
    if same:
        differs = old.state != new.state
        usable = (old.state | new.state) > 0
        differs |= usable & (old.weight != new.weight)
        return [(new.rows[differs], other.indices[differs])]
    width = one.shape[1]
    codes = [graph.rows * width + graph.problem.scores.indices for graph in (old, new)]
    found = []
    for this, that, at in ((old, new, 0), (new, old, 1)):
        mine, theirs = codes[at], codes[1 - at]
        place = np.minimum(np.searchsorted(theirs, mine), max(len(theirs) - 1, 0))
        alike = np.zeros(len(mine), dtype=bool)
        if len(theirs):
            alike = theirs[place] == mine
            alike &= (this.state == that.state[place]) & (this.weight == that.weight[place])
        gone = ~alike & (this.state > 0)
        found.append((this.rows[gone], this.problem.scores.indices[gone]))
    return found
