"""What each demand in the settings of a round costs, and how many pairs it moves.

Each price takes a solution of its own, a second or more where rules count over many pairs. So it is
worked out when somebody asks, and what was found stays in the memory of the process.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.matching.candidates import Candidates
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.demand_prices import Demand, DemandPrice, demands_of, prices_within
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import Problem, solve_problem
from matchmaker.matching.whatif import Chosen
from matchmaker.models import Round, RoundNeed, RoundOffer
from matchmaker.rounds.settings import settings_of
from matchmaker.workbench.solved import problem_of, solved_round

SECONDS = 6.0
"""For the result itself and again for the prices; the rest is worked out when asked once more."""
SECONDS_FOR_WAYS = 3.0
LARGEST = 250_000
"""Pairs of needs and offers up to which prices are worked out while the reader waits."""
MOST_KEPT = 16
MOST_DEMANDS = 50
"""Demands whose price is told; rules come first, locks and needs to be served last."""
Prices = dict[Demand, DemandPrice]

_kept: OrderedDict[tuple[str, str, str], Prices] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Found:
    """What is known of the prices after some more were worked out."""

    prices: Mapping[Demand, DemandPrice]
    clash: dict[str, Any] | None = None
    """As `matching.clashes.told`, where the demands cannot be met together."""
    time_up: bool = False
    """The time ended before the round itself was solved."""


def demands_told(round_: Round) -> list[tuple[Demand, Settings]]:
    """Return the demands of a round whose price is told, with the settings without each.

    What people have signed stays whatever it costs, so it is no demand of the settings.
    """
    own = settings_of(round_)
    signed = {f"{need} {offer}" for need, offer in own.signed}
    every = demands_of(own.matching)
    told_ = [one for one in every if one[0].kind != "lock" or one[0].name not in signed]
    return told_[:MOST_DEMANDS]


def has_input(round_: Round) -> bool:
    """Tell whether the round has an input of which prices can be told."""
    return round_.snapshot_digest is not None


def is_too_large(session: Session, round_: Round) -> bool:
    """Tell whether working them out takes longer than a reader can wait."""
    sizes = [
        session.scalar(select(func.count()).select_from(rows).where(rows.round_id == round_.id))
        for rows in (RoundNeed, RoundOffer)
    ]
    return (sizes[0] or 0) * (sizes[1] or 0) > LARGEST


def known_prices(round_: Round) -> Prices:
    """Return the prices that are at hand."""
    with _lock:
        return dict(_kept.get(_key(round_), {}))


def work_out(session: Session, round_: Round, seconds: float = SECONDS) -> Found:
    """Work out the prices that are not known, as many as the time allows."""
    prices = known_prices(round_)
    missing = [one for one in demands_told(round_) if one[0] not in prices]
    if not missing:
        return Found(prices)
    try:
        problem, chosen = _result(session, round_, seconds)
    except InfeasibleRound as error:
        return Found(prices, clash={"code": "infeasible", **told(error, SECONDS_FOR_WAYS)})
    except TimeUp:
        return Found(prices, time_up=True)
    for demand, price in prices_within(problem, chosen, missing, seconds):
        prices[demand] = price
        _keep(round_, prices)
    return Found(prices)


def _result(session: Session, round_: Round, seconds: float) -> tuple[Problem, Chosen]:
    """Return the result of a round, or the one that it would have now."""
    if round_.result_digest:
        solved = solved_round(session, round_)
        return solved.problem, solved.solution
    problem = problem_of(round_, settings_of(round_))
    assert isinstance(problem.candidates, Candidates)
    limited = replace(problem.settings, time_limit=seconds)
    return problem, solve_problem(replace(problem, settings=limited))


def _key(round_: Round) -> tuple[str, str, str]:
    """Return what the prices hang on; a frozen round has no result."""
    return (
        round_.snapshot_digest or "",
        settings_of(round_).matching.digest,
        round_.result_digest or "",
    )


def _keep(round_: Round, prices: Prices) -> None:
    key = _key(round_)
    with _lock:
        _kept[key] = {**_kept.get(key, {}), **prices}
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
