"""Why not this pair: which conditions bar it, or what it scores and what forcing it costs.

Knows keys and numbers only.
"""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.candidates import RULES, Candidates, barred_by
from matchmaker.matching.evidence import Evidence, pair_evidence
from matchmaker.matching.preconditions import Restrictions, restrictions_on
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.solving import Problem
from matchmaker.matching.whatif import Difference, price_of_forcing
from matchmaker.vocabulary import Bar
from matchmaker.vocabulary.precondition import Closes
from matchmaker.workbench.solved import Solved

NOT_TOLD = (Bar.VETO, Bar.TEMPORARY_ADMINISTRATION, Bar.RIGHTS_ONLY)
"""Conditions told alike and only where no other bars the pair: one of them is secret."""


@dataclass(frozen=True)
class Near:
    """An offer for a need, or a need for an offer, in the order of nearness."""

    key: str
    score: float
    """What the pair scores, or would score."""
    n_bars: int
    """Conditions against it; 0 where the pair is allowed."""


@dataclass(frozen=True)
class Rival:
    """A pair of the result that stands beside the one asked for."""

    need: str
    offer: str
    score: float


@dataclass(frozen=True)
class Against:
    """What stands against a pair."""

    bars: tuple[Bar, ...]
    """The conditions that may be told."""
    barred: bool
    """Whether any condition bars the pair, told or not."""
    by_hand: bool
    """Whether the pair was ruled out for this round: by a coordinator, or by what went before."""


@dataclass(frozen=True)
class Answer(Against):
    """Why a pair is not in the result."""

    evidence: Evidence
    chosen: bool
    """Whether it is in the result after all."""
    of_need: tuple[Rival, ...]
    """What the need got."""
    of_offer: tuple[Rival, ...]
    """Whom the offer serves."""
    forced: Difference | None
    """The round with the pair forced; None where it is barred or chosen."""
    follows: Restrictions = ()
    """What unmet preconditions close for the need, where that bars the pair."""


def offers_near(problem: Problem, need: str) -> list[Near]:
    """Return all offers of the round for a need: the fewest conditions first, then the score."""
    row = np.array([problem.rows[need]])
    n_offers = problem.arrays.shape[1]
    bars = sum(
        barred_by(rule, problem.arrays, problem.settings, row)[0].astype(np.int64) for rule in RULES
    )
    columns = np.arange(n_offers)
    scores = scores_of(problem.arrays, problem.settings, np.repeat(row, n_offers), columns)
    return _in_order(problem.arrays.offers.keys, scores, np.asarray(bars))


def needs_near(problem: Problem, offer: str) -> list[Near]:
    """Return all needs of the round for an offer: those allowed first, then the score."""
    column, n_needs = problem.columns[offer], problem.arrays.shape[0]
    rows = np.arange(n_needs)
    if isinstance(problem.candidates, Candidates):
        bars = (problem.candidates.bar[:, column] > 0).astype(np.int64)
    else:
        bars = np.ones(n_needs, dtype=np.int64)
        bars[problem.scores.tocsc()[:, [column]].indices] = 0
    scores = scores_of(problem.arrays, problem.settings, rows, np.full(n_needs, column))
    return _in_order(problem.arrays.needs.keys, scores, bars)


def _in_order(keys: tuple[str, ...], scores: np.ndarray, bars: np.ndarray) -> list[Near]:
    order = np.lexsort((np.arange(len(keys)), -scores, bars))
    return [Near(keys[at], float(scores[at]), int(bars[at])) for at in order.tolist()]


def why_not(solved: Solved, need: str, offer: str) -> Answer:
    """Say why a pair is not in the result of a round.

    Raises
    ------
    KeyError
        If the round has no such need or offer.
    ValueError
        If pairs of the round were left out because it is large (`pipeline.prepare`).
    """
    problem = solved.problem
    row, column = problem.pair((need, offer))
    against = ruled_out(problem, need, offer)
    of_need, of_offer = _rivals(solved, row, column)
    chosen = any(rival.offer == offer for rival in of_need)
    forced = None
    if not against.barred and not chosen:
        forced = price_of_forcing(problem, solved.solution, need, offer)
    return Answer(
        bars=against.bars,
        barred=against.barred,
        by_hand=against.by_hand,
        evidence=pair_evidence(problem, need, offer),
        chosen=chosen,
        of_need=of_need,
        of_offer=of_offer,
        forced=forced,
        follows=_closed_to(problem, row, against.bars),
    )


def _closed_to(problem: Problem, row: int, bars: tuple[Bar, ...]) -> Restrictions:
    """Return the restrictions on a need that have to do with what bars the pair."""
    by_knowledge = {Closes.UNKNOWN_HELPERS: Bar.CONTEXT_MINIMUM}
    return tuple(
        one
        for one in restrictions_on(problem.snapshot.needs[row])
        if by_knowledge.get(one.closes, Bar.PRECONDITION) in bars
    )


def ruled_out(problem: Problem, need: str, offer: str) -> Against:
    """Return what stands against a pair.

    Raises
    ------
    KeyError
        If the round has no such need or offer.
    """
    row, column = problem.pair((need, offer))
    arrays, settings, at = problem.arrays, problem.settings, np.array([row])
    bars = [rule for rule in RULES if barred_by(rule, arrays, settings, at)[0, column]]
    told = tuple(rule for rule in bars if rule not in NOT_TOLD)
    return Against(told, bool(bars), (need, offer) in settings.barred)


def _rivals(solved: Solved, row: int, column: int) -> tuple[tuple[Rival, ...], tuple[Rival, ...]]:
    """Return the pairs of the result that share the need, and those that share the offer."""
    problem = solved.problem
    needs, offers = problem.arrays.needs.keys, problem.arrays.offers.keys
    found: tuple[list[Rival], list[Rival]] = [], []
    for one, other in solved.solution.pairs.tolist():
        for shared, out in ((one == row, found[0]), (other == column, found[1])):
            if shared:
                score = float(problem.scores[one, other])
                out.append(Rival(needs[one], offers[other], score))
    return tuple(found[0]), tuple(found[1])
