"""What waits for somebody around a case: urgent needs first, then what is asked of neighbours."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.cases.joining import asked_of
from matchmaker.needs.alerting import alarms_waiting_for, alerts_waiting_for
from matchmaker.vocabulary import CarrierStatus, Role
from matchmaker.web.navigation import Waiting


def waiting_with_a_case(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per urgent need, and per need the municipality is asked to carry."""
    gather = {
        Role.COORDINATOR: _alarms,
        Role.HELPER: _alerts,
        Role.REQUESTER: _carrying,
    }.get(actor.role)  # type: ignore[call-overload]
    found: list[Waiting] = gather(session, actor) if gather else []
    return found


def _alarms(session: Session, actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            gettext("An urgent need waits for you"),
            url_for("cases.alarm", public_id=alert.need.public_id),
        )
        for alert in alarms_waiting_for(session, actor)
    ]


def _alerts(session: Session, actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            gettext("A partner city asks you urgently"),
            url_for("cases.alert", public_id=alert.public_id),
        )
        for alert in alerts_waiting_for(session, actor)
    ]


def _carrying(session: Session, actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            gettext("You are asked whether you want to carry a need together with another town"),
            url_for("cases.carrying", public_id=carrier.public_id),
        )
        for carrier in asked_of(session, actor, (CarrierStatus.ASKED,))
    ]
