"""How ready a municipality is to help well: point by point, and who can help where one misses.

It tells and never stops anybody: an offer is submitted as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.models import Offer
from matchmaker.vocabulary import Setting, Stage, practice_of
from matchmaker.vocabulary.mandate import Practice
from matchmaker.vocabulary.readiness import POINTS, Point

LONG_HAUL = 12
"""Months from which a commitment counts as long; see the source beside the point."""
PAGES = {
    "staff": "ready",
    "time": "time",
    "partner": "partners",
    "haul": "time",
    "motive": "ready",
    "publicity": "ready",
}
"""Point -> the page of the form on which it is answered."""


@dataclass(frozen=True)
class Readiness:
    """One point: ready, missing, or not asked of this offer."""

    point: Point
    state: str
    """'ready', 'missing' or 'not_asked'."""

    @property
    def page(self) -> str | None:
        """The page of the form on which it is answered; None where that is elsewhere."""
        return PAGES.get(self.point.code)


def readiness_of(offer: Offer, answers: Mapping[str, bool | None]) -> list[Readiness]:
    """Return each point; `answers` are those of the stages of the decision."""
    practice = practice_of(offer.municipality.country)
    ready = {
        "staff": bool(offer.staffed) or any(row.staff for row in offer.areas),
        "time": bool(offer.effort_days),
        "partner": bool(offer.deliveries) or offer.involves_partner,
        "haul": (offer.commitment_months or 0) >= LONG_HAUL,
        "motive": bool(offer.motives),
        "publicity": offer.publicity is not None,
        "country": _country(practice, answers),
        "champion": offer.champion_confirmed_at is not None,
    }
    not_asked = {
        "partner": bool(offer.settings) and Setting.IN_AREA not in offer.settings,
        "country": practice == Practice.OWN_POLICY,
    }
    return [
        Readiness(
            point,
            "not_asked" if not_asked.get(code) else "ready" if ready[code] else "missing",
        )
        for code, point in POINTS.items()
    ]


def _country(practice: Practice | None, answers: Mapping[str, bool | None]) -> bool:
    """Tell whether what the country expects is done; never where we do not know it."""
    stage = {Practice.IN_LINE: Stage.MINISTRY, Practice.CENTRAL_FUNDING: Stage.FUNDING}
    return practice in stage and bool(answers.get(stage[practice]))
