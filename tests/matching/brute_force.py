"""An independent reference: look at every set of pairs of a tiny problem."""

from fractions import Fraction

import numpy as np

UNITS = 10**9


def as_units(score):
    return round(float(score) * UNITS)


class Problem:
    """The arguments of `assign`, and every set of allowed pairs as a row of `chosen`."""

    def __init__(self, scores, allowed=None, **given):
        self.n, self.m = len(scores), len(scores[0]) if len(scores) else 0
        self.pairs = [
            (i, j) for i in range(self.n) for j in range(self.m) if allowed is None or allowed[i][j]
        ]
        self.weight = np.array([as_units(scores[i][j]) for i, j in self.pairs], dtype=object)
        self.need_places = self._vector(given.get("need_places", 1), self.n)
        self.offer_places = self._vector(given.get("offer_places", 1), self.m)
        self.need_minimum = self._vector(given.get("need_minimum", 0), self.n)
        self.locked = {tuple(map(int, p)) for p in given.get("locked", ())}
        self.barred = {tuple(map(int, p)) for p in given.get("barred", ())}
        self.must = set(map(int, given.get("must_serve", ())))
        self.rules = list(given.get("rules", ()))
        self.policy = given.get("policy", "total")
        self.least = as_units(given.get("minimum_score", 0.0))

    @staticmethod
    def _vector(value, length):
        return [int(v) for v in value] if hasattr(value, "__len__") else [int(value)] * length

    def best(self):
        """Return the greatest objective, or None where nothing meets the demands."""
        chosen, result = self._everything()
        return self._greatest(chosen[result])

    def can_hold(self):
        """Tell whether any set of pairs meets the demands."""
        return self.locked <= set(self.pairs) and bool(self.holds(self._choices()).any())

    def is_result(self, pairs):
        """Tell whether a set of pairs meets every demand and holds none that could be left out."""
        found = {tuple(map(int, pair)) for pair in pairs}
        if not found <= set(self.pairs):
            return False
        at = sum(1 << column for column, pair in enumerate(self.pairs) if pair in found)
        return bool(self._everything()[1][at])

    def _everything(self):
        """Return every set of pairs as a row, and which of them are results."""
        chosen = self._choices()
        holds = self.holds(chosen) & (self.locked <= set(self.pairs))
        return chosen, holds & ~self._has_spare(holds)

    def _choices(self):
        every = np.arange(2 ** len(self.pairs))
        return (every[:, None] >> np.arange(len(self.pairs)) & 1).astype(bool)

    def holds(self, chosen):
        """Tell for each set of pairs whether it meets every demand."""
        at = [np.array([p[0] == i for p in self.pairs], dtype=bool) for i in range(self.n)]
        met = np.ones(len(chosen), dtype=bool)
        served = np.zeros((len(chosen), self.n), dtype=bool)
        for i, mine in enumerate(at):
            count = chosen[:, mine].sum(axis=1)
            served[:, i] = count > 0
            met &= (count <= self.need_places[i]) & ((count == 0) | (count >= self.need_minimum[i]))
            met &= (count > 0) | (i not in self.must)
        for j in range(self.m):
            met &= chosen[:, [p[1] == j for p in self.pairs]].sum(axis=1) <= self.offer_places[j]
        for column, pair in enumerate(self.pairs):
            if pair in self.locked:
                met &= chosen[:, column]
            if pair in self.barred:
                met &= ~chosen[:, column]
        for rule in self.rules:
            met &= self._rule_holds(rule, chosen, served)
        return met

    def _rule_holds(self, rule, chosen, served):
        if hasattr(rule, "a"):
            return self._balanced(rule, served)
        count = self._count(rule, chosen)
        whole = 1 if rule.share_of is None else self._count(rule.share_of, chosen)
        met = np.ones(len(chosen), dtype=bool)
        for bound, sign in ((rule.at_least, 1), (rule.at_most, -1)):
            if bound is not None:
                edge = Fraction(bound).limit_denominator(10**6)
                met &= sign * (count * edge.denominator - edge.numerator * whole) >= 0
        return met

    @staticmethod
    def _balanced(rule, served):
        a, b = sorted(set(rule.a)), sorted(set(rule.b))
        left, right = served[:, a].sum(axis=1), served[:, b].sum(axis=1)
        most = Fraction(rule.at_most_difference).limit_denominator(10**6)
        if rule.as_share:
            if not (a and b):
                return np.ones(len(served), dtype=bool)
            left, right, most = left * len(b), right * len(a), most * len(a) * len(b)
        left = left + rule.ahead
        return abs(left - right) * most.denominator <= most.numerator

    def _count(self, rule, chosen):
        needs = set(range(self.n)) if rule.needs is None else set(rule.needs)
        offers = set(range(self.m)) if rule.offers is None else set(rule.offers)
        inside = np.array([i in needs and j in offers for i, j in self.pairs], dtype=bool)
        if rule.count == "pairs":
            return chosen[:, inside].sum(axis=1)
        side = 0 if rule.count == "needs" else 1
        members = np.array([pair[side] for pair in self.pairs], dtype=int)
        return sum(
            (chosen[:, inside & (members == k)].any(axis=1).astype(int) for k in set(members)),
            np.zeros(len(chosen), dtype=int),
        )

    def _has_spare(self, holds):
        """Tell for each set whether some of its pairs that are not good enough could be left out.

        That is: whether a smaller set with the same other pairs meets the demands as well.
        """
        below = holds.copy()
        spare = np.zeros_like(holds)
        bad = [
            column
            for column, pair in enumerate(self.pairs)
            if pair not in self.locked
            and not (self.weight[column] > 0 and self.weight[column] >= self.least)
        ]
        every = np.arange(len(holds))
        for column in bad:
            has = (every >> column & 1).astype(bool)
            below[has] |= below[every[has] ^ (1 << column)]
        for column in bad:
            has = (every >> column & 1).astype(bool)
            spare[has] |= below[every[has] ^ (1 << column)]
        return spare

    def _greatest(self, chosen):
        """Return the greatest objective in grid units."""
        if not len(chosen):
            return None
        if self.policy != "total":
            served = self._count(_Everything, chosen)
            chosen = chosen[served == served.max()]
        totals = chosen @ self.weight
        if self.policy == "total":
            return (int(totals.max()),)
        if self.policy == "coverage":
            return (int(served.max()), int(totals.max()))
        return (
            int(served.max()),
            *max(
                (self._values(row), int(total)) for row, total in zip(chosen, totals, strict=True)
            ),
        )

    def _values(self, row):
        best = {}
        for column in np.flatnonzero(row):
            need = self.pairs[column][0]
            best[need] = max(best.get(need, -(10**30)), self.weight[column])
        return tuple(sorted(best.values()))


class _Everything:
    needs, offers, count = None, None, "needs"
