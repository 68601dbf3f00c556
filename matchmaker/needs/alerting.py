"""Urgent lobby: people are threatened, so it goes out the moment it is handed in.

The town ticks the partner cities itself, on the form and nobody beforehand: so no coordinator
stands between. Only a verified municipality reaches anybody: else an impostor could.
"""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.scope import covers, towns_of
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Alert, Association, Municipality, Need, Partnership, now
from matchmaker.outbox import tell_coordinators, tell_municipality
from matchmaker.vocabulary import (
    N_,
    AlertAnswer,
    Category,
    MunicipalityStatus,
    NeedStatus,
    NoticeKind,
    Role,
)

OVER = (NeedStatus.CLOSED, NeedStatus.WITHDRAWN)


def partner_cities(session: Session, town: Municipality) -> list[Municipality]:
    """Return the municipalities with a living recorded tie that could be told, by name."""
    ties = session.scalars(
        select(Partnership)
        .where(
            or_(Partnership.a_id == town.id, Partnership.b_id == town.id),
            or_(Partnership.until.is_(None), Partnership.until >= now().year),
        )
        .options(joinedload(Partnership.a), joinedload(Partnership.b))
    )
    ends = {tie.b if tie.a_id == town.id else tie.a for tie in ties}
    verified = MunicipalityStatus.VERIFIED
    there = [one for one in ends if one.status == verified and not one.hidden]
    return sorted(there, key=lambda one: (one.name, one.id))


def is_alarm(need: Need) -> bool:
    """Tell whether a need goes out at once."""
    return need.urgent and need.category == Category.LOBBY


def raise_alarm(session: Session, actor: Actor, need: Need) -> None:
    """Tell coordinators and the ticked partner cities, each once; they hear by neutral mail."""
    town = need.municipality
    good = need.confirmed and town.status == MunicipalityStatus.VERIFIED
    if not is_alarm(need) or not good or need.hidden or town.hidden:
        return
    told = set(session.scalars(select(Alert.municipality_id).where(Alert.need_id == need.id)))
    ticked = set(need.tell_partners or ())
    cities = [one for one in partner_cities(session, town) if one.public_id in ticked]
    anew: list[int | None] = [one.id for one in cities if one.id not in told]
    if None not in told:
        anew.append(None)
        for association in session.scalars(select(Association).order_by(Association.id)):
            if covers(association.scope, association.sides, town):
                tell_coordinators(session, association.id, NoticeKind.OTHER, besides=actor.user_id)
    for city_id in anew:
        session.add(Alert(need_id=need.id, municipality_id=city_id))
        if city_id is not None:
            tell_municipality(session, city_id, Role.HELPER, NoticeKind.OTHER)
    session.flush()
    if anew:
        details = {"cities": len([one for one in anew if one is not None])}
        audit.record(session, actor, "need.alarm_raised", "need", need.public_id, details)


def alerts_of(session: Session, need: Need) -> list[Alert]:
    """Return who was told of a need, the coordinators first."""
    query = select(Alert).where(Alert.need_id == need.id).options(joinedload(Alert.municipality))
    found = list(session.scalars(query))
    return sorted(found, key=lambda one: (one.municipality_id is not None, one.id))


def alert_by_public_id(session: Session, public_id: str) -> Alert | None:
    """Return what one of them was told."""
    query = select(Alert).where(Alert.public_id == public_id)
    return session.scalars(
        query.options(joinedload(Alert.need).joinedload(Need.municipality))
    ).one_or_none()


def alerts_waiting_for(session: Session, actor: Actor) -> list[Alert]:
    """Return the urgent needs that the actor's municipality was told of and has not answered."""
    if not actor.verified or actor.municipality_id is None or actor.role != Role.HELPER:
        return []
    query = (
        select(Alert)
        .join(Alert.need)
        .join(Need.municipality)
        .where(
            Alert.municipality_id == actor.municipality_id,
            Alert.answered_at.is_(None),
            Need.status.not_in(OVER),
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
        )
        .order_by(Alert.id)
    )
    return list(session.scalars(query))


def alarms_waiting_for(session: Session, actor: Actor) -> list[Alert]:
    """Return the urgent needs in a coordinator's scope that no coordinator has taken up."""
    query = (
        select(Alert)
        .join(Alert.need)
        .join(Need.municipality)
        .where(
            Alert.municipality_id.is_(None),
            Alert.answered_at.is_(None),
            Need.status.not_in(OVER),
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
            *towns_of(actor),
        )
        .options(joinedload(Alert.need))
        .order_by(Alert.id)
    )
    return list(session.scalars(query))


def answer_alert(session: Session, actor: Actor, alert: Alert, said: AlertAnswer) -> None:
    """Take an answer; the first one stands.

    Raises
    ------
    AlreadyChanged
        If somebody has answered.
    """
    session.refresh(alert, with_for_update={"of": Alert})
    if alert.answer is not None:
        raise AlreadyChanged(alert.public_id)
    alert.answer, alert.answered_at, alert.answered_by_id = said.value, now(), actor.user_id
    session.flush()
    need, details = alert.need, {"answer": said.value, "alert": alert.public_id}
    audit.record(session, actor, "need.alarm_answered", "need", need.public_id, details)
    tell_municipality(session, need.municipality_id, Role.REQUESTER, NoticeKind.OTHER)


def first_answer_after(alerts: list[Alert]) -> timedelta | None:
    """Return how long the first answer of anybody took; None while nobody has answered."""
    taken = [one.answered_at - one.created_at for one in alerts if one.answered_at is not None]
    return min(taken, default=None)


def match_without_round(session: Session, actor: Actor, need: Need) -> None:
    """Call an urgent need matched, because a partner city acts for it.

    Raises
    ------
    BadInput
        If nobody has said so, or the need is not urgent or not verified.
    """
    session.refresh(need, with_for_update={"of": Need})
    acting = session.scalars(
        select(Alert).where(
            Alert.need_id == need.id,
            Alert.municipality_id.is_not(None),
            Alert.answer == AlertAnswer.ACTS,
        )
    ).first()
    if not is_alarm(need) or acting is None or need.status != NeedStatus.VERIFIED:
        raise BadInput(
            "", N_("Only a verified, urgent need for which a partner city acts is matched so.")
        )
    details = {"alert": acting.public_id}
    audit.move(session, actor, need, NeedStatus.MATCHED, details)
    tell_municipality(session, need.municipality_id, Role.REQUESTER, NoticeKind.OTHER)
    session.flush()
