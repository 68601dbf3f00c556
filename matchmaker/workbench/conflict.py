"""The conflict check on paper: what is known of the area, and how the check of the match stands."""

from collections import Counter
from dataclasses import dataclass, field

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access.envelopes import Envelope
from matchmaker.models import ConflictArea, Proposal, now
from matchmaker.municipalities.queries import areas_of_towns, is_in_force
from matchmaker.proposals.flags import stand_on
from matchmaker.proposals.wording import isolated
from matchmaker.safeguards.impact_views import Shown, shown_check
from matchmaker.safeguards.others_queries import beside_needs
from matchmaker.safeguards.precondition_queries import Standings, standings_of
from matchmaker.vocabulary import ACTIVITIES, Depth, MunicipalityKind, Phase, Presence
from matchmaker.vocabulary.impact import QUESTIONS
from matchmaker.vocabulary.precondition import Answer
from matchmaker.web import showing
from matchmaker.workbench.audience import Envelopes
from matchmaker.workbench.sides import Rows
from matchmaker.workbench.texts import Texts

TOLD = {"green": "yes", "amber": "partly", "red": "no", "unknown": "not_known"}
"""The answers of a town; its questions are asked so that yes is good."""


@dataclass(frozen=True)
class Conflict:
    """What is known of the conflict around a match."""

    area: ConflictArea | None
    flagged: bool
    check: Shown
    preconditions: Standings = field(default_factory=dict)
    others: tuple[str, ...] = ()
    """Names of those who cover topics of the need."""


def conflict_of(session: Session, proposal: Proposal) -> Conflict:
    """Read what is known of the conflict around a match, as of now."""
    flagged = proposal.need.red_flag or stand_on(session, proposal)
    need = proposal.need
    areas = areas_of_towns(session, [need.municipality])
    standings = standings_of(session, [need])[need.id]
    others = tuple(one.row.name for one in beside_needs(session, [need])[need.id])
    area, check = next(iter(areas[need.municipality_id]), None), shown_check(session, proposal)
    return Conflict(area, flagged, check, standings, others)


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
    ]
    told = [(texts.say(key), [value]) for key, value in rows]
    if may.is_board:  # coordinators' judgements, which no municipality reads
        lines = [elsewhere] if area_away else _preconditions(texts, known)
        told.insert(1, (texts.say("preconditions"), lines))
        if known.others and not area_away:
            beside = _others(texts, need.low_profile, known.others)
            told.insert(2, (texts.say("others"), [beside]))
    return [*told, *_check_rows(texts, known.check, may, away=away)]


def _others(texts: Texts, low_profile: bool, names: tuple[str, ...]) -> str:
    """Name who else covers topics of the need; nobody beside a need for local governments only."""
    if low_profile:
        return texts.say("others_nameless", n=len(names))
    return texts.say("others_named", n=len(names), names="; ".join(map(isolated, names)))


def _preconditions(texts: Texts, known: Conflict) -> list[str]:
    """Name each precondition that is not met, and count the others; a paper has one page."""
    standings = known.preconditions
    lines = [
        texts.say(
            "precondition_unmet",
            what=texts.say(f"precondition_{code}"),
            day=showing.show_date(one.as_of),
        )
        for code, one in standings.items()
        if one.answer == Answer.NOT_MET
    ]
    found = Counter(one.answer for one in standings.values())
    counted = {answer.value: found[answer] for answer in Answer}
    return [*lines, texts.say("precondition_counts", **counted)]


def _check_rows(texts: Texts, check: Shown, may: Envelopes, *, away: bool) -> Rows:
    """Say how the check for peace and conflict impact stands.

    What coordinators judge, and why a red match may go on, stands on papers for boards alone; what
    the town says of itself, on its own too.
    """
    standing, elsewhere = check.standing, [texts.say("other_side")]
    said = [
        texts.say("impact_said", what=_label(texts, code), answer=_answer(texts, light))
        for code, light in standing.of_need.items()
    ]
    own = (texts.say("impact_says"), elsewhere if away else said or [texts.say("not_stated")])
    if not may.is_board:
        return [(texts.say("impact"), elsewhere), own]
    lines = [texts.say("impact_answered", n=standing.n_answered, m=standing.n_asked)]
    for key, codes in (("impact_red", standing.reds), ("impact_amber", standing.ambers)):
        if codes:
            lines.append(texts.say(key, list="; ".join(_label(texts, code) for code in codes)))
    if not standing.concerns:
        lines.append(texts.say("impact_none"))
    why = [
        texts.say("impact_reason", day=showing.show_date(one.created_at.date()), text=one.text)
        for one in check.reasons
        if one.stands
    ]
    if standing.reds:
        why = why or [texts.say("impact_no_reason")]
    return [(texts.say("impact"), lines), own, *([(texts.say("impact_go_on"), why)] if why else [])]


def _label(texts: Texts, code: str) -> str:
    return texts.label(gettext(QUESTIONS[code].label))


def _answer(texts: Texts, light: str) -> str:
    return texts.say(f"impact_{TOLD[light]}")


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
