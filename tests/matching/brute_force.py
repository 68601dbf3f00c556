"""An independent reference: try every set of pairs, in plain Python, for tiny problems."""

from fractions import Fraction
from itertools import product

UNITS = 10**9


def as_units(score):
    return round(float(score) * UNITS)


class Problem:
    """The arguments of `assign` in plain Python; pairs are those allowed and not barred."""

    def __init__(self, scores, allowed=None, **given):
        self.n, self.m = len(scores), len(scores[0]) if len(scores) else 0
        self.weight = {
            (i, j): as_units(scores[i][j])
            for i in range(self.n)
            for j in range(self.m)
            if allowed is None or allowed[i][j]
        }
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

    def good(self, pair):
        return self.weight[pair] > 0 and self.weight[pair] >= self.least

    def useful(self, pair):
        return pair in self.locked or self.good(pair)

    def holds(self, chosen):
        """Tell whether a set of pairs meets every demand."""
        of_need = [sum(1 for p in chosen if p[0] == i) for i in range(self.n)]
        of_offer = [sum(1 for p in chosen if p[1] == j) for j in range(self.m)]
        if any(c > p for c, p in zip(of_need, self.need_places, strict=True)):
            return False
        if any(c > p for c, p in zip(of_offer, self.offer_places, strict=True)):
            return False
        if any(0 < c < least for c, least in zip(of_need, self.need_minimum, strict=True)):
            return False
        if not self.locked <= chosen or self.barred & chosen:
            return False
        if any(of_need[i] == 0 for i in self.must):
            return False
        served = {i for i in range(self.n) if of_need[i]}
        return all(self._rule_holds(rule, chosen, served) for rule in self.rules)

    def _rule_holds(self, rule, chosen, served):
        if hasattr(rule, "a"):
            return self._balanced(rule, served)
        count = self._count(rule, chosen)
        whole = 1 if rule.share_of is None else self._count(rule.share_of, chosen)
        for bound, sign in ((rule.at_least, 1), (rule.at_most, -1)):
            if bound is None:
                continue
            edge = Fraction(bound).limit_denominator(10**6) * whole
            if sign * (count - edge) < 0:
                return False
        return True

    @staticmethod
    def _balanced(rule, served):
        a, b = set(rule.a), set(rule.b)
        left, right = Fraction(len(a & served)), Fraction(len(b & served))
        if rule.as_share and not (a and b):
            return True
        if rule.as_share:
            left, right = left / len(a), right / len(b)
        return abs(left - right) <= Fraction(rule.at_most_difference).limit_denominator(10**6)

    @staticmethod
    def _count(rule, chosen):
        inside = [
            p
            for p in chosen
            if (rule.needs is None or p[0] in set(rule.needs))
            and (rule.offers is None or p[1] in set(rule.offers))
        ]
        if rule.count == "pairs":
            return len(inside)
        return len({p[0 if rule.count == "needs" else 1] for p in inside})

    def objective(self, chosen):
        """Return the policy's objective in grid units."""
        total = sum(self.weight[p] for p in chosen)
        best = {}
        for pair in chosen:
            best[pair[0]] = max(best.get(pair[0], -(10**30)), self.weight[pair])
        if self.policy == "total":
            return (total,)
        if self.policy == "coverage":
            return (len(best), total)
        return (len(best), tuple(sorted(best.values())), total)

    def order(self, chosen):
        """Return what is compared: like the objective, but pairs not good enough add nothing."""
        bad = [p for p in chosen if not self.useful(p)]
        total = sum(self.weight[p] for p in chosen)
        worth = sum(min(self.weight[p], 0) for p in bad) + sum(
            self.weight[p] for p in chosen if self.useful(p)
        )
        tail = (worth, -len(bad), total)
        if self.policy == "total":
            return tail
        served = {p[0] for p in chosen}
        counted = {p[0] for p in chosen if self.useful(p)} | (self.must & served)
        head = (len(counted), -len(served - counted))
        if self.policy == "coverage":
            return (*head, *tail)
        locked = {p[0] for p in self.locked}
        telling = {p for p in chosen if self.useful(p) or p[0] not in locked}
        return (*head, self.objective(telling)[1], *tail)

    def best(self):
        """Return the greatest objective, or None where nothing meets the demands."""
        if not self.locked <= set(self.weight):
            return None
        pairs = sorted(set(self.weight))
        found = None
        for bits in product((False, True), repeat=len(pairs)):
            chosen = {p for p, bit in zip(pairs, bits, strict=True) if bit}
            if self.holds(chosen):
                order = self.order(chosen)
                if found is None or order > found[0]:
                    found = (order, self.objective(chosen))
        return None if found is None else found[1]
