"""An instance as a program in integers: a variable per pair, rows for places, minima and rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

import numpy as np

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.model import UNLIMITED, Model, Terms
from matchmaker.matching.engine.rules import BalanceRule, GroupRule, as_fraction, share_below


@dataclass(frozen=True)
class Floor:
    """A sum that must reach a bound, however it came to be asked for."""

    terms: Terms
    bound: int


@dataclass
class Program:
    """The model of an instance: x per pair, a flag per member whose pairs do not say it themselves.

    Attributes
    ----------
    x : ndarray of int, shape (n_pairs,)
        Variable of each pair.
    flag : ndarray of int, shape (n_needs,)
        Variable that says the need is served; -1 where its pairs say so themselves.
    most, least : ndarray of int, shape (n_needs,)
        A need gets no pair, or least..most of them.
    floors : list of Floor
        What the rules ask to be reached; a cap is a floor of the opposite sum.
    opposite : list of (int, int)
        Positions of the two floors of each balance.
    members : dict
        The pairs behind each flag.
    """

    instance: Instance
    model: Model
    x: Ints
    flag: Ints
    most: Ints
    least: Ints
    floors: list[Floor] = field(default_factory=list)
    opposite: list[tuple[int, int]] = field(default_factory=list)
    members: dict[int, Ints] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: Instance) -> "Program":
        """Write places, minima, locks, must_serve and rules as rows."""
        model = Model()
        x = model.variables(len(instance.need))
        model.low[x[instance.locked]] = 1
        model.sifted, model.liking = x, instance.weight
        degree = np.bincount(instance.need, minlength=instance.n_needs)
        program = cls(
            instance,
            model,
            x,
            flag=np.full(instance.n_needs, -1),
            most=np.minimum(instance.need_places, np.maximum(degree, 1)),
            # a minimum that the pairs cannot reach leaves the need without any, as it should
            least=np.minimum(np.maximum(instance.need_minimum, 1), degree + 1),
        )
        program._add_places()
        for rule in instance.rules:
            program._add_rule(rule)
        return program

    def copy(self) -> "Program":
        """Return the same program, to which rows can be added on trial."""
        return Program(
            self.instance,
            self.model.copy(),
            self.x,
            self.flag,
            self.most,
            self.least,
            list(self.floors),
            list(self.opposite),
            dict(self.members),
        )

    def _add_places(self) -> None:
        """A need gets none or least..most offers; an offer at most its places."""
        instance, m = self.instance, self.instance.n_offers
        several = np.flatnonzero((self.most > 1) | (self.least > 1))
        self.flag[several] = self.model.variables(len(several))
        single = self.flag < 0
        at = single[instance.need]
        self.model.rows(
            instance.need[at],
            Terms.of(self.x[at]),
            np.where(single, instance.must, 0),
            np.where(single, self.most, 0),
            instance.n_needs,
        )
        self._add_flags(several)
        high = np.minimum(instance.offer_places, np.bincount(instance.offer, minlength=m))
        self.model.rows(instance.offer, Terms.of(self.x), 0, high, m)

    def _add_flags(self, needs: Ints) -> None:
        """Tie the flag of each need to its pairs: none, or least..most of them."""
        rank = np.full(self.instance.n_needs, -1)
        rank[needs] = np.arange(len(needs))
        at = np.flatnonzero(rank[self.instance.need] >= 0)
        row = np.concatenate([rank[self.instance.need[at]], np.arange(len(needs))])
        pairs, flags = Terms.of(self.x[at]), self.flag[needs]
        upper = pairs + Terms.of(flags, -self.most[needs])
        lower = pairs + Terms.of(flags, -self.least[needs])
        self.model.rows(row, upper, -UNLIMITED, 0, len(needs))
        self.model.rows(row, lower, 0, UNLIMITED, len(needs))
        self.model.low[self.flag[needs[self.instance.must[needs]]]] = 1
        for need, flag in zip(needs.tolist(), flags.tolist(), strict=True):
            self.members[flag] = self.pairs_of(need)

    def pairs_of(self, need: int) -> Ints:
        """Return the positions of the pairs of a need."""
        start, end = np.searchsorted(self.instance.need, [need, need + 1])
        return np.arange(start, end)

    def served(self, needs: Sequence[int] | Ints | None = None) -> Terms:
        """Return terms that count the served ones of these needs (None: of all)."""
        instance = self.instance
        asked = np.zeros(instance.n_needs, dtype=bool)
        asked[slice(None) if needs is None else np.asarray(needs, dtype=np.int64)] = True
        own = asked & (self.flag < 0)
        flags = self.flag[asked & (self.flag >= 0)]
        return Terms.of(self.x[own[instance.need]]) + Terms.of(flags)

    def reaching(self, pairs: Bools) -> Terms:
        """Return terms whose greatest sum counts the needs with one of these pairs."""
        at = np.flatnonzero(pairs)
        return self._distinct(self.instance.need, at, self.most, exact=False)

    def _add_rule(self, rule: GroupRule | BalanceRule) -> None:
        """Add a side rule."""
        floors = self._balance(rule) if isinstance(rule, BalanceRule) else self._group(rule)
        for floor in floors:
            self.model.row(floor.terms, low=floor.bound)
        if isinstance(rule, BalanceRule) and floors:
            self.opposite.append((len(self.floors), len(self.floors) + 1))
        self.floors += floors

    def _group(self, rule: GroupRule) -> list[Floor]:
        """Return what a rule over a group asks to be reached."""
        counted = self._count(rule)
        whole = None if rule.share_of is None else self._count(rule.share_of)
        floors = []
        for bound, sign in ((rule.at_least, 1), (rule.at_most, -1)):
            if bound is None:
                continue
            if whole is None:
                floors.append(Floor(counted.times(sign), sign * int(bound)))
                continue
            share = _share(bound, sign, self._most_of(whole))
            part = counted.times(share.denominator) + whole.times(-share.numerator)
            floors.append(Floor(part.times(sign), 0))
        return floors

    def _most_of(self, counted: Terms) -> int:
        """Return a number that a count of pairs, needs or offers cannot exceed."""
        return min(self.model.span(counted)[1], int(self.most.sum()))

    def _balance(self, rule: BalanceRule) -> list[Floor]:
        """Bound the difference of the needs served in two groups, in whole numbers."""
        if rule.as_share and not (len(rule.a) and len(rule.b)):
            return []  # 0 of 0 is no share: it satisfies
        by_a, by_b = (len(rule.b), len(rule.a)) if rule.as_share else (1, 1)
        common = gcd(by_a, by_b)
        limit = int(as_fraction(rule.at_most_difference) * by_a * by_b / common // 1)
        by_a, by_b = by_a // common, by_b // common
        difference = self.served(rule.a).times(by_a) + self.served(rule.b).times(-by_b)
        return [
            Floor(difference, -limit - rule.ahead),
            Floor(difference.times(-1), -limit + rule.ahead),
        ]

    def _count(self, rule: GroupRule) -> Terms:
        """Return the terms that count what the rule counts."""
        instance = self.instance
        inside = np.ones(len(self.x), dtype=bool)
        if rule.needs is not None:
            inside &= np.isin(instance.need, np.array(rule.needs, dtype=np.int64))
        if rule.offers is not None:
            inside &= np.isin(instance.offer, np.array(rule.offers, dtype=np.int64))
        at = np.flatnonzero(inside)
        if rule.count == "pairs":
            return Terms.of(self.x[at])
        if rule.count == "needs":
            return self._distinct(instance.need, at, self.most)
        return self._distinct(instance.offer, at, instance.offer_places)

    def _distinct(self, side: Ints, pairs: Ints, places: Ints, exact: bool = True) -> Terms:
        """Return terms that count the distinct members of a side among the chosen pairs.

        Where not `exact`, the flag of a member may stay down although one of its pairs is
        chosen; the greatest sum is the same.
        """
        member, rank = np.unique(side[pairs], return_inverse=True)
        most = np.minimum(np.bincount(rank, minlength=len(member)), places[member])
        single = most <= 1
        several = np.flatnonzero(~single)
        flags = self.model.variables(len(several))
        row = np.full(len(member), -1)
        row[several] = np.arange(len(several))
        at = ~single[rank]
        rows = np.concatenate([row[rank[at]], np.arange(len(several))])
        mine = Terms.of(self.x[pairs[at]])
        self.model.rows(rows, mine + Terms.of(flags, -1), 0, UNLIMITED, len(several))
        if exact:
            self.model.rows(
                rows, mine + Terms.of(flags, -most[several]), -UNLIMITED, 0, len(several)
            )
            for place, flag in zip(several.tolist(), flags.tolist(), strict=True):
                self.members[flag] = pairs[rank == place]
        return Terms.of(self.x[pairs[~at]]) + Terms.of(flags)


def _share(bound: float, sign: int, most: int) -> Fraction:
    """Return the simplest share that says the same of wholes up to `most`: a floor, or a cap."""
    share = as_fraction(bound)
    return share_below(share, most) if sign < 0 else 1 - share_below(1 - share, most)
