"""How much a result hangs on weights nobody can be sure of, and on what nobody stated."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import sqrt
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from matchmaker.matching import canonical
from matchmaker.matching.recombining import DRAWN, Facts, PartTable, Weights
from matchmaker.matching.solving import Problem, solve_problem
from matchmaker.matching.whatif import Chosen

Array = NDArray[Any]
Progress = Callable[[int, int], None]

DRAWS = 100
CONCENTRATION = 50.0
"""A weight of .30 then moves by .064 (standard deviation), one of .50 by .070."""
N_INSTEAD = 3
_WILSON = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True)
class Share:
    """In how many draws something held, with the sampling error of that."""

    times: int
    share: float
    low: float
    high: float
    """Wilson's interval of the share, 95 %."""

    @classmethod
    def of(cls, times: int, draws: int) -> "Share":
        """Return the share of so many times in so many draws.

        References
        ----------
        .. E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
           J. Am. Stat. Assoc. 22(158), 1927. doi:10.1080/01621459.1927.10502953

        Examples
        --------
        >>> Share.of(90, 100)
        Share(times=90, share=0.9, low=0.8256, high=0.9448)
        """
        share, z2 = times / draws, _WILSON**2 / draws
        middle = (share + z2 / 2) / (1 + z2)
        half = _WILSON / (1 + z2) * sqrt(share * (1 - share) / draws + z2 / (4 * draws))
        low, high = max(0.0, middle - half), min(1.0, middle + half)
        return cls(times, round(share, 4), round(low, 4), round(high, 4))


@dataclass(frozen=True)
class Instead:
    """What a need got in draws that did not keep its pair."""

    offer: str | None
    """None: nothing in its place."""
    share: float


@dataclass(frozen=True)
class PairStability:
    """How often a proposed pair was kept."""

    need: str
    offer: str
    kept: Share
    instead: tuple[Instead, ...]
    """What the need got most often in the other draws, at most three."""


@dataclass(frozen=True)
class NeedStability:
    """How often a need without a pair was served."""

    need: str
    served: Share
    by: tuple[Instead, ...]


@dataclass(frozen=True)
class Stability:
    """What became of a result under drawn weights and facts."""

    draws: int
    seed: int
    concentration: float | None
    unknowns: bool
    """Whether what is not known was drawn as well."""
    pairs: tuple[PairStability, ...]
    unmatched: tuple[NeedStability, ...]
    all_kept: Share
    """Draws that gave every proposed pair."""
    unproven: int
    """Draws whose result a time limit left unproven; not the same again."""
    seconds: float = field(compare=False)

    def to_json(self) -> str:
        """Return canonical JSON, without the time it took."""
        told = {name: value for name, value in vars(self).items() if name != "seconds"}
        return canonical.dumps(told)


def stability(
    problem: Problem,
    before: Chosen,
    draws: int = DRAWS,
    concentration: float | None = CONCENTRATION,
    unknowns: bool = True,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Solve a round under weights and facts drawn at random; count what stays.

    Parameters
    ----------
    problem : Problem
    before : Assignment or Solution
        The result whose pairs are followed.
    draws : int
        How often, at least 1.
    concentration : float or None
        Weights of the criteria, in each category, and of the parts, in each criterion, are drawn
        from a Dirichlet distribution with this many times the set weights as parameters: their
        mean is what is set, their variance w (1 - w) / (concentration + 1). A weight of 0 stays 0.
        None leaves the weights as they are.
    unknowns : bool
        Draw what is not known, uniformly from the whole interval of the part. What one side left
        open is the same for all its pairs within a draw.
    seed : int, optional
        That of the settings if left out. The same seed gives the same draws; the k-th does not
        depend on how many follow.
    progress : callable (done, draws), optional
        May raise to stop.

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        If `draws` or `concentration` is out of range, or pairs of the round were left out because
        it is large (`pipeline.prepare`).

    Notes
    -----
    Conditions, places, pins, rules, policy and least score stay; parts are computed once and only
    weighed again for each draw. The share of draws that keep a pair is an estimate: it comes with
    its 95 % interval. It tells how much the proposal hangs on the weights chosen, not how good it
    is.
    """
    if isinstance(draws, bool) or draws < 1:
        raise ValueError(f"draws must be at least 1: {draws!r}")
    if concentration is not None and not 0 < concentration < np.inf:
        raise ValueError(f"concentration must be above 0: {concentration!r}")
    problem.check_whole()
    began = perf_counter()
    seed = problem.settings.seed if seed is None else seed
    rows = np.repeat(np.arange(problem.scores.shape[0]), np.diff(problem.scores.indptr))
    columns = problem.scores.indices
    table = PartTable.of(problem.arrays, problem.settings, rows, columns, unknowns)
    tally = _Tally(problem, before)
    for draw in range(draws):
        source = _Source(seed, draw)
        weights, parts = _drawn_weights(problem, concentration, source)
        facts = _drawn_facts(problem, source) if unknowns else None
        scores = problem.scores.copy()
        scores.data = table.scores(weights, parts, facts)
        tally.count(solve_problem(replace(problem, scores=scores)))
        if progress is not None:
            progress(draw + 1, draws)
    return Stability(
        draws=draws,
        seed=seed,
        concentration=concentration,
        unknowns=unknowns,
        pairs=tally.pairs(draws),
        unmatched=tally.unmatched(draws),
        all_kept=Share.of(tally.all_kept, draws),
        unproven=tally.unproven,
        seconds=perf_counter() - began,
    )


class _Source:
    """Uniform numbers of one draw, from raw bits whose stream is fixed for good.

    `numpy.random.Generator` may change what its methods make of the bits between versions; the bits
    themselves (PCG64, seeded through SeedSequence) are guaranteed (NEP 19).
    """

    def __init__(self, seed: int, draw: int) -> None:
        self.bits = np.random.PCG64(np.random.SeedSequence([seed % 2**64, draw]))

    def uniform(self, *shape: int) -> Array:
        """Return numbers in [0, 1)."""
        raw = self.bits.random_raw(int(np.prod(shape)))
        return (np.asarray(raw, dtype=np.uint64) >> np.uint64(11)).reshape(shape) * 2.0**-53

    def dirichlet(self, mean: dict[str, float], concentration: float) -> dict[str, float]:
        """Return weights that sum to 1, drawn around their mean."""
        # in the order of the names, for equal settings may hold them in another
        names = sorted(mean)
        centre = np.array([mean[name] for name in names])
        sizes = concentration * centre
        drawn = np.where(sizes > 0, gammaincinv(np.maximum(sizes, 1e-300), self._inner(names)), 0)
        whole = drawn.sum()
        if not whole > 0:
            return dict(mean)
        return dict(zip(names, (drawn / whole).tolist(), strict=True))

    def _inner(self, names: list[str]) -> Array:
        """Return numbers above 0 and below 1, one for each name."""
        return self.uniform(len(names)) + 2.0**-54


def _drawn_weights(
    problem: Problem, concentration: float | None, source: _Source
) -> tuple[Weights, Weights]:
    """Return the weights of the criteria and of the parts for one draw."""
    settings = problem.settings
    if concentration is None:
        return settings.weights, settings.parts
    tables = []
    for table in (settings.weights, settings.parts):
        tables.append({k: source.dirichlet(table[k], concentration) for k in sorted(table)})
    return tables[0], tables[1]


def _drawn_facts(problem: Problem, source: _Source) -> Facts:
    n_needs, n_offers = problem.scores.shape
    return Facts(source.uniform(len(DRAWN), n_needs), source.uniform(len(DRAWN), n_offers))


class _Tally:
    """Counts over the draws what became of each pair and of each need without one."""

    def __init__(self, problem: Problem, before: Chosen) -> None:
        self.problem = problem
        self.proposed = [(row, column) for row, column in before.pairs.tolist()]
        served = {row for row, _ in self.proposed}
        self.left = [row for row in range(problem.scores.shape[0]) if row not in served]
        self.kept: Counter[tuple[int, int]] = Counter()
        self.own: dict[int, set[int]] = {row: set() for row in served}
        for row, column in self.proposed:
            self.own[row].add(column)
        self.others: dict[tuple[int, int], Counter[int]] = {p: Counter() for p in self.proposed}
        self.offers: dict[int, Counter[int]] = {row: Counter() for row in self.left}
        self.served: Counter[int] = Counter()
        self.all_kept = 0
        self.unproven = 0

    def count(self, result: Chosen) -> None:
        """Take the result of one draw in."""
        of_need: dict[int, list[int]] = {}
        for row, column in result.pairs.tolist():
            of_need.setdefault(row, []).append(column)
        lost = 0
        for pair in self.proposed:
            got = of_need.get(pair[0], [])
            if pair[1] in got:
                self.kept[pair] += 1
            else:
                lost += 1
                self.others[pair].update([c for c in got if c not in self.own[pair[0]]] or [-1])
        for row in self.left:
            self.served[row] += row in of_need
            self.offers[row].update(of_need.get(row, []))
        self.all_kept += not lost
        self.unproven += not result.optimal

    def pairs(self, draws: int) -> tuple[PairStability, ...]:
        """Return how often each proposed pair was kept."""
        needs, offers = self.problem.arrays.needs.keys, self.problem.arrays.offers.keys
        return tuple(
            PairStability(
                needs[row],
                offers[column],
                Share.of(self.kept[row, column], draws),
                self._instead(self.others[row, column], draws),
            )
            for row, column in self.proposed
        )

    def unmatched(self, draws: int) -> tuple[NeedStability, ...]:
        """Return how often each need without a pair was served."""
        needs = self.problem.arrays.needs.keys
        return tuple(
            NeedStability(
                needs[row],
                Share.of(self.served[row], draws),
                self._instead(self.offers[row], draws),
            )
            for row in self.left
        )

    def _instead(self, counts: Counter[int], draws: int) -> tuple[Instead, ...]:
        """Return the most frequent offers, by key where they are even."""
        offers = self.problem.arrays.offers.keys
        order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:N_INSTEAD]
        return tuple(
            Instead(None if column < 0 else offers[column], round(times / draws, 4))
            for column, times in order
        )
