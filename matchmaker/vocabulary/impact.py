"""The words of the check for peace and conflict impact, and its questions; pure.

After Kenneth Bush, as the source paper tells it (sections 3.4 and 3.5): what the setting does to an
activity and what the activity does to the setting, asked shortly at the need and more at the match.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

from matchmaker.vocabulary.code import N_, Code


class Light(Code):
    """An answer to a question of the check; its questions are asked so that yes is green."""

    GREEN = "green", N_("Green: no risk is seen")
    AMBER = "amber", N_("Amber: a risk that can be dealt with")
    RED = "red", N_("Red: a serious risk")
    UNKNOWN = "unknown", N_("Not known")


class AskedAt(Code):
    """Where a question is asked; what a rule finds is asked nobody."""

    NEED = "need"
    MATCH = "match"
    RULE = "rule"


class Direction(Code):
    """Both ways in which a setting and an activity act on each other."""

    SETTING_ON_ACTIVITY = (
        "setting_on_activity",
        N_("What the setting does to the activity"),
    )
    ACTIVITY_ON_SETTING = (
        "activity_on_setting",
        N_("What the activity does to the setting"),
    )


class RiskState(Code):
    """How a risk that was named stands some months later, the worst last."""

    GONE = "gone", N_("The risk is gone")
    LESS = "less", N_("The risk has become less")
    STILL = "still", N_("The risk is still there")
    WORSE = "worse", N_("The risk has become worse")


RISKY = (Light.AMBER.value, Light.RED.value)
"""Answers that name a risk."""
MONTHS = (3, 6, 12)
"""How long after an engagement opens its risks are asked for."""


@dataclass(frozen=True)
class Question:
    """One question, with the risk it names where the answer is amber or red."""

    code: str
    asked_at: AskedAt
    direction: Direction
    activities: tuple[str, ...]
    """Activities it is asked for; empty = all."""
    label: str
    question: str
    hint: str
    risk: str
    """Neutral, for both municipalities read it: it says what may be, never who said so."""
    source: str

    def concerns(self, activity: str | None) -> bool:
        """Tell whether the question is asked for an activity."""
        return not self.activities or activity in self.activities


def _read() -> dict[str, Question]:
    text = files("matchmaker").joinpath("impact_questions.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Question(
            code=row["code"],
            asked_at=AskedAt(row["asked_at"]),
            direction=Direction(row["direction"]),
            activities=tuple(one for one in row["activities"].split("|") if one),
            label=row["label"],
            question=row["question"],
            hint=row["hint"],
            risk=row["risk"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }


QUESTIONS: dict[str, Question] = _read()
NO_PARTNER = "rule.no_partner"
"""No delivering partner is named, though the need is not kept to local governments."""


def asked(at: AskedAt, activity: str | None, direction: str | None = None) -> list[Question]:
    """Return the questions asked at a need or a match of an activity, in order."""
    return [
        one
        for one in QUESTIONS.values()
        if one.asked_at == at
        and one.concerns(activity)
        and (direction is None or one.direction == direction)
    ]
