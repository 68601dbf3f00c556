"""Offers wanted: which kind of offer, not made yet, would help most, by how much, and whom."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching import canonical
from matchmaker.matching.assignment import Assignment
from matchmaker.matching.candidates import RULES, barred_by
from matchmaker.matching.change import Change
from matchmaker.matching.explain import SMALLEST
from matchmaker.matching.kinds import (
    Kind,
    key_of,
    kinds_for,
    with_supposed_offers,
    without_region,
)
from matchmaker.matching.large.cut import WHOLE
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.scarce import PlacePrice, Sum, place_prices_of, sums_of
from matchmaker.matching.solving import Problem, solve_problem
from matchmaker.matching.whatif import Chosen, Difference, what_if
from matchmaker.vocabulary import Policy

Array = NDArray[Any]
Progress = Callable[[int, int], None]

MOST = 8
SOLVED = 120
N_REGIONS = 3


@dataclass(frozen=True)
class Gain:
    """What some offers of a kind would change."""

    places: int
    """Places of that kind that would be used."""
    served: int
    """Needs served more (negative: fewer)."""
    worst: float
    """By how much the worst-off served need would score higher."""
    total: float
    newly_served: tuple[str, ...]
    better: tuple[str, ...]
    """Needs served before that would get another offer, or one more."""
    left_without: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """What it would add if the helpers knew a region."""

    country: str
    region: str
    total: float
    """Gain of as many such offers as could be used, less that of the kind without."""


@dataclass(frozen=True)
class Wanted:
    """One kind of offer worth calling for."""

    kind: Kind
    """Names a region only where that is what it takes to reach a need at all."""
    reach: int
    """Unmatched needs that such an offer could serve by itself."""
    one: Gain
    """One such offer, with one place."""
    all: Gain
    """As many as could be used, and no other kind."""
    further: Gain
    """As many as could be used, once those of the kinds before it in the list have come."""
    knowing: tuple[Knowledge, ...]
    """The regions of most of the needs newly served, at most three; the greatest gain first."""


@dataclass(frozen=True)
class OutOfReach:
    """An unmatched need that no offer of any kind looked at could serve itself."""

    need: str
    reason: str
    """The first hard rule that bars the offer made for it, else 'no_place', 'minimum_not_met',
    'below_minimum' or 'held_by_rule'."""


@dataclass(frozen=True)
class OffersWanted:
    """The call for offers of a round, with keys: for coordinators only."""

    wanted: tuple[Wanted, ...]
    """The kind that helps most first, then what helps most beside it, and so on."""
    kinds: int
    """How many kinds were looked at."""
    solved: int
    """How many times one was weighed by solving the round with it."""
    proven: bool
    """No kind looked at, in its place in the list, would have helped more."""
    out_of_reach: tuple[OutOfReach, ...]
    offers: tuple[PlacePrice, ...]
    needs: tuple[PlacePrice, ...]
    """Prices of the places there are, where they are not 0; empty where the route has none."""
    sums: tuple[Sum, ...]
    """Gains of one more place of each scarce offer, summed by what it brings; greatest first."""
    seconds: float = field(compare=False)

    def to_json(self) -> str:
        """Return canonical JSON, without the time it took."""
        return canonical.dumps({k: v for k, v in vars(self).items() if k != "seconds"})


def offers_wanted(
    problem: Problem,
    before: Chosen | None = None,
    most: int = MOST,
    solved: int = SOLVED,
    progress: Progress | None = None,
) -> OffersWanted:
    """Find the kinds of offers that would help a round most.

    Parameters
    ----------
    problem : Problem
    before : Assignment or Solution, optional
        Its result; solved here where left out.
    most : int
        Length of the list.
    solved : int
        How many times to weigh a kind by solving, at most; what stands in the list is weighed a few
        times more.
    progress : callable (kinds weighed, greatest number), optional
        May raise to stop.

    Returns
    -------
    OffersWanted

    Raises
    ------
    InfeasibleRound
        If `before` is left out and the demands of the round clash.
    ValueError
        If pairs of the round, or of the round with an offer of each kind, were left out because
        it is large (`pipeline.prepare`).

    Notes
    -----
    The kinds come from the needs without an offer: category, activity, topic group, working
    language, knowledge of the region or none (`kinds.kinds_for`); in a round that would be too
    large with them (`large.cut.WHOLE`), none with a region. An offer of each kind is put into
    the round, judged and scored like any other, first without a place. Every gain told is the exact
    difference to the round solved with the places given (`whatif.what_if`).

    Where only places bind and the total counts, the search is exact as well. One unit of the
    kind's places, given to need i, adds w_i - p_i, with w_i the score and p_i what the round loses
    if one place of the need leaves. The best total as a function of the offers present is
    submodular [1]_ [2]_, so the sum of all w_i - p_i above 0 bounds what any number of places can
    add, and no kind gains by others having come before: kinds whose bound is below an exact gain
    need not be solved (lazy greedy [3]_). Elsewhere those kinds are weighed that reach most
    unmatched needs, and nothing is proven of the order.

    References
    ----------
    .. [1] L. S. Shapley, "Complements and substitutes in the optimal assignment problem", Naval
       Res. Logist. Q. 9, 1962. doi:10.1002/nav.3800090106
    .. [2] K. Murota, "Discrete Convex Analysis", SIAM, 2003, section 9.6 (flows in networks).
       doi:10.1137/1.9780898718508
    .. [3] M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions",
       Optimization Techniques, LNCIS 7, 1978. doi:10.1007/BFb0006528
    """
    problem.check_whole()
    began = perf_counter()
    base = solve_problem(problem) if before is None else before
    served = set(base.pairs[:, 0].tolist())
    needs = problem.arrays.needs.keys
    left = [row for row in range(len(needs)) if row not in served]
    kinds = kinds_for(problem.snapshot, (needs[row] for row in left))
    if len(needs) * (problem.scores.shape[1] + len(kinds)) > WHOLE:
        kinds = tuple(kind for kind in kinds if not kind.country)
    supposed = prepare(with_supposed_offers(problem.snapshot, kinds), problem.settings)
    supposed.check_whole()
    search = _Search(problem, supposed, base, left, kinds, solved, progress)
    wanted = search.best(most)
    prices = place_prices_of(problem, search.priced)
    return OffersWanted(
        wanted=wanted,
        kinds=len(kinds),
        solved=search.weighed,
        proven=search.proven,
        out_of_reach=tuple(_out_of_reach(search, row) for row in search.unreached),
        offers=prices[1],
        needs=prices[0],
        sums=sums_of(problem.snapshot, prices[1]),
        seconds=perf_counter() - began,
    )


class _Search:
    """Weighs kinds, the most promising first."""

    def __init__(
        self,
        problem: Problem,
        supposed: Problem,
        base: Chosen,
        left: list[int],
        kinds: tuple[Kind, ...],
        most_solved: int,
        progress: Progress | None,
    ) -> None:
        self.problem, self.supposed, self.base, self.kinds = problem, supposed, base, kinds
        self.place = {kind: at for at, kind in enumerate(kinds)}
        self.left, self.most_solved, self.progress = left, most_solved, progress
        self.weighed = 0
        self.priced = base if isinstance(base, Assignment) else solve_problem(problem)
        self.exact = self._is_submodular()
        self.scores = supposed.scores[:, len(problem.arrays.offers.keys) :].toarray()
        self.least = max(problem.settings.minimum_score, SMALLEST)
        self.usable = (self.scores >= self.least) & (problem.arrays.needs.places > 0)[:, None]
        self.reach = self.usable[left].sum(axis=0)
        self.listed = self._listed()
        self.proven = True

    def _listed(self) -> list[int]:
        """Return the kinds to weigh: with a region only where it reaches more needs for that.

        To know a region never lowers a score, so that the other kinds with one would always stand
        above those without, though most of what they bring comes without it.
        """
        plain = {kind: k for k, kind in enumerate(self.kinds) if not kind.country}
        return [
            k
            for k, kind in enumerate(self.kinds)
            if self.reach[k]
            and (not kind.country or self.reach[k] > self.reach[plain[without_region(kind)]])
        ]

    def _is_submodular(self) -> bool:
        """Tell whether the prices of the needs' places bound what offers of a kind can add.

        A need that must be served would do with a supposed offer, so the price of its last place
        says nothing; a bonus is no part of the total.
        """
        settings = self.problem.settings
        other = settings.must_serve or settings.limits or settings.preferred
        return not other and self.priced.need_prices is not None

    @property
    def unreached(self) -> list[int]:
        """Rows of the unmatched needs that no kind could serve."""
        return [
            row for row in self.left if not self.usable[row].any() or self.wants_more_helpers(row)
        ]

    def wants_more_helpers(self, row: int) -> bool:
        """Tell whether a need asks for more helpers than there would be with one more offer."""
        need, scores = self.problem.snapshot.needs[row], self.problem.scores
        own = scores.data[scores.indptr[row] : scores.indptr[row + 1]]
        return need.minimum > min(need.places, int((own >= self.least).sum()) + 1)

    def _queue(self) -> list[tuple[tuple[float, ...], int, int]]:
        """Return (what a kind may gain, negated; kind; stage at which that was weighed)."""
        prices = self.priced.need_prices
        if self.exact and prices is not None:
            gains = np.where(self.usable, self.scores - prices[:, :1], 0.0)
            most = np.maximum(gains, 0.0).sum(axis=0)
            return [((-float(most[k]),), k, -1) for k in self.listed if most[k] > 0]
        sums = np.where(self.usable, self.scores, 0.0)[self.left].sum(axis=0)
        first = sorted(self.listed, key=lambda k: (-self.reach[k], -sums[k], k))
        # what they may gain is not known, so that half of the effort goes into weighing each once
        self.proven = False
        return [((-np.inf,), k, -1) for k in first[: max(1, self.most_solved // 2)]]

    def best(self, most: int) -> tuple[Wanted, ...]:
        """Return the kinds that help most, each beside those before it."""
        queue = self._queue()
        heapq.heapify(queue)
        problem, base = self.supposed, self.base
        found: list[Wanted] = []
        latest: dict[int, Difference] = {}
        while queue and len(found) < most:
            _, k, stage = heapq.heappop(queue)
            if stage == len(found):
                step = latest[k]
                if self._rank(step)[0] <= 0 or step.solution is None:
                    break
                found.append(self._wanted(k, step, first=not found))
                problem, base = step.problem, step.solution
                latest.clear()
            elif self._may_solve():
                latest[k] = self._with(problem, base, k, self._enough(k))
                rank = tuple(-part for part in self._rank(latest[k]))
                heapq.heappush(queue, (rank, k, len(found)))
        return tuple(found)

    def _may_solve(self) -> bool:
        """Count one more solution; refuse where there have been enough."""
        if self.weighed >= self.most_solved:
            self.proven = False
            return False
        self.weighed += 1
        if self.progress is not None:
            self.progress(self.weighed, self.most_solved)
        return True

    def _enough(self, k: int) -> int:
        """Return a number of places that leaves no need waiting for one."""
        return max(1, int(self.usable[:, k].sum()))

    def _with(self, problem: Problem, base: Chosen, k: int, places: int) -> Difference:
        return what_if(problem, base, Change(offer_places={key_of(k): places}))

    def _rank(self, step: Difference) -> tuple[float, ...]:
        """Return what a step gains, in the order the policy compares."""
        if step.price is None:
            return (0.0,)
        served, _, total = step.price
        only_total = self.problem.settings.policy == Policy.TOTAL
        return (-total,) if only_total else (-served, -total)

    def _wanted(self, k: int, further: Difference, first: bool) -> Wanted:
        alone = further if first else self._with(self.supposed, self.base, k, self._enough(k))
        one = self._with(self.supposed, self.base, k, 1)
        return Wanted(
            kind=self.kinds[k],
            reach=int(self.reach[k]),
            one=self._gain(k, one),
            all=self._gain(k, alone),
            further=self._gain(k, further),
            knowing=self._knowing(k, alone),
        )

    def _knowing(self, k: int, alone: Difference) -> tuple[Knowledge, ...]:
        """Weigh the kind with knowledge of the regions where most needs would be newly served."""
        towns = {town.key: town for town in self.problem.snapshot.towns}
        needs = self.problem.snapshot.needs
        homes = [towns[needs[self.problem.rows[key]].town] for key in alone.newly_served]
        counts = Counter((home.country, home.region) for home in homes)
        place = self.place
        found: list[Knowledge] = []
        for (country, region), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            at = place.get(replace(self.kinds[k], country=country, region=region), k)
            if at != k and len(found) < N_REGIONS:
                step = self._with(self.supposed, self.base, at, self._enough(at))
                if alone.price is not None and step.price is not None:
                    total = round(alone.price[2] - step.price[2], 9)
                    found.append(Knowledge(country, region, total))
        return tuple(sorted(found, key=lambda one: (-one.total, one.country, one.region)))

    def _gain(self, k: int, step: Difference) -> Gain:
        assert step.price is not None and step.solution is not None
        served, worst, total = step.price
        column = self.supposed.columns[key_of(k)]
        changed = {pair.need for pair in step.came}
        return Gain(
            places=int((step.solution.pairs[:, 1] == column).sum()),
            served=-served,
            worst=0 - worst,
            total=0 - total,
            newly_served=step.newly_served,
            better=tuple(sorted(changed - set(step.newly_served))),
            left_without=step.left_without,
        )


def _out_of_reach(search: _Search, row: int) -> OutOfReach:
    """Say why no kind of offer could serve a need."""
    supposed, need = search.supposed, search.problem.snapshot.needs[row]
    mine = kinds_for(search.problem.snapshot, (need.key,))
    place = search.place
    columns = [supposed.columns[key_of(place[kind])] for kind in mine if kind in place]
    left = np.ones((1, supposed.scores.shape[1]), dtype=bool)
    for rule in RULES:
        left &= ~barred_by(rule, supposed.arrays, supposed.settings, np.array([row]), left)
        if not left[0, columns].any():
            return OutOfReach(need.key, rule.value)
    if need.places == 0:
        return OutOfReach(need.key, "no_place")
    short = search.wants_more_helpers(row)
    return OutOfReach(need.key, "minimum_not_met" if short else "below_minimum")
