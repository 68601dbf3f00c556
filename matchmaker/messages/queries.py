"""Conversations as somebody may read them; nobody is shown how far another has read."""

from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand, towns_of
from matchmaker.models import (
    Engagement,
    Message,
    Municipality,
    Need,
    Offer,
    Proposal,
    Thread,
    ThreadReading,
)
from matchmaker.vocabulary import Role, Side

SIDES = {
    Role.HELPER: Side.HELPER,
    Role.REQUESTER: Side.REQUESTER,
    Role.COORDINATOR: Side.COORDINATOR,
}
"""Role acted under -> side in a conversation."""


def thread_of(session: Session, subject: Proposal | Engagement) -> Thread | None:
    """Return the conversation about a proposal or an engagement, once somebody has written."""
    if isinstance(subject, Engagement):
        where = Thread.engagement_id == subject.id
    else:
        where = (Thread.proposal_id == subject.id) & Thread.engagement_id.is_(None)
    return session.scalars(select(Thread).where(where)).one_or_none()


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a message of a thread is for the actor's side.

    A coordinator who does not work for the asking town reads what is for the helper alone.
    """
    side = SIDES.get(actor.role)  # type: ignore[call-overload]
    if side is Side.COORDINATOR:
        return or_(Message.for_requester.is_(False), Message.thread_id.in_(_asked_in_scope(actor)))
    if side is Side.HELPER:
        return Message.for_helper.is_(True)
    return Message.for_requester.is_(True) if side is Side.REQUESTER else false()


def _asked_in_scope(actor: Actor) -> Select[Any]:
    """Return the threads about needs of towns that a coordinator works for."""
    towns = select(Municipality.id).where(*towns_of(actor))
    needs = select(Need.id).where(Need.municipality_id.in_(towns))
    return select(Thread.id).join(Thread.proposal).where(Proposal.need_id.in_(needs))


def messages_in(thread: Thread | None, actor: Actor) -> Select[Any]:
    """Return the messages of a thread that are for the actor's side, newest first."""
    found = select(Message).where(Message.thread_id == (thread.id if thread else None))
    return found.where(readable_by(actor)).order_by(Message.id.desc())


def threads_visible_to(actor: Actor) -> Select[Any]:
    """Return the threads in which the actor can read a message, the latest first."""
    latest = (
        select(Message.thread_id, func.max(Message.id).label("message_id"))
        .where(readable_by(actor))
        .group_by(Message.thread_id)
        .subquery()
    )
    query = (
        select(Thread)
        .join(latest, latest.c.thread_id == Thread.id)
        .join(Thread.proposal)
        .options(
            joinedload(Thread.proposal).joinedload(Proposal.need).joinedload(Need.municipality),
            joinedload(Thread.proposal).joinedload(Proposal.offer).joinedload(Offer.municipality),
            joinedload(Thread.engagement),
        )
        .order_by(latest.c.message_id.desc())
    )
    town = actor.municipality_id if actor.verified else None
    if actor.role == Role.COORDINATOR:
        return query.where(proposals_in_hand(actor))
    if actor.role == Role.HELPER:
        mine = (Offer.municipality_id == town) & Proposal.offered_at.is_not(None)
        return query.join(Proposal.offer).where(mine)
    if actor.role == Role.REQUESTER:
        mine = (Need.municipality_id == town) & Proposal.helper_accepted_at.is_not(None)
        return query.join(Proposal.need).where(mine)
    return query.where(false())


def unread_threads(session: Session, actor: Actor) -> dict[int, int]:
    """Return thread id -> how many messages of others the actor has not marked as read."""
    visible = threads_visible_to(actor).order_by(None).with_only_columns(Thread.id)
    read_to = func.coalesce(ThreadReading.read_to, 0)
    mine = (ThreadReading.thread_id == Message.thread_id) & (ThreadReading.user_id == actor.user_id)
    rows = session.execute(
        select(Message.thread_id, func.count())
        .outerjoin(ThreadReading, mine)
        .where(
            Message.thread_id.in_(visible),
            readable_by(actor),
            Message.id > read_to,
            Message.author_id != actor.user_id,
        )
        .group_by(Message.thread_id)
    )
    return {thread_id: count for thread_id, count in rows}


def n_unread(session: Session, actor: Actor) -> int:
    """Count the threads with something new for the actor."""
    return len(unread_threads(session, actor)) if actor.role in SIDES else 0


def last_messages(session: Session, actor: Actor, threads: list[Thread]) -> dict[int, Message]:
    """Return thread id -> the latest message the actor may read."""
    latest = (
        select(func.max(Message.id))
        .where(Message.thread_id.in_([thread.id for thread in threads]), readable_by(actor))
        .group_by(Message.thread_id)
    )
    found = session.scalars(select(Message).where(Message.id.in_(latest)))
    return {message.thread_id: message for message in found}


def n_unanswered(session: Session, thread: Thread, side: Side) -> int:
    """Count what a side has written since a coordinator last wrote to it."""
    reads = Message.for_helper if side is Side.HELPER else Message.for_requester
    last = (
        select(func.coalesce(func.max(Message.id), 0))
        .where(Message.thread_id == thread.id, Message.side == Side.COORDINATOR, reads.is_(True))
        .scalar_subquery()
    )
    written = select(func.count()).where(
        Message.thread_id == thread.id, Message.side == side, Message.id > last
    )
    return session.scalar(written) or 0


def message_by_public_id(
    session: Session, actor: Actor, thread: Thread | None, public_id: str
) -> Message | None:
    """Return a message of this thread that the actor may read."""
    query = messages_in(thread, actor).where(Message.public_id == public_id)
    return session.scalars(query).one_or_none()
