"""Which demands clash even where pairs may be chosen in part: a linear program and its duals."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from matchmaker.matching.engine.claims import units_of
from matchmaker.matching.engine.demands import Demands, called_by
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Ints
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.rules import BalanceRule, GroupRule, Rule, as_fraction

SMALLEST_DUAL = 1e-7
Label = tuple[Conflict, ...]
Terms = tuple[Ints, NDArray[np.float64]]
"""Variables and what each counts."""


def support(demands: Demands, deadline: Deadline) -> list[Conflict] | None:
    """Return demands that clash by a linear program, or None where it finds no clash.

    Notes
    -----
    Each demand is a row that may be broken at a price of 1 a unit. Where the least price is
    above 0, the rows with a dual value other than 0 cannot hold together: the duals are the
    proof of Farkas' lemma, and only these rows take part in it (the sensitivity filter of [1]_).
    Rows that are no demand (a pair is chosen once, a member counts once) are never broken. The
    doubles of the program prove nothing: whoever asks checks the answer.

    References
    ----------
    .. [1] J. W. Chinneck and E. W. Dravnieks, "Locating minimal infeasible constraint sets
       in linear programs", ORSA J. Comput. 3(2), 1991. doi:10.1287/ijoc.3.2.157
    """
    deadline.check()
    program = _Program(demands)
    duals = program.duals(deadline)
    if duals is None:
        return None
    named = {one for row in np.flatnonzero(duals).tolist() for one in program.labels[row]}
    return [one for one in demands.listed() if one in named]


class _Program:
    """All demands as rows over fractions of pairs, and flags for members that count once."""

    def __init__(self, demands: Demands) -> None:
        whole = demands.instance
        self.forced = units_of(whole)[1]
        wanted = (self.forced > 0) | called_by(whole.rules, whole.n_needs)
        self.demands = Demands(whole.keep(wanted[whole.need]))
        self.instance = self.demands.instance
        self.listed = {
            "need_places": demands.need_degree > whole.need_places,
            "offer_places": demands.offer_degree > whole.offer_places,
        }
        self.n_columns = len(self.instance.need)
        self.cells: list[tuple[Ints, Ints, NDArray[np.float64]]] = []
        self.most: list[float] = []
        self.labels: list[Label] = []
        self._add_pairs()
        self._add_places()
        self._add_claims()
        for index, rule in enumerate(whole.rules):
            self._add_rule(("rule", index), rule)

    def duals(self, deadline: Deadline) -> NDArray[np.float64] | None:
        """Return the duals of the rows, small ones 0; None where the rows can hold together."""
        n_rows, n = len(self.most), self.n_columns
        slack = np.flatnonzero(np.array([bool(label) for label in self.labels], dtype=bool))
        if not len(slack):
            return None
        ends = n + np.arange(len(slack))
        row, column, value = (np.concatenate(part) for part in zip(*self.cells, strict=True))
        matrix = sp.csr_array(
            (
                np.concatenate([value, -np.ones(len(slack))]),
                (np.concatenate([row, slack]), np.concatenate([column, ends])),
            ),
            shape=(n_rows, n + len(slack)),
        )
        bounds = np.zeros((n + len(slack), 2))
        bounds[:n, 1], bounds[n:, 1] = 1.0, np.inf
        result = linprog(
            np.concatenate([np.zeros(n), np.ones(len(slack))]),
            A_ub=matrix,
            b_ub=np.array(self.most),
            bounds=bounds,
            method="highs",
            options={} if deadline.left is None else {"time_limit": max(deadline.left, 1e-3)},
        )
        deadline.check()
        if result.status != 0 or result.fun <= SMALLEST_DUAL:
            return None
        found = np.asarray(result.ineqlin.marginals, dtype=float)
        return np.where(np.abs(found) > SMALLEST_DUAL, found, 0.0)

    def _row(self, label: Label, terms: Sequence[Terms], most: float) -> None:
        """Add a row: the terms sum to no more than `most`."""
        columns = np.concatenate([part[0] for part in terms])
        values = np.concatenate([part[1] for part in terms])
        self.cells.append((np.full(len(columns), len(self.most)), columns, values))
        self.most.append(float(most))
        self.labels.append(label)

    def _rows(self, labels: list[Label], rank: Ints, terms: Terms, most: Any) -> None:
        """Add several rows at once: `rank` is the row of each term, counted from 0."""
        self.cells.append((rank + len(self.most), *terms))
        self.most.extend(np.broadcast_to(most, len(labels)).astype(float).tolist())
        self.labels.extend(labels)

    def _flags(self, count: int) -> Ints:
        """Add variables between 0 and 1."""
        self.n_columns += count
        return np.arange(self.n_columns - count, self.n_columns)

    def _add_pairs(self) -> None:
        """A locked pair is chosen, a barred one is not."""
        for code, marks, sign in (
            ("lock", self.instance.locked, -1.0),
            ("bar", self.instance.barred, 1.0),
        ):
            at = np.flatnonzero(marks)
            labels: list[Label] = [(one,) for one in self.demands.on_pairs(code, at)]
            self._rows(labels, np.arange(len(at)), (at, np.full(len(at), sign)), min(sign, 0.0))

    def _add_places(self) -> None:
        """No need and no offer takes more than its places."""
        for code, side, places in self._sides():
            at = np.flatnonzero(self.listed[code][side])
            members, rank = np.unique(side[at], return_inverse=True)
            labels: list[Label] = [((code, member),) for member in members.tolist()]
            self._rows(labels, rank, (at, np.ones(len(at))), places[members])

    def _sides(self) -> tuple[tuple[str, Ints, Ints], ...]:
        """Return for needs and offers the code, the member of each pair, and the places."""
        instance = self.instance
        return (
            ("need_places", instance.need, instance.need_places),
            ("offer_places", instance.offer, instance.offer_places),
        )

    def _add_claims(self) -> None:
        """A need that must get something gets its least number of offers."""
        instance = self.instance
        minima = (self.forced > 0) & (instance.need_minimum > 1)
        least = np.where(minima, instance.need_minimum, 1)
        at = np.flatnonzero((instance.must | minima)[instance.need])
        members, rank = np.unique(instance.need[at], return_inverse=True)
        labels = [self._call(need, bool(minima[need])) for need in members.tolist()]
        self._rows(labels, rank, (at, -np.ones(len(at))), -least[members])

    def _call(self, need: int, minimum: bool) -> Label:
        """Return the demands by which a need must get something."""
        instance = self.instance
        call: Conflict = ("must_serve", need)
        if not instance.must[need]:
            at = np.flatnonzero(instance.locked & (instance.need == need))
            call = self.demands.on_pairs("lock", at[:1])[0]
        return (call, ("need_minimum", need)) if minimum else (call,)

    def _add_rule(self, name: Conflict, rule: Rule) -> None:
        """Add the bounds of a rule."""
        if isinstance(rule, BalanceRule):
            self._add_balance(name, rule)
            return
        counted = self._count(rule)
        whole = None if rule.share_of is None else self._count(rule.share_of)
        for bound, sign in ((rule.at_least, -1.0), (rule.at_most, 1.0)):
            if bound is None:
                continue
            if whole is None:
                self._row((name,), [_times(counted, sign)], sign * bound)
            else:
                share = as_fraction(bound)
                terms = [
                    _times(counted, sign * share.denominator),
                    _times(whole, -sign * share.numerator),
                ]
                self._row((name,), terms, 0.0)

    def _add_balance(self, name: Conflict, rule: BalanceRule) -> None:
        """Bound the difference of the needs served in two groups."""
        if rule.as_share and not (len(rule.a) and len(rule.b)):
            return
        sizes = (len(rule.a), len(rule.b)) if rule.as_share else (1, 1)
        a, b = (self._count(GroupRule(needs=part, count="needs")) for part in (rule.a, rule.b))
        most = float(as_fraction(rule.at_most_difference))
        for sign in (1.0, -1.0):
            terms = [_times(a, sign / sizes[0]), _times(b, -sign / sizes[1])]
            self._row((name,), terms, most - sign * rule.ahead)

    def _count(self, rule: GroupRule) -> Terms:
        """Return the terms that count what a rule counts; flags for members of several pairs."""
        inside = np.ones(self.instance.need.shape, dtype=bool)
        for group, side in ((rule.needs, self.instance.need), (rule.offers, self.instance.offer)):
            if group is not None:
                inside &= np.isin(side, np.array(group, dtype=np.int64))
        at = np.flatnonzero(inside)
        if rule.count == "pairs":
            return at, np.ones(len(at))
        code, side, places = self._sides()[0 if rule.count == "needs" else 1]
        members, rank = np.unique(side[at], return_inverse=True)
        flag, ones, n = self._flags(len(members)), np.ones(len(at)), len(members)
        free: list[Label] = [()] * n
        both = np.concatenate([rank, np.arange(n)])
        columns = np.concatenate([at, flag])
        self._rows(free, both, (columns, np.concatenate([-ones, np.ones(n)])), 0.0)
        inner = np.bincount(rank, minlength=n)
        self._rows(free, both, (columns, np.concatenate([ones, -1.0 * inner])), 0.0)
        labels: list[Label] = [
            ((code, member),) if self.listed[code][member] else () for member in members.tolist()
        ]
        limit = np.where(self.listed[code][members], places[members], inner)
        self._rows(labels, both, (columns, np.concatenate([ones, -1.0 * limit])), 0.0)
        self._force(rule, at, rank, members, flag)
        return flag, np.ones(n)

    def _force(self, rule: GroupRule, at: Ints, rank: Ints, members: Ints, flag: Ints) -> None:
        """A member with a locked pair counts; so does a need to be served by these offers only."""
        instance = self.instance
        own = np.flatnonzero(instance.locked[at])
        columns = np.concatenate([at[own], flag[rank[own]]])
        signs = np.repeat([1.0, -1.0], len(own))
        self._rows([()] * len(own), np.tile(np.arange(len(own)), 2), (columns, signs), 0.0)
        if rule.count != "needs":
            return
        all_in = np.bincount(rank, minlength=len(members)) == self.demands.need_degree[members]
        sure = np.flatnonzero(all_in & instance.must[members])
        labels: list[Label] = [(("must_serve", need),) for need in members[sure].tolist()]
        self._rows(labels, np.arange(len(sure)), (flag[sure], -np.ones(len(sure))), -1.0)


def _times(terms: Terms, factor: float) -> Terms:
    """Return terms times a factor."""
    return terms[0], terms[1] * factor
