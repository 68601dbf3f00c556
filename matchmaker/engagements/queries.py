"""Engagements as somebody may see them."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.models import Engagement, Need, Offer, Proposal
from matchmaker.vocabulary import EngagementStatus, Role


def engagements_visible_to(actor: Actor) -> Select[Any]:
    """Return the engagements the actor takes part in or coordinates, newest first.

    A municipality that is not verified, or is suspended, is shown none of its own.
    """
    query = (
        select(Engagement)
        .join(Engagement.proposal)
        .options(
            joinedload(Engagement.proposal).joinedload(Proposal.need).joinedload(Need.municipality),
            joinedload(Engagement.proposal)
            .joinedload(Proposal.offer)
            .joinedload(Offer.municipality),
        )
        .order_by(Engagement.id.desc())
    )
    if actor.role == Role.COORDINATOR:
        return query.where(proposals_in_hand(actor))
    town = actor.municipality_id if actor.verified else None
    if actor.role == Role.HELPER:
        return query.join(Proposal.offer).where(Offer.municipality_id == town)
    return query.join(Proposal.need).where(Need.municipality_id == town)


def engagement_by_public_id(session: Session, public_id: str) -> Engagement | None:
    """Return the engagement with its proposal and both sides, or None."""
    return session.scalars(
        select(Engagement)
        .where(Engagement.public_id == public_id)
        .options(joinedload(Engagement.proposal).joinedload(Proposal.round))
    ).one_or_none()


def engagements_waiting_for(session: Session, actor: Actor) -> list[Engagement]:
    """Return the planned engagements that the actor's municipality could start."""
    if actor.role not in (Role.HELPER, Role.REQUESTER):
        return []
    planned = engagements_visible_to(actor).where(Engagement.status == EngagementStatus.PLANNED)
    return list(session.scalars(planned))


def n_engagements(session: Session, actor: Actor, status: str) -> int:
    """Count the actor's engagements of one status."""
    query = engagements_visible_to(actor).where(Engagement.status == status).order_by(None)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def engagement_of(session: Session, proposal: Proposal) -> Engagement | None:
    """Return the engagement that came of a proposal, or None."""
    return session.scalars(
        select(Engagement).where(Engagement.proposal_id == proposal.id)
    ).one_or_none()
