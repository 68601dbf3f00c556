"""What makes a case that a stranger understands, and what a town can teach: rows of two files."""

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.vocabulary.code import N_, Code
from matchmaker.vocabulary.tables import rows


class CaseQuestion(StrEnum):
    """What a case file says beside the need itself; its answers are rows of ``case.csv``."""

    FOR_WHOM = "for_whom"
    WHY_OUTSIDE = "why_outside"
    BRINGS = "brings"


@dataclass(frozen=True)
class CaseAnswer:
    """One answer of the case file, with where the idea comes from."""

    code: str
    asks: CaseQuestion
    label: str
    source: str


@dataclass(frozen=True)
class Lesson:
    """Something that a town in a conflict area can teach and a helper may want to learn."""

    code: str
    label: str
    source: str


class CarrierStatus(Code):
    """Where a municipality stands that was asked to carry a need together with another."""

    ASKED = "asked", N_("Asked")
    JOINED = "joined", N_("Carries the need too")
    DECLINED = "declined", N_("Does not want to")
    LEFT = "left", N_("Has left")


class AlertAnswer(Code):
    """What somebody answers who was told of an urgent need."""

    ACTS = "acts", N_("We act for it now")
    PASSES_ON = "passes_on", N_("We carry it to others who can act")
    CANNOT = "cannot", N_("We cannot act now")


PARTNER = "brings.partner"
"""The answer that a need for local governments only never gives."""
CASE: dict[str, CaseAnswer] = {
    row["code"]: CaseAnswer(row["code"], CaseQuestion(row["asks"]), row["label"], row["source"])
    for row in rows("case.csv")
}
LESSONS: dict[str, Lesson] = {
    row["code"]: Lesson(row["code"], row["label"], row["source"]) for row in rows("lessons.csv")
}


@dataclass(frozen=True)
class Suited:
    """Which activity suits a group of topics where presence is so possible; `*` = any."""

    presence: str
    group: str
    activity: str
    label: str
    source: str


AGENDA: tuple[Suited, ...] = tuple(
    Suited(row["presence"], row["group"], row["activity"], row["label"], row["source"])
    for row in rows("agenda.csv")
)


def suited(presence: str, group: str) -> Suited:
    """Return the rule for a group of topics: the nearest to its case."""
    ways = ((presence, group), (presence, "*"), ("*", group), ("*", "*"))
    return next(row for way in ways for row in AGENDA if (row.presence, row.group) == way)
