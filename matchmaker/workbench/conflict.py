"""The conflict check on paper: what the platform knows, and plainly what it has never asked."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access.envelopes import Envelope
from matchmaker.models import ConflictArea, Proposal, now
from matchmaker.municipalities.queries import area_of_town, is_in_force
from matchmaker.proposals.flags import stand_on
from matchmaker.vocabulary import ACTIVITIES, Depth, MunicipalityKind, Phase, Presence
from matchmaker.web import showing
from matchmaker.workbench.audience import Envelopes
from matchmaker.workbench.sides import Rows
from matchmaker.workbench.texts import Texts

NEVER_ASKED = ("groups", "one_side", "safety")
"""What a council will want to know and the platform has no question for yet."""


@dataclass(frozen=True)
class Conflict:
    """What is known of the conflict around a match."""

    area: ConflictArea | None
    flagged: bool


def conflict_of(session: Session, proposal: Proposal) -> Conflict:
    """Read what is known of the conflict around a match, as of now."""
    flagged = proposal.need.red_flag or stand_on(session, proposal)
    return Conflict(area_of_town(session, proposal.need.municipality), flagged)


def conflict_rows(texts: Texts, proposal: Proposal, known: Conflict, may: Envelopes) -> Rows:
    """Say it row by row; of what is not the reader's to see, that the associations know.

    What coordinators entered, the area and red flags, stands on papers for boards alone: no
    municipality learns of a flag.
    """
    need, elsewhere = proposal.need, texts.say("other_side")
    is_away = showing.is_elsewhere(need.municipality)
    away = is_away or may.need < Envelope.COORDINATOR
    area_away = is_away or not may.is_board
    flag_away = area_away or showing.is_elsewhere(proposal.offer.municipality)
    temporary = need.municipality.kind == MunicipalityKind.TEMPORARY
    rows = [
        ("area", elsewhere if area_away else _area(texts, known.area)),
        ("flag", elsewhere if flag_away else texts.yes_no(answer=known.flagged)),
        ("temporary", elsewhere if away else texts.yes_no(answer=temporary)),
        ("consent", elsewhere if away else _consent(texts, proposal)),
        ("low_profile", elsewhere if away else texts.yes_no(answer=need.low_profile)),
        *((key, texts.say("never_asked")) for key in NEVER_ASKED),
    ]
    return [(texts.say(key), [value]) for key, value in rows]


def _area(texts: Texts, area: ConflictArea | None) -> str:
    if area is None:
        return texts.say("area_missing")
    phase = texts.label(gettext(Phase(area.phase).label))
    if not is_in_force(area, now().date()):
        return texts.say("area_stale", phase=phase)
    presence = texts.label(gettext(Presence(area.presence).label))
    if area.valid_until is None:
        return texts.say("area_since", phase=phase, presence=presence)
    day = showing.show_date(area.valid_until)
    return texts.say("area_until", phase=phase, presence=presence, day=day)


def _consent(texts: Texts, proposal: Proposal) -> str:
    need = proposal.need
    activity = ACTIVITIES.get(need.activity or "")
    depth = activity.depth if activity is not None and activity.depth else need.depth
    if depth != Depth.HEART:
        return texts.say("consent_no_need")
    return texts.yes_no(answer=need.consent)
