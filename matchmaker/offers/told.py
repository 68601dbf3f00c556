"""What the municipality of an offer has been told of its places, and so may read on its pages.

A place is taken as soon as a match is approved, days before it goes out. That an offer is full, or
fuller than yesterday, would tell its owner that somebody asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select, text
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import Offer, Proposal
from matchmaker.models.proposal import LIVE
from matchmaker.vocabulary import OfferStatus, Role


@dataclass(frozen=True)
class Told:
    """How full an offer is, as one reader may know it."""

    status: str
    places_taken: int


def places_told() -> ColumnElement[int]:
    """Return in SQL how many places hold matches that have gone out to the municipality."""
    return (
        select(func.count())
        .select_from(Proposal)
        .where(
            Proposal.offer_id == Offer.id,
            Proposal.places_held.is_(True),
            Proposal.offered_at.is_not(None),
        )
        .correlate(Offer)
        .scalar_subquery()
    )


def status_told() -> ColumnElement[str]:
    """Return in SQL the status of an offer by what has gone out: open while it is only full to us.

    An offer of which nothing has been told counts as open for all that its municipality reads.
    """
    not_told = and_(Offer.status == OfferStatus.FULL.value, places_told() < Offer.places)
    return case((not_told, OfferStatus.OPEN.value), else_=Offer.status)


def is_told_all(actor: Actor) -> bool:
    """Tell whether the reader prepares matches and knows of each before it goes out."""
    return actor.role == Role.COORDINATOR


def told_of(session: Session, actor: Actor, offers: Sequence[Offer]) -> dict[int, Told]:
    """Return row id -> how full each offer is, as the actor may know it."""
    if is_told_all(actor):
        return {offer.id: Told(offer.status, offer.places_taken) for offer in offers}
    rows = session.execute(
        select(Offer.id, status_told(), places_told()).where(
            Offer.id.in_([offer.id for offer in offers])
        )
    )
    return {key: Told(status, n) for key, status, n in rows}


def knows_of_a_match(session: Session, offer: Offer) -> bool:
    """Tell whether a match of the offer that is not over has gone out to its municipality."""
    gone_out = (Proposal.offer_id == offer.id) & Proposal.offered_at.is_not(None)
    return session.scalar(select(Proposal.id).where(gone_out, text(LIVE)).limit(1)) is not None
