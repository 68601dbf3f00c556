"""What each demand of a round costs: the round without it, less the round with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.scenarios import without_each
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import Problem
from matchmaker.matching.whatif import Chosen, difference


@dataclass(frozen=True)
class Demand:
    """Something that binds the choice of pairs, and may be left out."""

    kind: str
    """'rule' (balances as well), 'must_serve', 'lock', 'minimum_score', 'keep', 'tie'."""
    name: str
    """Name of the rule, key of the need, keys of the pair; empty where the kind says it all."""


@dataclass(frozen=True)
class DemandPrice:
    """What a demand costs; negative numbers are gains, of what the policy puts behind."""

    served: int
    worst: float
    total: float
    moved: int
    """Pairs that are others without it."""
    proven: bool
    """False where the time ended before the round without it was proven the best."""


def demands_of(settings: Settings) -> list[tuple[Demand, Settings]]:
    """Return each demand of some settings, with the settings without it; those that concern
    single needs and pairs last."""
    each = [(Demand(kind, name), without) for kind, name, without in without_each(settings)]
    found = [one for one in each if one[0].kind == "rule"]
    if settings.minimum_score > 0:
        found.append((Demand("minimum_score", ""), replace(settings, minimum_score=0.0)))
    if settings.keep and settings.keep_bonus > 0:
        found.append((Demand("keep", ""), replace(settings, keep=())))
    if settings.tied and settings.tie_bonus > 0:
        found.append((Demand("tie", ""), replace(settings, tied=())))
    return [*found, *(one for one in each if one[0].kind != "rule")]


def prices_within(
    problem: Problem,
    before: Chosen,
    demands: list[tuple[Demand, Settings]],
    seconds: float,
) -> Iterator[tuple[Demand, DemandPrice]]:
    """Yield demands with their prices, one by one, until the time is over.

    Parameters
    ----------
    problem : Problem
    before : Assignment or Solution
        Its result, with all demands.
    demands : list of (Demand, Settings)
        As `demands_of` returns them.
    seconds : float
        The last one that is begun in time is stopped when twice the time is over.

    Notes
    -----
    Each price is exact where `proven`. Removing a rule that leaves room in the result may still
    change it, for counts are whole numbers; so each is solved.
    """
    began = perf_counter()
    for demand, without in demands:
        left = seconds - (perf_counter() - began)
        if left <= 0:
            return
        limited = replace(without, time_limit=left + seconds)
        try:
            found = difference(problem, before, replace(problem, settings=limited))
        except TimeUp:
            return
        if found.price is None:
            continue
        served, worst, total = found.price
        # where nothing is better without it, the present pairs are among the best then too
        moved = max(len(found.came), len(found.left)) if any(found.price) else 0
        yield demand, DemandPrice(-served, 0 - worst, 0 - total, moved, found.optimal)
