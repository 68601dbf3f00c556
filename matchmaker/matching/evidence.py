"""A pair as the round judged it: each part of the score with the facts behind it.

Facts are read from the snapshot that was decided on, not from later rows; see `facts`.
"""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.explain import criteria_of, parts_of
from matchmaker.matching.facts import Case, Fact, facts_of
from matchmaker.matching.result import CriterionValue, PartValue, Question
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.solving import Problem
from matchmaker.matching.unknowns import questions_of

__all__ = ["Evidence", "EvidenceRow", "Fact", "evidence_of", "pair_evidence"]


@dataclass(frozen=True)
class EvidenceRow:
    """One part of a score with the facts behind it."""

    criterion: str
    part: str
    state: str
    """'known', 'partly', 'unknown' or 'not_asked', as in `PartValue`."""
    value: float | None
    """What was counted; None where the part was left out."""
    low: float
    high: float
    weight: float
    contribution: float
    """weight x value; the contributions of all rows sum to the score."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Evidence:
    """A pair as the round judged it, whether it was chosen, allowed or barred."""

    need: str
    offer: str
    score: float
    """What it scores, or would score were it allowed."""
    low: float
    high: float
    criteria: tuple[CriterionValue, ...]
    rows: tuple[EvidenceRow, ...]
    """In the order of the criteria and their parts."""
    questions: tuple[Question, ...]
    """What nobody stated, and whom to ask."""


def evidence_of(problem: Problem, need: str, offer: str) -> tuple[EvidenceRow, ...]:
    """Return each part of the score of a pair with the facts behind it; see `pair_evidence`."""
    return pair_evidence(problem, need, offer).rows


def pair_evidence(problem: Problem, need: str, offer: str) -> Evidence:
    """Return what the score of a pair is made of, with the facts behind each part.

    Parameters
    ----------
    problem : Problem
    need, offer : str
        Keys; the pair may be barred.

    Raises
    ------
    KeyError
        If the round has no such need or offer.
    """
    row, column = problem.pair((need, offer))
    rows, columns = np.array([row]), np.array([column])
    scores = score_pairs(problem.arrays, problem.settings, rows, columns)
    case = Case.of(problem, row, column)
    return Evidence(
        need=need,
        offer=offer,
        score=float(scores.score[0]),
        low=float(scores.low[0]),
        high=float(scores.high[0]),
        criteria=criteria_of(scores, 0),
        rows=tuple(_row(case, part) for part in parts_of(scores)[0]),
        questions=questions_of(problem.arrays, scores, rows, columns)[0],
    )


def _row(case: Case, part: PartValue) -> EvidenceRow:
    not_asked = part.state == "not_asked"
    facts = (Fact(f"{part.part}.not_asked"),) if not_asked else facts_of(case, part.part)
    return EvidenceRow(
        criterion=part.criterion,
        part=part.part,
        state=part.state,
        value=part.value,
        low=part.low,
        high=part.high,
        weight=part.weight,
        contribution=part.contribution,
        facts=facts,
    )
