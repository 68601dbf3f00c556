"""Which groups of needs and offers a round has: what a floor or a cap may be set for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Municipality,
    Need,
    NeedTopic,
    Offer,
    OfferTopic,
    Partnership,
    Round,
    RoundNeed,
    RoundOffer,
)
from matchmaker.rounds.floors import GroupKind
from matchmaker.rounds.queries import entering_needs, entering_offers
from matchmaker.rounds.settings import settings_of


def groups_in(session: Session, actor: Actor, round_: Round) -> Counter[str]:
    """Count the needs and offers of each group, as codes: those of a frozen round that the reader
    works for, else those that would enter now. Four queries."""
    needs, offers = _needs(actor, round_), _offers(session, actor, round_)
    found: Counter[str] = Counter()
    for row in session.execute(_of_needs(needs)):
        found.update(_codes_of_need(row))
    found.update(_topics(session, NeedTopic, NeedTopic.need_id, needs, "need_topic"))
    for country, category in session.execute(_of_offers(offers)):
        found.update((f"offer_country:{country}", f"offer_category:{category}"))
    found.update(_topics(session, OfferTopic, OfferTopic.offer_id, offers, "offer_topic"))
    return found


def _needs(actor: Actor, round_: Round) -> Select[Any]:
    query = select(Need.id).join(Need.municipality)
    if round_.frozen_at is None:
        return query.where(*entering_needs(actor))
    entered = select(RoundNeed.need_id).where(RoundNeed.round_id == round_.id)
    return query.where(Need.id.in_(entered), *towns_of(actor))


def _offers(session: Session, actor: Actor, round_: Round) -> Select[Any]:
    query = select(Offer.id).join(Offer.municipality)
    if round_.frozen_at is None:
        elsewhere = settings_of(round_).offers_from_elsewhere
        return query.where(*entering_offers(session, actor, elsewhere=elsewhere))
    entered = select(RoundOffer.offer_id).where(RoundOffer.round_id == round_.id)
    return query.where(Offer.id.in_(entered))


def _of_needs(needs: Select[Any]) -> Any:
    partners = exists().where(
        or_(Partnership.a_id == Municipality.id, Partnership.b_id == Municipality.id)
    )
    return (
        select(
            Municipality.country, Municipality.sides, Municipality.kind, Need.category, ~partners
        )
        .join(Need, Need.municipality_id == Municipality.id)
        .where(Need.id.in_(needs))
    )


def _of_offers(offers: Select[Any]) -> Any:
    return (
        select(Municipality.country, Offer.category)
        .join(Offer, Offer.municipality_id == Municipality.id)
        .where(Offer.id.in_(offers))
    )


def _codes_of_need(row: Any) -> Iterator[str]:
    country, sides, kind, category, new = row
    yield GroupKind.NEEDS.value
    yield f"need_country:{country}"
    yield f"need_category:{category}"
    yield f"need_kind:{'temporary' if kind == 'temporary' else 'elected'}"
    yield from (f"need_side:{side}" for side in sides)
    if new:
        yield GroupKind.NEED_NEW.value


def _topics(session: Session, topic: Any, row: Any, ids: Select[Any], kind: str) -> dict[str, int]:
    found = session.execute(
        select(topic.topic_code, func.count()).where(row.in_(ids)).group_by(topic.topic_code)
    )
    return {f"{kind}:{code}": n for code, n in found}
