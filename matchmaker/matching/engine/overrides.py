"""The price of an override: what forcing or forbidding one pair changes, under any policy."""

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.graph import Graph
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Instance
from matchmaker.matching.engine.outcome import Deadline, Value, in_scores
from matchmaker.matching.engine.price_vector import PriceVector, price_between
from matchmaker.matching.engine.solved import (
    NO_PAIRS,
    Again,
    HasSolved,
    Pairs,
    Solved,
    in_caller_positions,
    solve_again,
)
from matchmaker.matching.engine.ways import FAR

Kind = Literal["force", "forbid"]


@dataclass(frozen=True, eq=False)
class Override:
    """What forcing or forbidding a pair changes; positions are the caller's.

    Attributes
    ----------
    kind : {"force", "forbid"}
    need, offer : int
        The pair.
    feasible : bool
        A result remains.
    conflicts : tuple
        Why none remains, as in `Infeasible.conflicts`; empty where one does.
    loss : PriceVector
        What the best result loses.
    objective : tuple or None
        Of the result with the override, as `Assignment.objective`.
    gained, lost : ndarray of int, shape (n, 2)
        Pairs that come and that go, sorted. Where several results are as good, one of them.
    left_without, newly_served : ndarray of int, shape (n,)
        Needs that had an offer and have none any more, and the other way round.
    needs, need_changes : ndarray of int and of float, shape (n,)
        Needs whose summed score changes and by how much: who gains and who loses.
    offers, offer_changes : ndarray of int and of float, shape (n,)
        The same for offers.
    gap : float
        As `Assignment.gap`, of the result with the override.
    optimal : bool
        Both results are proven, so the loss is exact.
    stopped : bool
        `time_limit` ended the run.
    again : bool
        The problem was solved again; otherwise the change was read from the residual graph.
    seconds : float
        Time it took.
    """

    kind: Kind
    need: int
    offer: int
    feasible: bool
    conflicts: tuple[Conflict, ...]
    loss: PriceVector
    objective: Value | None
    gained: Pairs
    lost: Pairs
    left_without: NDArray[np.int64]
    newly_served: NDArray[np.int64]
    needs: NDArray[np.int64]
    need_changes: NDArray[np.float64]
    offers: NDArray[np.int64]
    offer_changes: NDArray[np.float64]
    gap: float
    optimal: bool
    stopped: bool
    again: bool
    seconds: float = field(compare=False)


def price_of_forcing(
    result: HasSolved, need: int, offer: int, time_limit: float | None = None
) -> Override:
    """Return what it costs to force a pair, and who changes.

    Parameters
    ----------
    result : Assignment
        The result without the override.
    need, offer : int
        The pair, as the caller counts.
    time_limit : float, optional
        Seconds, where the problem has to be solved again.

    Returns
    -------
    Override
        Infeasible where the pair is not allowed or barred, or where nothing meets the demands
        with it.

    Raises
    ------
    ValueError
        If there is no such need or offer.
    TimeUp
        If the time limit passed before any result was found or excluded.

    Notes
    -----
    Under the policies total and coverage without rules and minima the change is the best way from
    the offer back to the need in the residual graph: one search, O(n_pairs log n) at most.
    Elsewhere the problem is solved again with the pair locked. Forcing a pair that is good enough
    never gains; one below the bar may, for it serves a need that the policy by itself leaves out.

    Examples
    --------
    >>> from matchmaker.matching import assign
    >>> override = price_of_forcing(assign([[0.75, 0.5], [0.5, 0.0]]), 0, 0)
    >>> override.loss.total, override.left_without.tolist()
    (0.25, [1])
    """
    return _Question.of(result.solved, "force", need, offer).answer(time_limit)


def price_of_forbidding(
    result: HasSolved, need: int, offer: int, time_limit: float | None = None
) -> Override:
    """Return what it costs to forbid a pair, and who changes.

    Parameters, errors and method are those of `price_of_forcing`. A pair that is not chosen costs
    nothing to forbid; a locked one cannot be forbidden.

    Returns
    -------
    Override

    Examples
    --------
    >>> from matchmaker.matching import assign
    >>> override = price_of_forbidding(assign([[0.75, 0.5], [0.5, 0.0]]), 0, 1)
    >>> override.loss.total, override.gained.tolist()
    (0.25, [[0, 0]])
    """
    return _Question.of(result.solved, "forbid", need, offer).answer(time_limit)


@dataclass(frozen=True)
class _Question:
    """An override of a solved problem; positions are ranks, and the caller's two in `pair`."""

    solved: Solved
    kind: Kind
    pair: tuple[int, int]
    asked: Instance
    """The problem, with the pair listed if it may be used at all."""
    need: int
    offer: int
    at: int
    """Place of the pair in `asked`, -1 where it is not allowed."""
    started: float

    @classmethod
    def of(cls, solved: Solved, kind: Kind, need: int, offer: int) -> "_Question":
        """Find the pair."""
        started, asked = monotonic(), solved.asked
        ranks = asked.need_rank(need), asked.offer_rank(offer)
        listed = asked.with_pair(*ranks)
        pair = int(need), int(offer)
        return cls(solved, kind, pair, listed, *ranks, listed.find(*ranks), started)

    def answer(self, time_limit: float | None) -> Override:
        """Return the price: at once where nothing changes or nothing is left, else by search."""
        conflicts = self._evident()
        if conflicts:
            return self._told(Again(NO_PAIRS, None, None, True, False, conflicts), False)
        if self._is_chosen() == (self.kind == "force"):
            return self._told(self._as_before(), False)
        graph = self.solved.graph
        if graph is None:
            return self._told(solve_again(self._changed(), Deadline.after(time_limit)), True)
        found = self._by_way(graph)
        if found is None:
            # nothing is left: solving again says why
            return self._told(solve_again(self._changed(), Deadline.after(time_limit)), True)
        return self._told(found, False)

    def _evident(self) -> tuple[Conflict, ...]:
        """Return the conflict of a pair that is not there, barred, or locked."""
        if self.at < 0:
            return (("lock_not_allowed", *self.pair),) if self.kind == "force" else ()
        clash: tuple[Conflict, ...] = (("lock", *self.pair), ("bar", *self.pair))
        stands = self.asked.barred if self.kind == "force" else self.asked.locked
        return clash if stands[self.at] else ()

    def _is_chosen(self) -> bool:
        """Tell whether the pair is chosen."""
        pairs = self.solved.pairs
        return bool(((pairs[:, 0] == self.need) & (pairs[:, 1] == self.offer)).any())

    def _as_before(self) -> Again:
        """Return the result as it is."""
        solved = self.solved
        bound = solved.value if solved.proven else solved.outcome.bound
        stopped = solved.outcome.stopped and not solved.proven
        return Again(solved.pairs, solved.value, bound, solved.proven, stopped)

    def _changed(self) -> Instance:
        """Return the problem with the pair locked, or barred."""
        name = "locked" if self.kind == "force" else "barred"
        marks = getattr(self.asked, name).copy()
        marks[self.at] = True
        return replace(self.asked, **{name: marks})

    def _by_way(self, graph: Graph) -> Again | None:
        """Return the result after the best change, or None where nothing is left.

        Raises
        ------
        ArithmeticError
            If the change does not come to what the search said: never, unless a choice was wrong.
        """
        need, offer = self.need, graph.instance.n_needs + self.offer
        ends, sign = ((offer, need), 1) if self.kind == "force" else ((need, offer), -1)
        gain, pairs = graph.way(*ends)
        if gain == -FAR:
            return None
        chosen = graph.chosen.copy()
        chosen[pairs] = ~chosen[pairs]
        after = np.column_stack([graph.instance.need[chosen], graph.instance.offer[chosen]])
        own = np.array([[self.need, self.offer]])
        after = after[(after != own).any(axis=1)]
        if self.kind == "force":
            after = np.concatenate([after, own])
            after = after[np.lexsort((after[:, 1], after[:, 0]))]
        served, total = (int(part) for part in graph.stages.parts(np.array(gain)))
        value: Value = (self.solved.value[-1] + sign * int(self.asked.weight[self.at]) + total,)
        if len(self.solved.value) > 1:
            value = (self.solved.value[0] + served, *value)
        after = after.astype(np.int64)
        if self._value(after) != value:
            raise ArithmeticError("a way over the residual graph does not add up")
        return Again(after, value, value, True, False)

    def _value(self, pairs: Pairs) -> Value:
        """Return what the policy compares of some pairs, from those that come and go."""
        solved = self.solved
        gained, lost = _less(pairs, solved.pairs), _less(solved.pairs, pairs)
        total = solved.value[-1] + int(self._weights(gained).sum() - self._weights(lost).sum())
        if self.asked.policy == "total":
            return (total,)
        return (len(np.unique(pairs[:, 0])), total)

    def _weights(self, pairs: Pairs) -> NDArray[np.int64]:
        """Return the score of each pair in grid units."""
        places = [self.asked.find(need, offer) for need, offer in pairs.tolist()]
        return self.asked.weight[np.array(places, dtype=np.int64)].astype(np.int64)

    def _told(self, after: Again, again: bool) -> Override:
        """Tell the differences between the results before and after, in the caller's positions."""
        solved, asked = self.solved, self.asked
        feasible = after.value is not None
        gained, lost = (
            _less(after.pairs, solved.pairs) if feasible else NO_PAIRS,
            _less(solved.pairs, after.pairs) if feasible else NO_PAIRS,
        )
        amounts = np.concatenate([self._weights(gained), -self._weights(lost)])
        moved = in_caller_positions(asked, np.concatenate([gained, lost]))
        needs, need_changes = _sums(moved[:, 0], amounts)
        offers, offer_changes = _sums(moved[:, 1], amounts)
        had, has = (
            in_caller_positions(asked, pairs)[:, 0]
            for pairs in (solved.pairs, after.pairs if feasible else solved.pairs)
        )
        return Override(
            kind=self.kind,
            need=self.pair[0],
            offer=self.pair[1],
            feasible=feasible,
            conflicts=after.conflicts,
            loss=price_between(asked.policy, solved.value, after.value, asked.units),
            objective=None if after.value is None else in_scores(after.value, asked),
            gained=_sorted(moved[: len(gained)]),
            lost=_sorted(moved[len(gained) :]),
            left_without=np.setdiff1d(had, has),
            newly_served=np.setdiff1d(has, had),
            needs=needs,
            need_changes=need_changes / asked.units,
            offers=offers,
            offer_changes=offer_changes / asked.units,
            gap=after.gap(asked.units),
            optimal=solved.proven and after.proven,
            stopped=after.stopped,
            again=again,
            seconds=monotonic() - self.started,
        )


def _less(pairs: Pairs, others: Pairs) -> Pairs:
    """Return the pairs that are not among the others."""
    known = set(map(tuple, others.tolist()))
    rest = [pair for pair in map(tuple, pairs.tolist()) if pair not in known]
    return np.array(rest, dtype=np.int64).reshape(-1, 2)


def _sorted(pairs: Pairs) -> Pairs:
    """Sort pairs by need, then offer."""
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _sums(side: Pairs, amounts: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the members of a side whose sum of amounts is not 0, and those sums."""
    members, place = np.unique(side, return_inverse=True)
    sums = np.zeros(len(members), dtype=np.int64)
    np.add.at(sums, place, amounts)
    return members[sums != 0], sums[sums != 0]
