"""Shares of one whole, as flows: a flow for each size of the whole that could still be best.

A floor or cap that is a share of what the result itself counts is no bound of an arc. For a whole
of k it is: at least ceil(share k), at most floor(share k). The best flow h(k, p) under "whole is k"
and "part is p" is concave in both, for it is the value of a linear program, and the prices of the
bounds at one k give a bound for every other [1]_:

    h(k', p') <= sum over arcs of max(price x low(k'), price x high(k')),   any potentials.

So the size with the greatest bound is solved next, until no bound exceeds what was reached.

The whole is bounded on one side where the shares are: where they are floors, at most k does, since
a smaller whole meets them too. Each result of the rule as it is meets these bounds with its own
whole as k, and holds no pair below the bar that the bounds would not call for; the reverse is
looked at for the best one.

.. [1] J. E. Kelley, "The cutting-plane method for solving convex programs", J. SIAM 8(4), 1960.
   doi:10.1137/0108053
"""

from dataclasses import dataclass, field, replace
from math import ceil, floor

import numpy as np

from matchmaker.matching.engine.circulation import Network
from matchmaker.matching.engine.demanded import may_be_spare, without_spare
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.laminar import Group
from matchmaker.matching.engine.outcome import (
    Deadline,
    Impossible,
    Outcome,
    Value,
    simple_bound,
    value_of,
)
from matchmaker.matching.engine.routes_network import network_of, solve_by_network
from matchmaker.matching.engine.rules import IDLE, BalanceRule, GroupRule, as_fraction
from matchmaker.matching.engine.simplex import Simplex, compile_loops, fits

SMALL = 2_500
"""Up to so many pairs the program in integers is quicker than the search."""
MOST_SIZES = 200
"""Sizes of the whole that are looked at before the proof is given up."""


@dataclass(frozen=True)
class Shares:
    """The rules of an instance that are shares, all of the same whole."""

    instance: Instance
    places: tuple[int, ...]
    """Positions of these rules."""
    whole: GroupRule
    has_floor: bool
    has_cap: bool

    @property
    def is_small(self) -> bool:
        """Tell whether a program in integers is quicker."""
        return len(self.instance.need) <= SMALL

    @property
    def greatest(self) -> int:
        """Return a size that the whole cannot exceed."""
        instance = self.instance
        return int(min(instance.need_places.sum(), instance.offer_places.sum()))

    def bounds(self, place: int, size: int) -> tuple[int | None, int | None]:
        """Return floor and cap of a rule for a size of the whole; the last place is the whole's."""
        if place == len(self.instance.rules):
            return (size if self.has_cap else None), (size if self.has_floor else None)
        rule = self.instance.rules[place]
        assert isinstance(rule, GroupRule)
        least = None if rule.at_least is None else ceil(as_fraction(rule.at_least) * size)
        most = None if rule.at_most is None else floor(as_fraction(rule.at_most) * size)
        return least, most

    def sized(self, size: int | None, parts: bool = True, whole: bool = True) -> Instance:
        """Return the instance with counts in the place of shares; without size none of them."""
        rules = [*self.instance.rules, self.whole]
        for place, given in [(p, parts) for p in self.places] + [(len(rules) - 1, whole)]:
            rule = rules[place]
            assert isinstance(rule, GroupRule)
            if size is None or not given:
                rules[place] = IDLE
                continue
            least, most = self.bounds(place, size)
            if least is not None and most is not None and least > most:
                raise Impossible
            rules[place] = replace(rule, at_least=least, at_most=most, share_of=None)
        return replace(self.instance, rules=tuple(rules))


def shares_of(instance: Instance) -> Shares | None:
    """Return the shares of an instance that this route takes, or None."""
    if instance.policy == "fairest":
        return None
    places = [
        place
        for place, rule in enumerate(instance.rules)
        if isinstance(rule, GroupRule)
        and rule.share_of is not None
        and (rule.at_least is not None or rule.at_most is not None)
    ]
    rules = [instance.rules[place] for place in places]
    wholes = [rule.share_of for rule in rules if isinstance(rule, GroupRule)]
    if not wholes or wholes[0] is None:
        return None
    if any(isinstance(rule, BalanceRule) for rule in instance.rules):
        return None
    if len({(_members(w.needs), _members(w.offers), w.count) for w in wholes if w}) > 1:
        return None
    whole = replace(wholes[0], at_least=None, at_most=None, share_of=None)
    return Shares(
        instance,
        tuple(places),
        whole,
        any(rule.at_least is not None for rule in rules if isinstance(rule, GroupRule)),
        any(rule.at_most is not None for rule in rules if isinstance(rule, GroupRule)),
    )


def _members(members: object) -> tuple[int, ...] | None:
    return None if members is None else tuple(sorted({int(m) for m in members}))  # type: ignore[attr-defined]


def solve_by_shares(shares: Shares, deadline: Deadline) -> Outcome | None:
    """Return the best choice, or None where the counts of some size are no network.

    Raises
    ------
    Impossible
        If no choice meets the demands.
    TimeUp
        If the time limit passed before any was found.
    """
    return _Search(shares, deadline).run()


class _NoNetworkError(Exception):
    """The counts of a size are no network, or too large for 64 bits."""


@dataclass
class _Search:
    """Looks at sizes of the whole, the one of greatest bound first."""

    shares: Shares
    deadline: Deadline
    best: Bools | None = None
    value: int = 0
    bound: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """(n_sizes,): no result with a whole of this size is worth more."""

    def __post_init__(self) -> None:
        """Weigh served needs above any total."""
        instance = self.shares.instance
        largest = int(np.abs(instance.weight).max(initial=0))
        pairs = min(int(instance.need_places.sum()), len(instance.need))
        self.per_served = 2 * largest * pairs + 1 if instance.policy == "coverage" else 0
        self.strict = may_be_spare(instance)

    def run(self) -> Outcome | None:
        """Return the best choice, with a bound where it is not proven."""
        try:
            return self._run()
        except _NoNetworkError:
            return None

    def _run(self) -> Outcome:
        compile_loops()
        self.bound = np.full(self.shares.greatest + 1, np.iinfo(np.int64).max)
        try:
            near = self._without_shares()
            for _ in range(MOST_SIZES):
                top = int(self.bound.max())
                if self._is_proven(top):
                    break
                sizes = np.flatnonzero(self.bound == top)
                near = int(sizes[np.abs(sizes - near).argmin()])
                self._look(near)
        except TimeUp:
            if self.best is None:
                raise
            return self._outcome(stopped=True)
        return self._outcome(stopped=False)

    def _is_proven(self, top: int) -> bool:
        if self.best is None:
            return top == np.iinfo(np.int64).min
        return top <= self.value

    def _outcome(self, stopped: bool) -> Outcome:
        instance, top = self.shares.instance, int(self.bound.max())
        if self.best is None:
            if top == np.iinfo(np.int64).min:
                raise Impossible
            raise _NoNetworkError
        if top <= self.value:
            return Outcome(self.best, "flow")
        value = value_of(instance, self.best)
        bound: Value = (top,)
        if self.per_served:
            served = (top + self.per_served // 2) // self.per_served
            bound = (served, top - served * self.per_served)
        return Outcome(
            self.best, "flow", max(value, min(bound, simple_bound(instance, value))), stopped
        )

    def _scalar(self, chosen: Bools) -> int:
        """Return the value of a choice as one number."""
        value = value_of(self.shares.instance, chosen)
        return int(value[-1]) + (self.per_served * int(value[0]) if self.per_served else 0)

    def _without_shares(self) -> int:
        """Bound all sizes by the best without the shares; return the size of its whole."""
        instance = self.shares.sized(None)
        found, top = self._flow(_network(instance), None)
        self.bound[:] = top
        if _meets(self.shares, found):
            self._offer(found)
        return min(_size(self.shares, found), len(self.bound) - 1)

    def _look(self, size: int) -> None:
        """Solve a size, keep the choice if it is better, and bound the other sizes."""
        try:
            instance = self.shares.sized(size)
            network = _network(instance)
            found, top = self._flow(network, size)
        except Impossible:
            self._exclude(size)
            return
        self.bound[size] = min(self.bound[size], top)
        self._offer(found)
        if self.bound[size] > self.value:
            # pairs below the bar came in that the demands do not call for: decide for this size
            outcome = solve_by_network(network, self.deadline)
            self._offer(outcome.chosen)
            if outcome.bound is None:
                self.bound[size] = min(self.bound[size], self._scalar(outcome.chosen))

    def _offer(self, found: Bools) -> None:
        """Keep a choice if it is better, without pairs below the bar that no demand calls for."""
        kept = without_spare(self.shares.instance, found)
        value = self._scalar(kept)
        if self.best is None or value > self.value:
            self.best, self.value = kept, value

    def _exclude(self, size: int) -> None:
        """Rule out a size that no choice meets, and those that are harder still."""
        none = np.iinfo(np.int64).min
        self.bound[size] = none
        shares = self.shares
        if shares.has_floor and shares.has_cap:
            return
        for parts in (True, False):
            if not self._is_possible(size, parts, whole=not parts):
                # floors are harder to meet the larger the whole, and so is a whole of at least k
                upwards = shares.has_floor if parts else shares.has_cap
                end = self._last_possible(size, parts, upwards)
                self.bound[end + 1 if upwards else 0 : None if upwards else end] = none

    def _last_possible(self, size: int, parts: bool, upwards: bool) -> int:
        """Return the possible size next to the impossible ones around a size; one outside if none.

        Parameters
        ----------
        size : int
            An impossible one.
        parts : bool
            Whether the bounds of the parts are looked at, or that of the whole.
        upwards : bool
            Whether greater sizes are impossible too, or smaller ones.
        """
        possible, impossible = (-1 if upwards else len(self.bound)), size
        while abs(possible - impossible) > 1:
            middle = (possible + impossible) // 2
            if self._is_possible(middle, parts, whole=not parts):
                possible = middle
            else:
                impossible = middle
        return possible

    def _is_possible(self, size: int, parts: bool, whole: bool) -> bool:
        try:
            self._flow(_network(self.shares.sized(size, parts, whole)), None)
        except Impossible:
            return False
        return True

    def _flow(self, network: Network, size: int | None) -> tuple[Bools, int]:
        """Return the best flow of a network and its value; bound the other sizes by its prices.

        Without a size no pair is left out: the shares may call for any that is below the bar.
        """
        self.deadline.check()
        high = network.high.copy()
        if self.strict and size is not None:
            allowed = network.instance.useful[network.edges].copy()
            for one in network.floors:
                allowed[one.pairs] = True
            high[: len(network.edges)][~allowed] = 0
        gain = sum(
            stage * factor
            for stage, factor in zip(network.gains[::-1], (1, self.per_served), strict=False)
        )
        assert isinstance(gain, np.ndarray)
        if not fits(network.n_nodes, int(np.abs(gain).max(initial=0))):
            raise _NoNetworkError
        simplex = Simplex(network.n_nodes, network.tail, network.head, network.low, high)
        simplex.maximise(gain, self.deadline)
        found = network.chosen(simplex.flow)
        top = self._scalar(found)
        if size is not None:
            self._cut(network, simplex.prices(gain), size, top)
        return found, top

    def _cut(self, network: Network, prices: Ints, size: int, top: int) -> None:
        """Bound every size by the prices of the arcs whose bounds depend on it."""
        sizes = np.arange(len(self.bound))
        limit = np.full(len(sizes), top, dtype=np.int64)
        for group, arc in network.group_arcs:
            if group.rule not in (*self.shares.places, len(self.shares.instance.rules)):
                continue
            worth = np.array([self._worth(group, int(prices[arc]), int(s)) for s in sizes])
            limit += worth - worth[size]
        self.bound = np.where(
            self.bound == np.iinfo(np.int64).min, self.bound, np.minimum(self.bound, limit)
        )

    def _worth(self, group: Group, price: int, size: int) -> int:
        """Return what the bounds of a group add to the bound of a size."""
        least, most = self.shares.bounds(group.rule, size)
        low = max((least or 0) - group.held, 0)
        high = len(group.pairs) if most is None else min(most - group.held, len(group.pairs))
        return max(price * low, price * high)


def _network(instance: Instance) -> Network:
    """Return the network of an instance.

    Raises
    ------
    _NoNetworkError
        If it has none.
    Impossible
        If the locks alone break a bound.
    """
    network = network_of(instance)
    if network is None:
        raise _NoNetworkError
    return network


def _size(shares: Shares, chosen: Bools) -> int:
    """Return what the whole counts in a choice."""
    return _count(shares.instance, shares.whole, chosen)


def _meets(shares: Shares, chosen: Bools) -> bool:
    """Tell whether a choice keeps to the shares."""
    size = _size(shares, chosen)
    for place in shares.places:
        rule = shares.instance.rules[place]
        assert isinstance(rule, GroupRule)
        least, most = shares.bounds(place, size)
        count = _count(shares.instance, rule, chosen)
        if count < (least or 0) or (most is not None and count > most):
            return False
    return True


def _count(instance: Instance, rule: GroupRule, chosen: Bools) -> int:
    """Return what a rule counts in a choice."""
    at = np.flatnonzero(chosen)
    for members, side in ((rule.needs, instance.need), (rule.offers, instance.offer)):
        if members is not None:
            at = at[np.isin(side[at], np.asarray(members, dtype=np.int64))]
    if rule.count == "pairs":
        return len(at)
    side = instance.need if rule.count == "needs" else instance.offer
    return len(np.unique(side[at]))
