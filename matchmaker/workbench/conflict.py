"""The conflict check on paper: what the platform knows, and plainly what it has never asked."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access.envelopes import Envelope
from matchmaker.models import ConflictArea, Proposal, now
from matchmaker.municipalities.queries import area_of_town, is_in_force
from matchmaker.proposals.flags import stand_on
from matchmaker.safeguards.precondition_queries import answers_by_id, standings_of
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
    preconditions: tuple[tuple[str, str, date | None], ...] = ()
    """Code, answer that counts, and the day for which it is true."""


def conflict_of(session: Session, proposal: Proposal) -> Conflict:
    """Read what is known of the conflict around a match, as of now."""
    flagged = proposal.need.red_flag or stand_on(session, proposal)
    area = area_of_town(session, proposal.need.municipality)
    standings = standings_of(session, [proposal.need])[proposal.need_id]
    given = answers_by_id(session, [one.row for one in standings.values() if one.row])
    days = {code: given[one.row].as_of for code, one in standings.items() if one.row}
    return Conflict(
        area,
        flagged,
        tuple((code, str(one.answer), days.get(code)) for code, one in standings.items()),
    )


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
    told = [(texts.say(key), [value]) for key, value in rows]
    if may.is_board:  # coordinators' judgements, which no municipality reads
        lines = [elsewhere] if area_away else _preconditions(texts, known)
        told.insert(1, (texts.say("preconditions"), lines))
    return told


def _preconditions(texts: Texts, known: Conflict) -> list[str]:
    """Say how each precondition stands; what nobody answered is not known."""
    return [
        texts.say(
            "precondition_line" if day is None else "precondition_line_day",
            what=texts.say(f"precondition_{code}"),
            answer=texts.say(f"precondition_{answer}"),
            day=showing.show_date(day) if day else "",
        )
        for code, answer, day in known.preconditions
    ]


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
