"""The check of a match as pages show it, in words."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.models import ImpactReason, Proposal
from matchmaker.needs.forms.impact import answer_text
from matchmaker.safeguards import impact_queries as queries
from matchmaker.safeguards.impact_service import WRITERS
from matchmaker.vocabulary import N_
from matchmaker.vocabulary.impact import AskedAt, Direction, Light, RiskState
from matchmaker.web.showing import is_elsewhere

LIGHT_KINDS = {
    "green": "good",
    "amber": "warning",
    "red": "bad",
    "unknown": "neutral",
    "": "waiting",
}
ORIGINS = {
    AskedAt.NEED.value: N_("from the need"),
    AskedAt.MATCH.value: N_("from the check of the match"),
    AskedAt.RULE.value: N_("from what need and offer say"),
    queries.EARLIER: N_("from another match of this need, and not known to be gone"),
}


@dataclass(frozen=True)
class Shown:
    """How the check of a match stands, as the page of the proposal shows it."""

    standing: queries.Standing
    reasons: list[ImpactReason]
    writers: list[int]

    @property
    def n_missing(self) -> int:
        """How many persons have yet to write why a red match may go on."""
        return max(WRITERS - len(self.writers), 0) if self.standing.reds else 0

    @property
    def named(self) -> list[dict[str, str]]:
        """Each risk once: what it is, its colour and where it comes from; the red ones first."""
        rows: dict[str, dict[str, str]] = {}
        order = sorted(self.standing.concerns, key=lambda one: one.light != Light.RED)
        for one in order:
            rows.setdefault(
                one.question.code,
                {
                    "risk": gettext(one.question.risk),
                    "light": light_text(one.light),
                    "kind": LIGHT_KINDS[one.light],
                    "origin": gettext(ORIGINS[one.origin]),
                },
            )
        return list(rows.values())


def shown_check(session: Session, proposal: Proposal) -> Shown:
    """Read how the check of a match stands; reasons are asked for where something is red."""
    standing = queries.standing_of(session, proposal)
    reasons = queries.reasons_of(session, proposal) if standing.reds else []
    standing_ones = [one for one in reasons if speaks(one, standing)]
    return Shown(standing, reasons, [one.user_id for one in standing_ones])


def speaks(reason: ImpactReason, standing: queries.Standing) -> bool:
    """Tell whether a reason stands, of somebody who still coordinates, and speaks of all reds."""
    active = reason.membership.status == "active" and reason.membership.user.active
    return reason.stands and active and set(standing.reds) <= set(reason.reds)


def light_text(light: str) -> str:
    """Return the answer of coordinators in words."""
    return gettext(Light(light).label) if light else gettext(N_("Not answered"))


def state_text(state: str) -> str:
    """Return how a risk stands in words."""
    return gettext(RiskState(state).label) if state else gettext(N_("Not asked or answered yet"))


def rows_of_match(answers: list[queries.Answer], direction: Direction) -> list[dict[str, Any]]:
    """Return one direction of the check as rows of a summary list."""
    return [
        {
            "key": gettext(one.question.question),
            "value": light_text(one.light),
            "note": one.sentence,
        }
        for one in answers
        if one.question.direction == direction
    ]


def rows_of_need(proposal: Proposal) -> list[dict[str, Any]]:
    """Return what the town says; its words only to coordinators who work for it."""
    closed = is_elsewhere(proposal.need.municipality)
    return [
        {
            "key": gettext(one.question.question),
            "value": answer_text(one.light),
            "note": "" if closed else one.sentence,
        }
        for one in queries.answers_of_need(proposal.need)
    ]
