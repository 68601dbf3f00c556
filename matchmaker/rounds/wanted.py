"""Which kinds of offers a round lacks most: worked out once, after its result is there.

It takes as long as solving the round dozens of times, so no page waits for it. What is kept names
kinds of help and groups of topics, no need and no town.
"""

import numpy as np
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.matching.result import Result
from matchmaker.matching.solving import Problem
from matchmaker.matching.wanted import OffersWanted, offers_wanted
from matchmaker.matching.whatif import Chosen, Solution
from matchmaker.models import Round

SOLVED = 40
"""Kinds of offers that are weighed by solving the round with them."""

Kind = tuple[str, str]
"""Kind of help, group of topics."""


def kinds_wanted(problem: Problem, chosen: Chosen) -> list[Kind] | None:
    """Return the kinds of offers that would help a round, the one that helps most first.

    None where pairs of the round were left out because it is large (`pipeline.prepare`).
    """
    try:
        return _kinds_in(offers_wanted(problem, chosen, solved=SOLVED))
    except ValueError:
        return None


def solution_of(problem: Problem, result: Result) -> Solution:
    """Return the pairs of a result as questions about changes of its round take them."""
    pairs = [problem.pair((one.need, one.offer)) for one in result.pairs]
    placed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Solution(placed, result.total, result.optimal, result.gap, result.stopped)


def record_wanted(
    session: Session, public_id: str, result: Result, kinds: list[Kind] | None
) -> None:
    """Keep what is wanted with its round, None where it cannot be told; nothing is kept where the
    round has another result by now."""
    kept = session.execute(
        select(Round.id, Round.overview)
        .where(Round.public_id == public_id, Round.result_digest == result.digest)
        .with_for_update()
    ).one_or_none()
    if kept is None or kept.overview is None:
        return
    told = {**kept.overview, "wanted": kinds and [list(kind) for kind in kinds]}
    session.execute(update(Round).where(Round.id == kept.id).values(overview=told))


def wanted_kept(round_: Round) -> list[Kind] | None:
    """Return what was worked out when the round was solved; None where it was not, or not yet."""
    kept = (round_.overview or {}).get("wanted")
    return None if kept is None else [(category, group) for category, group in kept]


def cannot_be_told(round_: Round) -> bool:
    """Tell whether it was found that the round is too large to say what is wanted."""
    kept = round_.overview or {}
    return "wanted" in kept and kept["wanted"] is None


def _kinds_in(found: OffersWanted) -> list[Kind]:
    return list(dict.fromkeys((one.kind.category, one.kind.group) for one in found.wanted))
