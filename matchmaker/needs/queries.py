"""Needs as each actor may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, text
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Closing,
    Engagement,
    Municipality,
    Need,
    NeedEntry,
    NeedTopic,
    Proposal,
)
from matchmaker.models.proposal import LIVE
from matchmaker.vocabulary import NeedStatus, Role

UNCONFIRMED = "unconfirmed"
"""Stands among the statuses of the filter: what the municipality has yet to confirm."""


@dataclass(frozen=True)
class NeedFilter:
    """What a reader narrows the list to, and its order; empty = everything."""

    category: str = ""
    status: str = ""
    country: str = ""
    topic: str = ""
    words: str = ""
    sort: str = "newest"


def need_by_public_id(session: Session, public_id: str) -> Need | None:
    """Return a need with its municipality."""
    return session.scalars(
        select(Need).where(Need.public_id == public_id).options(joinedload(Need.municipality))
    ).one_or_none()


def municipality_by_public_id(session: Session, public_id: str) -> Municipality | None:
    """Return the municipality that a need is written down for."""
    return session.scalars(
        select(Municipality).where(Municipality.public_id == public_id)
    ).one_or_none()


def needs_visible_to(session: Session, actor: Actor) -> Select[Any]:
    """Return the needs an actor may list: the own ones, or those submitted within the scope."""
    query = select(Need).join(Need.municipality).options(joinedload(Need.municipality))
    return query.where(*_visible(actor))


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.role == Role.REQUESTER:
        # What a coordinator still writes down is the coordinator's, until it is handed in.
        known = Need.submitted_at.is_not(None) | ~Need.entry.has()
        return [Need.municipality_id == actor.municipality_id, known]
    if actor.role == Role.COORDINATOR:
        submitted = (Need.status != NeedStatus.DRAFT.value) & Need.submitted_at.is_not(None)
        rules: list[ColumnElement[bool]] = [
            submitted | Need.entry.has(NeedEntry.entered_by_id == actor.user_id),
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
        ]
        return rules + towns_of(actor)
    return [false()]


def narrowed(query: Select[Any], by: NeedFilter) -> Select[Any]:
    """Narrow and order a list of needs."""
    if by.category:
        query = query.where(Need.category == by.category)
    if by.status == UNCONFIRMED:
        query = query.where(*_unconfirmed())
    elif by.status:
        query = query.where(Need.status == by.status)
    if by.country:
        query = query.where(Municipality.country == by.country)
    if by.topic:
        query = query.where(Need.topics.any(NeedTopic.topic_code == by.topic))
    if by.words:
        query = query.where(Need.title.icontains(by.words, autoescape=True))
    if by.sort == "window":
        return query.order_by(Need.window_start.is_(None), Need.window_start, Need.id)
    return query.order_by(Need.created_at.desc(), Need.id.desc())


def live_proposals_of(session: Session, need: Need) -> list[Proposal]:
    """Return the proposals of a need that are neither refused, lapsed nor undone."""
    return list(session.scalars(select(Proposal).where(Proposal.need_id == need.id, text(LIVE))))


def ended_proposal_of(session: Session, need: Need) -> Proposal | None:
    """Return the last proposal of a need, if it ended and what comes after it was looked for."""
    query = (
        select(Proposal)
        .where(Proposal.need_id == need.id)
        .options(joinedload(Proposal.round))
        .order_by(Proposal.id.desc())
    )
    last = session.scalars(query.limit(1)).first()
    return last if last is not None and last.next_best else None


def has_open_engagement(session: Session, need: Need) -> bool:
    """Tell whether work on this need is agreed and not yet over."""
    query = (
        select(Engagement.id)
        .join(Engagement.proposal)
        .where(Proposal.need_id == need.id, Engagement.ended_at.is_(None))
    )
    return session.scalar(query.limit(1)) is not None


def earlier_work_on(session: Session, actor: Actor, need: Need) -> list[Engagement]:
    """Return the engagements of a need that are over, to its coordinators; the newest first."""
    if actor.role != Role.COORDINATOR:
        return []
    query = (
        select(Engagement)
        .join(Engagement.proposal)
        .where(Proposal.need_id == need.id, Engagement.ended_at.is_not(None))
        .options(joinedload(Engagement.proposal).joinedload(Proposal.offer))
    )
    return list(session.scalars(query.order_by(Engagement.id.desc())))


def asked_again(session: Session, engagements: list[Engagement]) -> set[int]:
    """Return row ids of the engagements of which both sides asked for each other once more."""
    query = (
        select(Closing.engagement_id)
        .where(Closing.engagement_id.in_([one.id for one in engagements]), Closing.again.is_(True))
        .group_by(Closing.engagement_id)
        .having(func.count() == 2)
    )
    return set(session.scalars(query)) if engagements else set()


def needs_waiting_for(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many needs wait for the actor, by status: to verify, or to answer and finish.

    What the municipality has yet to confirm waits for it under `UNCONFIRMED`, for nothing else.
    """
    if actor.role not in (Role.COORDINATOR, Role.REQUESTER):
        return {}
    own_drafts = (Need.status == NeedStatus.DRAFT.value) & (
        Need.entry.has(NeedEntry.entered_by_id == actor.user_id)
    )
    turn = {
        Role.COORDINATOR: own_drafts
        | ((Need.status == NeedStatus.SUBMITTED.value) & Need.confirmed.is_(True)),
        Role.REQUESTER: Need.status.in_([NeedStatus.RETURNED.value, NeedStatus.DRAFT.value]),
    }[Role(actor.role)]
    rows = session.execute(
        select(Need.status, func.count())
        .join(Need.municipality)
        .where(*_visible(actor), turn)
        .group_by(Need.status)
    )
    waiting = {status: count for status, count in rows}
    n_unconfirmed = session.scalar(
        select(func.count())
        .select_from(Need)
        .join(Need.municipality)
        .where(*_visible(actor), *_unconfirmed())
    )
    return waiting | ({UNCONFIRMED: n_unconfirmed} if n_unconfirmed else {})


def _unconfirmed() -> list[ColumnElement[bool]]:
    """Return what tells that a need was handed in for a municipality that has not confirmed it."""
    open_ = (NeedStatus.SUBMITTED.value, NeedStatus.RETURNED.value)
    return [
        Need.confirmed.is_(False),
        Need.submitted_at.is_not(None),
        Need.status.in_(open_),
    ]
