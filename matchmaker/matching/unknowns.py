"""What nobody stated of a pair, and whom to ask."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.arrays import Array, Arrays
from matchmaker.matching.result import Question
from matchmaker.matching.scoring import PairScores
from matchmaker.vocabulary import Bar, Part

_OFFER_FIELD = {
    Part.TOPICS: "topics",
    Part.EXPERIENCE: "experience",
    Part.TIES: "ties",
    Part.AREA_WORK: "areas",
    Part.FIELD_STAFF: "areas",
    Part.DELIVERY: "delivery",
    Part.MANDATE: "mandate_chance",
}
"""Parts that only the helper can leave open."""


def questions_of(
    arrays: Arrays, scores: PairScores, rows: Array, columns: Array
) -> list[tuple[Question, ...]]:
    """Return for each pair what to ask, in the order of the parts, then of the hard rules."""
    gaps = {
        part: np.asarray(
            scores.parts[part].measure.applies
            & (scores.parts[part].measure.high > scores.parts[part].measure.low)
        )
        for part in scores.parts
    }
    sides = stated(arrays)
    found = []
    for k, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        questions = [
            Question(part.value, side, field)
            for part, gap in gaps.items()
            if gap[k]
            for side, field in _missing(sides[part], row, column)
        ]
        found.append((*questions, *_rule_questions(arrays, row, column)))
    return found


@dataclass(frozen=True)
class Stated:
    """Which needs and which offers have stated what one part is made of."""

    need_field: str
    offer_field: str
    needs: Array
    """(n_needs,) True where the need has."""
    offers: Array


def stated(arrays: Arrays) -> dict[Part, Stated]:
    """Return for each part who has stated what it takes; both have where it is fully known."""
    needs, offers, ties = arrays.needs, arrays.offers, arrays.ties
    everyone = np.ones(len(needs.keys), dtype=bool)
    nobody = np.zeros(len(offers.keys), dtype=bool)
    found = {part: Stated("", field, everyone, nobody) for part, field in _OFFER_FIELD.items()}
    found[Part.AREA_LANGUAGES] = Stated(
        "languages", "context_languages", needs.area_languages_known, offers.area_languages_known
    )
    found[Part.SHARED_PARTNERS] = Stated(
        "ties", "ties", ties.need_known[ties.need_row], ties.offer_known[ties.offer_column]
    )
    numbers = {
        Part.SIZE: ("population", needs.magnitude, offers.magnitude),
        Part.WINDOW: ("window", needs.start + needs.end, offers.start + offers.end),
        Part.EFFORT: ("effort_days", needs.effort, offers.effort),
        Part.COMMITMENT: ("commitment_months", needs.commitment, offers.commitment),
    }
    for part, (field, asked, offered) in numbers.items():
        found[part] = Stated(field, field, ~np.isnan(asked), ~np.isnan(offered))
    known = needs.teaches > 0, offers.learns > 0
    found[Part.LEARNING] = Stated("teaches", "learns", *known)
    found[Part.LEADERSHIP] = Stated("led", "led", needs.led, offers.led)
    return found


def _missing(sides: Stated, row: int, column: int) -> list[tuple[str, str]]:
    missing = [] if sides.needs[row] else [("need", sides.need_field)]
    return missing if sides.offers[column] else [*missing, ("offer", sides.offer_field)]


def _rule_questions(arrays: Arrays, row: int, column: int) -> list[Question]:
    """Return what the hard rules took on trust."""
    needs, offers = arrays.needs, arrays.offers
    questions = []
    if not offers.activities_known[column]:
        questions.append(Question(Bar.ACTIVITY.value, "offer", "activities"))
    for side, records, at in (("need", needs, row), ("offer", offers, column)):
        if not records.settings_known[at]:
            questions.append(Question(Bar.SETTING.value, side, "settings"))
    if (needs.languages[row] & offers.languages[column]).any():
        return questions
    for side, records, at in (("need", needs, row), ("offer", offers, column)):
        if not records.languages_known[at]:
            questions.append(Question(Bar.LANGUAGE.value, side, "languages"))
    if 1 in (needs.interpretation[row], offers.interpretation[column]):
        return questions
    for side, records, at in (("need", needs, row), ("offer", offers, column)):
        if records.interpretation[at] < 0:
            questions.append(Question(Bar.LANGUAGE.value, side, "interpretation"))
    return questions
