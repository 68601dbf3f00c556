"""Offers as each actor may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, text
from sqlalchemy.orm import Session, contains_eager, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Engagement,
    Municipality,
    Need,
    Offer,
    OfferTopic,
    PartnerOrganisation,
    Proposal,
)
from matchmaker.models.proposal import LIVE
from matchmaker.offers.told import is_told_all, status_told
from matchmaker.vocabulary import EngagementStatus, MunicipalityStatus, OfferStatus, Role


@dataclass(frozen=True)
class OfferFilter:
    """What a reader narrows the list to, and its order; empty = everything."""

    category: str = ""
    status: str = ""
    country: str = ""
    topic: str = ""
    words: str = ""
    sort: str = "newest"


def offer_by_public_id(session: Session, public_id: str) -> Offer | None:
    """Return an offer with its municipality."""
    return session.scalars(
        select(Offer).where(Offer.public_id == public_id).options(joinedload(Offer.municipality))
    ).one_or_none()


def offers_visible_to(session: Session, actor: Actor) -> Select[Any]:
    """Return the offers an actor may list: the own ones, or those submitted within the scope."""
    query = select(Offer).join(Offer.municipality).options(joinedload(Offer.municipality))
    return query.where(*_visible(actor))


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.role == Role.HELPER:
        return [Offer.municipality_id == actor.municipality_id]
    if actor.role == Role.COORDINATOR:
        rules: list[ColumnElement[bool]] = [
            Offer.status != OfferStatus.DRAFT.value,
            Offer.submitted_at.is_not(None),
            Municipality.hidden.is_(False),
        ]
        return rules + towns_of(actor)
    return [false()]


def narrowed(query: Select[Any], by: OfferFilter, actor: Actor) -> Select[Any]:
    """Narrow and order a list of offers, by no more than the reader may know of them."""
    if by.category:
        query = query.where(Offer.category == by.category)
    if by.status:
        status = Offer.status if is_told_all(actor) else status_told()
        query = query.where(status == by.status)
    if by.country:
        query = query.where(Municipality.country == by.country)
    if by.topic:
        query = query.where(Offer.topics.any(OfferTopic.topic_code == by.topic))
    if by.words:
        query = query.where(Offer.title.icontains(by.words, autoescape=True))
    if by.sort == "window":
        return query.order_by(Offer.window_start.is_(None), Offer.window_start, Offer.id)
    return query.order_by(Offer.created_at.desc(), Offer.id.desc())


def live_proposals_of(session: Session, offer: Offer) -> list[Proposal]:
    """Return the proposals of an offer that are neither refused, lapsed nor undone."""
    return list(session.scalars(select(Proposal).where(Proposal.offer_id == offer.id, text(LIVE))))


def references_of(session: Session, offer: Offer) -> list[Need]:
    """Return the needs on which the helper completed work and whose towns agree to be named."""
    query = (
        select(Need)
        .select_from(Engagement)
        .join(Engagement.proposal)
        .join(Proposal.need)
        .join(Proposal.offer)
        .join(Need.municipality)
        .where(
            Offer.municipality_id == offer.municipality_id,
            Engagement.status == EngagementStatus.COMPLETED,
            Engagement.requester_consents_at.is_not(None),
            Municipality.hidden.is_(False),
        )
        .options(contains_eager(Need.municipality))
    )
    return list(session.scalars(query.order_by(Engagement.id.desc())))


def has_open_engagement(session: Session, offer: Offer) -> bool:
    """Tell whether work on this offer is agreed and not yet over."""
    query = (
        select(Engagement.id)
        .join(Engagement.proposal)
        .where(Proposal.offer_id == offer.id, Engagement.ended_at.is_(None))
    )
    return session.scalar(query.limit(1)) is not None


def verified_partners(session: Session) -> list[PartnerOrganisation]:
    """Return the verified partner organisations by name."""
    return list(
        session.scalars(
            select(PartnerOrganisation)
            .where(PartnerOrganisation.status == MunicipalityStatus.VERIFIED.value)
            .order_by(PartnerOrganisation.name)
        )
    )


def offers_waiting_for(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many offers wait for the actor, by status: to verify, or to answer and finish."""
    statuses = {
        Role.COORDINATOR: [OfferStatus.SUBMITTED],
        Role.HELPER: [OfferStatus.RETURNED, OfferStatus.DRAFT],
    }.get(actor.role, [])  # type: ignore[call-overload]
    if not statuses:
        return {}
    rows = session.execute(
        select(Offer.status, func.count())
        .join(Offer.municipality)
        .where(*_visible(actor), Offer.status.in_([status.value for status in statuses]))
        .group_by(Offer.status)
    )
    return {status: count for status, count in rows}
