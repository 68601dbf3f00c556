"""A new offer with the answers of an earlier one."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.models import Offer, OfferActivity, OfferArea, OfferDelivery, OfferTopic, now
from matchmaker.models.copying import ANEW, next_season, values_of
from matchmaker.offers import steps
from matchmaker.vocabulary import OfferStatus

# A council decides each time anew.
ANEW_OFFER = ANEW | {"mandate", "mandate_chance", "mandate_lapses"}
"""What a copy does not take over; everything else, vetoes above all, it does."""


def copy_offer(session: Session, actor: Actor, offer: Offer) -> Offer:
    """Open a draft with the answers of an offer, its period moved on, its mandate asked anew."""
    assert actor.user_id is not None
    draft = Offer(
        **values_of(offer, ANEW_OFFER),
        status=OfferStatus.DRAFT.value,
        created_by_id=actor.user_id,
        step=steps.place_of("mandate"),
    )
    period = next_season(offer.window_start, offer.window_end, now().date())
    if period is not None:
        draft.window_start, draft.window_end = period
    draft.topics = [OfferTopic(topic_code=row.topic_code, level=row.level) for row in offer.topics]
    draft.activities = [
        OfferActivity(activity=row.activity, times=row.times) for row in offer.activities
    ]
    draft.areas = [OfferArea(**values_of(row, {"offer_id"})) for row in offer.areas]
    draft.deliveries = [OfferDelivery(**values_of(row, {"offer_id"})) for row in offer.deliveries]
    audit.created(session, actor, draft, {"copy_of": offer.public_id})
    return draft
