"""What became of the needs and offers of a round since it was frozen: named, with their pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.engagements.places import DEAD
from matchmaker.models import Municipality, Need, Offer, Proposal, Round, RoundNeed, RoundOffer
from matchmaker.proposals.queries import NAMED, nobody_hidden
from matchmaker.rounds.queries import TAKEN
from matchmaker.vocabulary import MunicipalityStatus, NeedStatus, OfferStatus

GONE_NEEDS = (NeedStatus.WITHDRAWN.value, NeedStatus.CLOSED.value)
BACK_NEEDS = (NeedStatus.SUBMITTED.value, NeedStatus.RETURNED.value)
GONE_OFFERS = (OfferStatus.WITHDRAWN.value, OfferStatus.CLOSED.value, OfferStatus.LAPSED.value)
BACK_OFFERS = (OfferStatus.SUBMITTED.value, OfferStatus.RETURNED.value)
HIDDEN = "hidden"
"""Of these the number is told and no name."""
MOST = 100
"""Rows of each side that are named; beyond them only the number is told."""


@dataclass(frozen=True)
class Stale:
    """A need or an offer that is not any more what the round was decided on."""

    code: str
    """'gone', 'back', 'edited', 'suspended', 'hidden', 'paused' or 'full'."""
    row: Any
    """The need or the offer."""
    pairs: Sequence[Proposal]
    """Its live proposals of the round, as the actor may see them."""


def stale_sides(session: Session, actor: Actor, round_: Round) -> list[Stale]:
    """Return what changed since the round was frozen, needs first; three queries.

    Needs and offers outside the actor's scope are told of only where they stand in a pair.
    """
    if round_.frozen_at is None:
        return []
    pairs = session.scalars(
        select(Proposal)
        .where(
            Proposal.round_id == round_.id,
            Proposal.status.not_in(DEAD),
            nobody_hidden(),
            or_(
                Proposal.need_id.in_(_ids(_needs(round_))),
                Proposal.offer_id.in_(_ids(_offers(round_))),
            ),
        )
        .options(*NAMED)
        .order_by(Proposal.id)
    ).all()
    found = []
    for query, side in ((_needs(round_), "need_id"), (_offers(round_), "offer_id")):
        touched: dict[int, list[Proposal]] = {}
        for pair in pairs:
            touched.setdefault(getattr(pair, side), []).append(pair)
        in_scope = or_(and_(*towns_of(actor), Municipality.id.is_not(None)), _in(query, touched))
        rows = session.execute(query.where(in_scope).limit(MOST))
        found += [Stale(code, row, touched.get(row.id, ())) for row, code in rows]
    return found


def n_stale(session: Session, actor: Actor, round_: Round) -> int:
    """Count the needs and offers in scope that changed since the round was frozen; one query."""
    if round_.frozen_at is None:
        return 0
    both = (query.where(*towns_of(actor)) for query in (_needs(round_), _offers(round_)))
    numbers = [
        select(func.count()).select_from(_ids(mine).subquery()).scalar_subquery() for mine in both
    ]
    return session.scalar(select(numbers[0] + numbers[1])) or 0


def touched_pairs(round_: Round) -> ColumnElement[bool]:
    """Return the condition that a side of a proposal is not what the round was decided on."""
    if round_.frozen_at is None:
        return false()
    return or_(
        Proposal.need_id.in_(_ids(_needs(round_))), Proposal.offer_id.in_(_ids(_offers(round_)))
    )


def _in(query: Any, touched: dict[int, list[Proposal]]) -> Any:
    model = query.column_descriptions[0]["entity"]
    return model.id.in_(list(touched))


def _ids(query: Any) -> Any:
    return query.with_only_columns(query.column_descriptions[0]["entity"].id).order_by(None)


def _town(round_: Round, row: Any) -> tuple[Any, ...]:
    return (
        (Municipality.status != MunicipalityStatus.VERIFIED, "suspended"),
        (row.submitted_at > round_.frozen_at, "edited"),
    )


def _needs(round_: Round) -> Any:
    code = case(
        (or_(Need.hidden.is_(True), Municipality.hidden.is_(True)), HIDDEN),
        (Need.status.in_(GONE_NEEDS), "gone"),
        (Need.status.in_(BACK_NEEDS), "back"),
        *_town(round_, Need),
        else_=None,
    )
    return (
        select(Need, code)
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(RoundNeed.round_id == round_.id, code.is_not(None))
        .options(joinedload(Need.municipality), lazyload("*"))
        .order_by(Need.id)
    )


def _offers(round_: Round) -> Any:
    """Return the offers that changed; a full one only where no pair of this round filled it."""
    own = select(Proposal.offer_id).where(
        Proposal.round_id == round_.id, Proposal.status.in_(TAKEN)
    )
    code = case(
        (Municipality.hidden.is_(True), HIDDEN),
        (Offer.status.in_(GONE_OFFERS), "gone"),
        (Offer.status.in_(BACK_OFFERS), "back"),
        (Offer.status == OfferStatus.PAUSED, "paused"),
        (and_(Offer.places_taken >= Offer.places, Offer.id.not_in(own)), "full"),
        *_town(round_, Offer),
        else_=None,
    )
    return (
        select(Offer, code)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .join(Municipality, Municipality.id == Offer.municipality_id)
        .where(RoundOffer.round_id == round_.id, code.is_not(None))
        .options(joinedload(Offer.municipality), lazyload("*"))
        .order_by(Offer.id)
    )
