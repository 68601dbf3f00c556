"""Pulses, their answers and the tasks of coordinators, as they are read."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.engagements.queries import engagements_visible_to
from matchmaker.models import Engagement, FollowUpTask, Membership, Proposal, Pulse, PulseAnswer
from matchmaker.vocabulary import (
    PULSE_DAYS,
    EngagementStatus,
    MembershipStatus,
    MunicipalityStatus,
    Role,
    Side,
)

ASKED_WHILE = (EngagementStatus.ACTIVE.value, EngagementStatus.PAUSED.value)
"""Statuses of an engagement in which both sides are asked."""


def engagement_by_public_id(session: Session, public_id: str) -> Engagement | None:
    """Return the engagement with its proposal, or None."""
    return session.scalars(
        select(Engagement)
        .where(Engagement.public_id == public_id)
        .options(joinedload(Engagement.proposal).joinedload(Proposal.round))
    ).one_or_none()


def pulse_by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Pulse | None:
    """Return a pulse; with `lock` it waits for whoever is writing about it."""
    query = select(Pulse).where(Pulse.public_id == public_id)
    if lock:
        query = query.with_for_update(of=Pulse).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def due_pulses(session: Session, at: datetime, within: timedelta) -> list[str]:
    """Return what has to be asked at a moment, as public id of the engagement and days.

    What should have been asked longer ago than `within` is not made up for: its answers would be
    about another time.
    """
    found = []
    for day in PULSE_DAYS:
        since = at - timedelta(days=day)
        asked = exists().where(Pulse.engagement_id == Engagement.id, Pulse.day == day)
        query = select(Engagement.public_id).where(
            Engagement.status.in_(ASKED_WHILE),
            Engagement.began_at <= since,
            Engagement.began_at > since - within,
            ~asked,
        )
        found += [f"{public_id}:{day}" for public_id in session.scalars(query)]
    return found


def pulses_to_close(session: Session, at: datetime) -> list[str]:
    """Return the pulses whose time to answer is over and of which nobody has noted it yet."""
    over = Pulse.closed_at.is_(None), Pulse.answer_by <= at
    return list(session.scalars(select(Pulse.public_id).where(*over).order_by(Pulse.id)))


def pulses_of(session: Session, engagement: Engagement) -> list[Pulse]:
    """Return the pulses of an engagement, in order."""
    query = select(Pulse).where(Pulse.engagement_id == engagement.id)
    return list(session.scalars(query.order_by(Pulse.day)))


def answers_of(session: Session, pulses: Iterable[Pulse]) -> dict[int, list[PulseAnswer]]:
    """Return row id of a pulse -> its answers, the earliest first."""
    ids = [pulse.id for pulse in pulses]
    found: dict[int, list[PulseAnswer]] = {key: [] for key in ids}
    query = select(PulseAnswer).where(PulseAnswer.pulse_id.in_(ids)).order_by(PulseAnswer.id)
    for answer in session.scalars(query):
        found[answer.pulse_id].append(answer)
    return found


def answer_of(session: Session, pulse: Pulse, user_id: int) -> PulseAnswer | None:
    """Return what a person said of a pulse."""
    own = PulseAnswer.pulse_id == pulse.id, PulseAnswer.user_id == user_id
    return session.scalars(select(PulseAnswer).where(*own)).one_or_none()


def sides_that_answered(session: Session, pulse: Pulse) -> set[str]:
    """Return the sides of which somebody answered."""
    query = select(PulseAnswer.side).where(PulseAnswer.pulse_id == pulse.id).distinct()
    return set(session.scalars(query))


def pulse_before(session: Session, pulse: Pulse) -> Pulse | None:
    """Return the pulse of the same engagement that was asked before this one."""
    query = select(Pulse).where(Pulse.engagement_id == pulse.engagement_id, Pulse.day < pulse.day)
    return session.scalars(query.order_by(Pulse.day.desc()).limit(1)).one_or_none()


def open_pulse_of(session: Session, engagement: Engagement, at: datetime) -> Pulse | None:
    """Return the newest pulse of an engagement that can still be answered."""
    there = Pulse.engagement_id == engagement.id, Pulse.closed_at.is_(None), Pulse.answer_by > at
    query = select(Pulse).where(*there).order_by(Pulse.day.desc()).limit(1)
    return session.scalars(query).one_or_none()


def pulses_waiting_for(session: Session, actor: Actor, at: datetime) -> list[Pulse]:
    """Return the pulses that the actor's side has not answered yet."""
    if actor.role not in (Role.HELPER, Role.REQUESTER):
        return []
    seen = engagements_visible_to(actor).with_only_columns(Engagement.id).order_by(None)
    said = exists().where(PulseAnswer.pulse_id == Pulse.id, PulseAnswer.side == actor.role)
    query = (
        select(Pulse)
        .where(Pulse.engagement_id.in_(seen), Pulse.closed_at.is_(None), Pulse.answer_by > at)
        .where(~said)
        .options(joinedload(Pulse.engagement))
    )
    return list(session.scalars(query.order_by(Pulse.id)))


def tasks_of(session: Session, engagement: Engagement) -> list[FollowUpTask]:
    """Return the tasks of an engagement, what stands first."""
    query = select(FollowUpTask).where(FollowUpTask.engagement_id == engagement.id)
    order = (FollowUpTask.closed_at.is_not(None), FollowUpTask.id.desc())
    return list(session.scalars(query.order_by(*order)))


def task_of(session: Session, engagement: Engagement, public_id: str) -> FollowUpTask | None:
    """Return one task of this engagement."""
    own = FollowUpTask.engagement_id == engagement.id, FollowUpTask.public_id == public_id
    return session.scalars(select(FollowUpTask).where(*own)).one_or_none()


def standing_task(
    session: Session, engagement: Engagement, kind: str, side: str
) -> FollowUpTask | None:
    """Return the task of this kind and side that nobody has closed yet."""
    return session.scalars(
        select(FollowUpTask).where(
            FollowUpTask.engagement_id == engagement.id,
            FollowUpTask.kind == kind,
            FollowUpTask.side == side,
            FollowUpTask.closed_at.is_(None),
        )
    ).one_or_none()


def tasks_waiting_for(session: Session, actor: Actor) -> list[FollowUpTask]:
    """Return the tasks that a coordinator has to look after, the oldest first."""
    if actor.role != Role.COORDINATOR:
        return []
    query = (
        select(FollowUpTask)
        .join(FollowUpTask.engagement)
        .join(Engagement.proposal)
        .where(FollowUpTask.closed_at.is_(None), proposals_in_hand(actor))
        .options(joinedload(FollowUpTask.engagement))
    )
    return list(session.scalars(query.order_by(FollowUpTask.id)))


def other_alarms(session: Session, task: FollowUpTask, municipality_id: int) -> bool:
    """Tell whether the municipality is said to be not safe in another engagement too."""
    others = session.scalars(
        select(FollowUpTask)
        .where(
            FollowUpTask.kind == task.kind,
            FollowUpTask.closed_at.is_(None),
            FollowUpTask.id != task.id,
        )
        .options(joinedload(FollowUpTask.engagement).joinedload(Engagement.proposal))
    )
    return any(town_id_of(one.engagement, one.side) == municipality_id for one in others)


def town_id_of(engagement: Engagement, side: str) -> int:
    """Return row id of the municipality on a side of an engagement."""
    proposal = engagement.proposal
    row = proposal.offer if side == Side.HELPER else proposal.need
    return row.municipality_id


def membership_on(session: Session, pulse: Pulse, side: str, user_id: int) -> Membership | None:
    """Return the membership by which a person may answer for a side now."""
    found = session.scalars(
        select(Membership)
        .where(
            Membership.user_id == user_id,
            Membership.municipality_id == town_id_of(pulse.engagement, side),
            Membership.role == side,
            Membership.status == MembershipStatus.ACTIVE,
        )
        .order_by(Membership.id)
    ).first()
    if found is None or found.municipality is None:
        return None
    return found if found.municipality.status == MunicipalityStatus.VERIFIED else None
