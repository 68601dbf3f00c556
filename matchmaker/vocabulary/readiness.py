"""What it takes to help well: points to be ready on, motives, publicity, who stands for it.

The points are data with a source beside each row (``readiness.csv``).
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

from matchmaker.vocabulary.code import N_, Code


class Motive(Code):
    """Why a municipality helps; several are usual (Musch & Sizoo 2009, section 4.2)."""

    PEACE = "peace", N_("To contribute to peace")
    SUPPORT = "support", N_("Moral support and solidarity")
    MARKETING = "marketing", N_("To be known as a city that helps")
    POLITICS = "politics", N_("Politics at home asks for it")
    LEARNING = "learning", N_("To learn from the other side")


class Publicity(Code):
    """Whether a helper wants its help to be known while it goes on."""

    NONE = "none", N_("We do not need publicity")
    WISH = "wish", N_("We would like publicity, and can do without")
    MUST = "must", N_("We have to make it public")


class Champion(Code):
    """The office that stands for the work: a role, never a name."""

    MAYOR = "mayor", N_("Mayor")
    DEPUTY = "deputy", N_("Deputy mayor or alderman")
    COUNCIL = "council", N_("Leader of the council or of a group in it")
    EXECUTIVE = "executive", N_("Chief executive or municipal secretary")
    SERVICE = "service", N_("Head of a municipal service")


@dataclass(frozen=True)
class Point:
    """One point to be ready on, and who can help where it is missing."""

    code: str
    label: str
    source: str
    help: str
    help_source: str


def _read() -> dict[str, Point]:
    text = files("matchmaker").joinpath("readiness.csv").read_text(encoding="utf-8")
    rows = {(row["code"], row["kind"]): row for row in csv.DictReader(text.splitlines())}
    return {
        code: Point(code, row["label"], row["source"], more["label"], more["source"])
        for (code, kind), row in rows.items()
        if kind == "point"
        for more in (rows[code, "help"],)
    }


POINTS: dict[str, Point] = _read()
"""The points in the order of the page."""
