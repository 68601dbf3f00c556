"""What nobody stated of a pair, and whom to ask."""

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
    found = []
    for k, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        questions = [
            Question(part.value, side, field)
            for part, gap in gaps.items()
            if gap[k]
            for side, field in _missing(arrays, part, row, column)
        ]
        found.append((*questions, *_rule_questions(arrays, row, column)))
    return found


def _missing(arrays: Arrays, part: Part, row: int, column: int) -> list[tuple[str, str]]:
    if part in _OFFER_FIELD:
        return [("offer", _OFFER_FIELD[part])]
    needs, offers, ties = arrays.needs, arrays.offers, arrays.ties
    sides: dict[Part, tuple[str, str, bool, bool]] = {
        Part.AREA_LANGUAGES: (
            "languages",
            "context_languages",
            bool(needs.area_languages_known[row]),
            bool(offers.area_languages_known[column]),
        ),
        Part.SHARED_PARTNERS: (
            "ties",
            "ties",
            bool(ties.need_known[ties.need_row[row]]),
            bool(ties.offer_known[ties.offer_column[column]]),
        ),
        Part.SIZE: _stated("population", needs.magnitude[row], offers.magnitude[column]),
        Part.WINDOW: _stated(
            "window",
            needs.start[row] + needs.end[row],
            offers.start[column] + offers.end[column],
        ),
        Part.EFFORT: _stated("effort_days", needs.effort[row], offers.effort[column]),
        Part.COMMITMENT: _stated(
            "commitment_months", needs.commitment[row], offers.commitment[column]
        ),
    }
    need_field, offer_field, need_known, offer_known = sides[part]
    missing = [] if need_known else [("need", need_field)]
    return missing if offer_known else [*missing, ("offer", offer_field)]


def _stated(field: str, need_value: float, offer_value: float) -> tuple[str, str, bool, bool]:
    return field, field, not np.isnan(need_value), not np.isnan(offer_value)


def _rule_questions(arrays: Arrays, row: int, column: int) -> list[Question]:
    """Return what the hard rules took on trust."""
    needs, offers = arrays.needs, arrays.offers
    questions = []
    if not offers.activities_known[column]:
        questions.append(Question(Bar.ACTIVITY.value, "offer", "activities"))
    for side, records, at in (("need", needs, row), ("offer", offers, column)):
        if not records.settings_known[at]:
            questions.append(Question(Bar.SETTING.value, side, "settings"))
    if (needs.languages[row] * offers.languages[column]).any():
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
