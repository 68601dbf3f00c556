"""What the pages of a case read."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.models import Need, Offer, Round, RoundNeed, now
from matchmaker.rounds.queries import TAKES_PART
from matchmaker.vocabulary import OfferStatus, RoundStatus

TOLD = (RoundStatus.PUBLISHED.value, RoundStatus.CLOSED.value)


def open_offers(session: Session, besides: int) -> list[Offer]:
    """Return the offers with a place left that a round could take now, but those of one town."""
    query = (
        select(Offer)
        .join(Offer.municipality)
        .where(
            Offer.status == OfferStatus.OPEN,
            Offer.places_taken < Offer.places,
            Offer.municipality_id != besides,
            *TAKES_PART,
        )
        .options(joinedload(Offer.municipality, innerjoin=True))
        .order_by(Offer.id)
    )
    return list(session.scalars(query))


def last_told_round(session: Session, need: Need) -> RoundNeed | None:
    """Return what the last round said of a need, once municipalities may hear of that round."""
    query = (
        select(RoundNeed)
        .join(Round, Round.id == RoundNeed.round_id)
        .where(
            RoundNeed.need_id == need.id,
            Round.status.in_(TOLD),
            or_(Round.cool_off_ends_at.is_(None), Round.cool_off_ends_at <= now()),
        )
        .order_by(RoundNeed.round_id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()
