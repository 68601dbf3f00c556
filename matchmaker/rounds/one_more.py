"""The stored input of a round solved for one pair more, all that stands held; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from matchmaker.matching.clashes import InfeasibleRound
from matchmaker.matching.explain import SMALLEST, Standing, explain_pairs
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.result import ProposedPair
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem, solve_problem
from matchmaker.rounds.free import Pair, Places

SIDES = ("need", "offer")


def problem_for(
    snapshot: Snapshot, settings: Settings, wanted: tuple[str, str], room: Places
) -> Problem:
    """Return the stored round with one place more for one need or offer, and what stands locked.

    Where no rule counts over several pairs, the rest of its side is left out: what stands there
    takes nothing but places across, and those are counted as taken.
    """
    side, key = wanted
    at = SIDES.index(side)
    standing = set(room.standing)
    if not (settings.rules or settings.balances):
        standing = {pair for pair in standing if pair[at] == key}
        kept: dict[str, Any] = {
            f"{side}s": tuple(one for one in getattr(snapshot, f"{side}s") if one.key == key)
        }
        snapshot = replace(snapshot, **kept)
    free = [room.others, room.others]
    free[at] = {key: 1}
    free = [_capped(free[k], caps, room, k) for k, caps in enumerate(_caps(settings))]
    snapshot = replace(
        snapshot,
        needs=_with_places(snapshot.needs, standing, 0, free[0]),
        offers=_with_places(snapshot.offers, standing, 1, free[1]),
    )
    return prepare(snapshot, _for_one_more(settings, snapshot, standing, room.used))


def best(problem: Problem) -> tuple[str, Pair | None]:
    """Return the pair that comes to those that stand; without one: 'rules' or 'none'."""
    try:
        pairs = solve_problem(problem).pairs
    except InfeasibleRound:
        return "rules", None
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    chosen = {(needs[row], offers[column]) for row, column in pairs.tolist()}
    new = sorted(chosen - set(problem.settings.locked))
    return ("found", new[0]) if new else ("none", None)


def without(problem: Problem, pair: Pair) -> Problem:
    """Return the problem with one pair ruled out."""
    barred = (*problem.settings.barred, pair)
    return replace(problem, settings=replace(problem.settings, barred=barred))


def bare(settings: Settings) -> Settings:
    """Return the settings without what names single needs and offers."""
    none: dict[str, Any] = dict.fromkeys(
        ("locked", "barred", "keep", "tied", "must_serve", "rules", "balances"), ()
    )
    return replace(settings, **none, need_places={}, offer_places={})


def is_good_enough(settings: Settings, score: float) -> bool:
    """Tell whether a pair of this score may be proposed."""
    return score >= max(settings.minimum_score, SMALLEST)


def explained(snapshot: Snapshot, settings: Settings, pair: Pair) -> ProposedPair:
    """Return a pair with its explanation: ranks among all that each side could have got."""
    row = replace(snapshot, needs=tuple(one for one in snapshot.needs if one.key == pair[0]))
    column = replace(snapshot, offers=tuple(one for one in snapshot.offers if one.key == pair[1]))
    of_need, of_offer = (_alone(prepare(part, bare(settings)), pair) for part in (row, column))
    return replace(
        of_need,
        need_rank=of_offer.need_rank,
        needs_allowed=of_offer.needs_allowed,
        runner_up_need=of_offer.runner_up_need,
    )


def _alone(problem: Problem, pair: Pair) -> ProposedPair:
    at = np.array([problem.pair(pair)], dtype=np.int64)
    standing = Standing.of(problem.arrays, problem.scores, at)
    return explain_pairs(standing, problem.settings, at, {})[0]


def _caps(settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
    return settings.need_places, settings.offer_places


def _capped(free: dict[str, int], caps: dict[str, int], room: Places, at: int) -> dict[str, int]:
    """Return the free places, no more than the settings of the round leave beside what stands."""
    held = Counter(pair[at] for pair in room.standing)
    left = {key: max(places - held[key], 0) for key, places in caps.items()}
    return {key: min(places, left.get(key, places)) for key, places in free.items()}


def _with_places(
    records: tuple[Any, ...], standing: set[Pair], at: int, room: dict[str, int]
) -> tuple[Any, ...]:
    """Return the records with the places that stand and those that are free; no least number."""
    held = Counter(pair[at] for pair in standing)
    more = {"minimum": 0} if at == 0 else {}
    return tuple(
        replace(one, places=held[one.key] + room.get(one.key, 0), **more) for one in records
    )


def _for_one_more(
    settings: Settings, snapshot: Snapshot, standing: set[Pair], used: Iterable[Pair]
) -> Settings:
    """Return the settings for one pair more: caps and even-handedness bind it; floors and promises
    are demands on a whole round."""
    needs, offers = ({one.key for one in side} for side in (snapshot.needs, snapshot.offers))

    def inside(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
        return tuple(sorted(p for p in set(pairs) if p[0] in needs and p[1] in offers))

    return replace(
        settings,
        locked=inside(standing),
        barred=inside({*settings.barred, *used} - standing),
        keep=inside(settings.keep),
        tied=inside(settings.tied),
        must_serve=(),
        need_places={},
        offer_places={},
        rules=tuple(
            replace(rule, at_least=None) for rule in settings.rules if rule.at_most is not None
        ),
    )
