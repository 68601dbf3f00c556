"""The demands of an instance one by one, and whether some of them alone can hold together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matchmaker.matching.engine.claims import are_met, claims_of, units_of
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.pool import pool_of
from matchmaker.matching.engine.routes_milp import is_feasible
from matchmaker.matching.engine.rules import BalanceRule, Rule

ORDER = (
    "lock_not_allowed",
    "bar",
    "offer_places",
    "need_places",
    "need_minimum",
    "must_serve",
    "lock",
    "rule",
)
"""Demands are listed in this order, the likeliest to be spare first."""


def in_order(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Sort demands as they are listed."""
    return sorted(conflicts, key=lambda one: (ORDER.index(str(one[0])), *one[1:]))


class Demands:
    """Every demand of an instance that could take part in a clash.

    Locks on pairs that are not allowed are left out: each is a clash by itself.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.need_degree = np.bincount(instance.need, minlength=instance.n_needs).astype(np.int64)
        self.offer_degree = np.bincount(instance.offer, minlength=instance.n_offers).astype(
            np.int64
        )
        self._starts = np.concatenate([[0], np.cumsum(self.need_degree)])

    def listed(self) -> list[Conflict]:
        """List the demands."""
        instance = self.instance
        offers = np.flatnonzero(self.offer_degree > instance.offer_places)
        needs = np.flatnonzero(self.need_degree > instance.need_places)
        minima = np.flatnonzero(instance.need_minimum > 1)
        return [
            *self.on_pairs("bar", np.flatnonzero(instance.barred)),
            *(("offer_places", offer) for offer in offers.tolist()),
            *(("need_places", need) for need in needs.tolist()),
            *(("need_minimum", need) for need in minima.tolist()),
            *(("must_serve", need) for need in np.flatnonzero(instance.must).tolist()),
            *self.on_pairs("lock", np.flatnonzero(instance.locked)),
            *(("rule", index) for index in range(len(instance.rules))),
        ]

    def on_pairs(self, code: str, at: Ints) -> list[Conflict]:
        """Return the demand of this code on each of some listed pairs."""
        pairs = zip(self.instance.need[at].tolist(), self.instance.offer[at].tolist(), strict=True)
        return [(code, need, offer) for need, offer in pairs]

    def under(self, some: Iterable[Conflict]) -> Instance:
        """Return the instance under some of the demands only.

        Only the pairs of needs that the demands name, or that a rule could call for, stay: no
        other need has to get any.
        """
        by_code: dict[str, list[Any]] = {code: [] for code in ORDER}
        for code, *at in some:
            by_code[str(code)].append(at if len(at) == 2 else at[0])
        rules = tuple(self.instance.rules[index] for index in by_code["rule"])
        part = self._of_needs(self._named(by_code) | called_by(rules, self.instance.n_needs))
        return replace(
            part,
            barred=_marked(part, by_code["bar"]),
            locked=_marked(part, by_code["lock"]),
            must=_put(np.zeros_like(part.must), by_code["must_serve"], part.must),
            need_minimum=_put(
                np.zeros_like(part.need_minimum), by_code["need_minimum"], part.need_minimum
            ),
            need_places=_put(self.need_degree.copy(), by_code["need_places"], part.need_places),
            offer_places=_put(self.offer_degree.copy(), by_code["offer_places"], part.offer_places),
            rules=rules,
        )

    def clash(self, some: Iterable[Conflict], deadline: Deadline) -> bool:
        """Tell whether these demands alone cannot hold together.

        Raises
        ------
        TimeUp
            If the time ended before that was known.
        """
        return not fits(self.under(some), deadline)

    def _of_needs(self, wanted: Bools) -> Instance:
        """Return the instance with the pairs of some needs only."""
        if wanted.all():
            return self.instance
        needs = np.flatnonzero(wanted)
        starts, counts = self._starts[needs], self.need_degree[needs]
        ends = np.cumsum(counts)
        within = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)
        return self.instance.keep(np.repeat(starts, counts) + within)

    def _named(self, by_code: dict[str, list[Any]]) -> Bools:
        """Tell which needs demands name, shape (n_needs,)."""
        named = np.zeros(self.instance.n_needs, dtype=bool)
        for code in ("need_places", "need_minimum", "must_serve"):
            named[by_code[code]] = True
        for code in ("bar", "lock"):
            named[[need for need, _ in by_code[code]]] = True
        return named


def _put(values: Any, at: list[int], source: Any) -> Any:
    """Take some values over."""
    values[at] = source[at]
    return values


def _marked(instance: Instance, pairs: list[list[int]]) -> Bools:
    """Mark some of the listed pairs."""
    marks = np.zeros(len(instance.need), dtype=bool)
    if pairs:
        width = instance.n_offers
        codes = instance.need.astype(np.int64) * width + instance.offer
        marks[np.searchsorted(codes, [need * width + offer for need, offer in pairs])] = True
    return marks


def fits(instance: Instance, deadline: Deadline) -> bool:
    """Tell whether some choice of pairs meets all demands.

    Without rules that is a question of places and of one flow, with one simple rule of two; else
    it is a mixed-integer program over the pairs that some demand could call for.

    Raises
    ------
    TimeUp
        If the time ended before that was known.
    """
    deadline.check()
    if (instance.locked & instance.barred).any():
        return False
    if (units_of(instance)[1] > instance.need_places).any():
        return False
    rules = tuple(rule for rule in instance.rules if _binds(rule))
    if not rules:
        return are_met(claims_of(instance))
    pool = pool_of(instance, rules[0]) if len(rules) == 1 else None
    if pool is not None:
        return pool.is_met
    try:
        return is_feasible(pairs_called_for(replace(instance, rules=rules).usable()), deadline)
    except Impossible:
        return False


def clash_by_flow(instance: Instance, deadline: Deadline) -> bool:
    """Tell whether flows show that the demands clash: without the rules, or beside one of them.

    Where a mixed-integer program would be needed, they tell at once what it can take minutes to
    find out; elsewhere the routes find out by themselves.
    """
    if not instance.needs_milp:
        return bool((instance.locked & instance.barred).any())
    if not fits(replace(instance, rules=()), deadline):
        return True
    pools = (pool_of(instance, rule) for rule in instance.rules)
    return any(pool is not None and not pool.is_met for pool in pools)


def pairs_called_for(instance: Instance) -> Instance:
    """Return only the pairs of needs that some demand could call for."""
    called = instance.must | called_by(instance.rules, instance.n_needs)
    called[instance.need[instance.locked]] = True
    return instance if called.all() else instance.keep(called[instance.need])


def _binds(rule: Rule) -> bool:
    """Tell whether a rule has a bound."""
    return isinstance(rule, BalanceRule) or (rule.at_least, rule.at_most) != (None, None)


def called_by(rules: Iterable[Rule], n_needs: int) -> Bools:
    """Tell which needs a rule could call for, shape (n_needs,); a cap alone calls for none."""
    called = np.zeros(n_needs, dtype=bool)
    for rule in rules:
        for group in _served_by(rule):
            called[slice(None) if group is None else list(group)] = True
    return called


def _served_by(rule: Rule) -> list[Sequence[int] | None]:
    """Return the groups of needs that meet a rule by being served; None is all needs."""
    if isinstance(rule, BalanceRule):
        return [rule.a, rule.b]
    groups = [rule.needs] if rule.at_least is not None else []
    if rule.share_of is not None and rule.at_most is not None:
        groups.append(rule.share_of.needs)
    return groups
