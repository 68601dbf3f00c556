"""Scenarios of a round, and the needs and offers that can be named in them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, and_, or_, select, union
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload, selectinload, undefer

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Adjustment,
    Municipality,
    Need,
    Offer,
    Partnership,
    Round,
    RoundNeed,
    RoundOffer,
    Scenario,
)
from matchmaker.workbench.why_queries import words_told

BARE_OFFER = [
    lazyload(part) for part in (Offer.topics, Offer.activities, Offer.areas, Offer.deliveries)
]
"""For a name alone, what hangs on an offer is not read."""
ADJUSTED = (
    joinedload(Adjustment.need).options(joinedload(Need.municipality), lazyload(Need.topics)),
    joinedload(Adjustment.offer).options(joinedload(Offer.municipality), *BARE_OFFER),
    joinedload(Adjustment.created_by),
)


def round_by_public_id(session: Session, public_id: str) -> Round | None:
    """Return the round with its pairs and figures, or None."""
    return session.scalars(
        select(Round)
        .where(Round.public_id == public_id)
        .options(undefer(Round.pairs), undefer(Round.overview))
    ).one_or_none()


def scenarios_of(session: Session, round_: Round) -> list[Scenario]:
    """Return the scenarios of a round with what was changed in them, oldest first."""
    return list(
        session.scalars(
            select(Scenario)
            .where(Scenario.round_id == round_.id)
            .options(undefer(Scenario.pairs), selectinload(Scenario.adjustments))
            .order_by(Scenario.id)
        )
    )


def scenario_of(session: Session, round_: Round, public_id: str) -> Scenario | None:
    """Return a scenario of this round with its adjustments and whom they name, or None."""
    return session.scalars(
        select(Scenario)
        .where(Scenario.round_id == round_.id, Scenario.public_id == public_id)
        .options(undefer(Scenario.pairs), selectinload(Scenario.adjustments).options(*ADJUSTED))
    ).one_or_none()


def words_of(session: Session, adjustments: Sequence[Adjustment]) -> dict[int, str | None]:
    """Return the reason in words of each adjustment by its row id; None where it was erased."""
    by_event = {row.told: row.id for row in adjustments}
    return {by_event[seq]: text for seq, text in words_told(session, by_event).items()}


def needs_in(session: Session, actor: Actor, round_: Round, keys: Iterable[str]) -> dict[str, Need]:
    """Return those of some needs of a round that the coordinator may name, by public id."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    query = needs_to_choose(actor, round_).where(Need.public_id.in_(wanted))
    return {row.public_id: row for row in session.scalars(query.order_by(Need.id))}


def offers_in(session: Session, round_: Round, keys: Iterable[str]) -> dict[str, Offer]:
    """Return those of some offers of a round that are not hidden, by public id; those of others'
    towns bear no name where shown."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    query = offers_to_choose(round_).where(Offer.public_id.in_(wanted))
    return {row.public_id: row for row in session.scalars(query.order_by(Offer.id))}


def needs_to_choose(actor: Actor, round_: Round) -> Select[Need]:
    """Select the needs of a round that the coordinator may name."""
    return (
        select(Need)
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Need.municipality)
        .where(
            RoundNeed.round_id == round_.id,
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
            *towns_of(actor),
        )
        .options(contains_eager(Need.municipality), lazyload(Need.topics))
    )


def offers_to_choose(round_: Round) -> Select[Offer]:
    """Select the offers of a round that are not hidden."""
    return (
        select(Offer)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .join(Offer.municipality)
        .where(RoundOffer.round_id == round_.id, Municipality.hidden.is_(False))
        .options(contains_eager(Offer.municipality), *BARE_OFFER)
    )


def pairs_that_know_each_other(
    session: Session, actor: Actor, round_: Round, year: int, most: int
) -> list[tuple[Need, Offer]]:
    """Return pairs of a round whose municipalities have a tie on record that has not ended."""
    asking, helping = Need.municipality_id, Offer.municipality_id
    going_on = or_(Partnership.until.is_(None), Partnership.until >= year)
    # Each tie is seen from both ends: told as one condition with "or", the database would look at
    # every need with every offer.
    known = union(
        select(Partnership.a_id.label("one"), Partnership.b_id.label("other")).where(going_on),
        select(Partnership.b_id, Partnership.a_id).where(going_on),
    ).subquery()
    towns = select(Municipality.id).where(Municipality.hidden.is_(False))
    query = (
        select(Need, Offer)
        .select_from(RoundNeed)
        .join(Need, Need.id == RoundNeed.need_id)
        .join(known, known.c.one == asking)
        .join(Offer, helping == known.c.other)
        .join(RoundOffer, and_(RoundOffer.offer_id == Offer.id, RoundOffer.round_id == round_.id))
        .where(
            RoundNeed.round_id == round_.id,
            Need.category == Offer.category,
            Need.hidden.is_(False),
            asking.in_(towns.where(*towns_of(actor))),
            helping.in_(towns),
        )
        .options(joinedload(Need.municipality), lazyload(Need.topics))
        .options(joinedload(Offer.municipality), *BARE_OFFER)
        .order_by(Need.id, Offer.id)
        .limit(most)
    )
    return [(need, offer) for need, offer in session.execute(query)]
