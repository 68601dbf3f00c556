"""Proposals as somebody may see them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.models import Decision, Membership, Municipality, Need, Offer, Proposal, Round
from matchmaker.proposals.flags import stopped
from matchmaker.vocabulary import (
    DecisionKind,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
    Role,
    RoundStatus,
)

UNANSWERED = (
    ProposalStatus.OFFERED.value,
    ProposalStatus.SUBJECT_TO_COUNCIL.value,
    ProposalStatus.HELPER_ACCEPTED.value,
)
REMIND_BEFORE = (timedelta(days=14), timedelta(days=7))
"""How long before the date a side is reminded; with 21 days these are days 7 and 14."""
UNENGAGED = (ProposalStatus.PROPOSED.value, ProposalStatus.APPROVED.value, *UNANSWERED)

BOTH_SIDES = (
    joinedload(Proposal.need).joinedload(Need.municipality),
    joinedload(Proposal.offer).joinedload(Offer.municipality),
)


LEAN_NEED = (lazyload(Need.topics),)
LEAN_OFFER = (
    lazyload(Offer.topics),
    lazyload(Offer.activities),
    lazyload(Offer.areas),
    lazyload(Offer.deliveries),
)
"""For pages that name needs and offers: their lists are read where they are asked for."""
NAMED = (
    joinedload(Proposal.need).options(joinedload(Need.municipality), *LEAN_NEED),
    joinedload(Proposal.offer).options(joinedload(Offer.municipality), *LEAN_OFFER),
)
"""Both sides as far as a list names them: what a need or an offer is made of stays away."""


def proposal_by_public_id(
    session: Session, public_id: str, *, lean: bool = False
) -> Proposal | None:
    """Return the proposal with its round and both sides, or None.

    Lean is for pages: without what a need and an offer are made of, with who decided what.
    """
    sides: tuple[Any, ...] = BOTH_SIDES
    if lean:
        need, offer = joinedload(Proposal.need), joinedload(Proposal.offer)
        sides = (
            need.joinedload(Need.municipality),
            offer.joinedload(Offer.municipality),
            need.joinedload(Need.topics),
            *(
                offer.lazyload(lists)
                for lists in (Offer.topics, Offer.activities, Offer.areas, Offer.deliveries)
            ),
            joinedload(Proposal.decisions).options(
                joinedload(Decision.user),
                joinedload(Decision.membership).joinedload(Membership.association),
            ),
        )
    query = select(Proposal).where(Proposal.public_id == public_id)
    found = session.scalars(query.options(joinedload(Proposal.round), *sides))
    return found.unique().one_or_none()


def nobody_hidden() -> ColumnElement[bool]:
    """Return the condition that neither side of a proposal is hidden now."""
    needs = select(Need.id).join(Need.municipality)
    hidden_needs = needs.where(or_(Need.hidden.is_(True), Municipality.hidden.is_(True)))
    offers = select(Offer.id).join(Offer.municipality)
    hidden_offers = offers.where(Municipality.hidden.is_(True))
    return and_(Proposal.need_id.not_in(hidden_needs), Proposal.offer_id.not_in(hidden_offers))


def proposals_across(actor: Actor) -> Select[Any]:
    """Return the proposals of other associations' rounds that need a signature of this one too."""
    return (
        select(Proposal)
        .join(Proposal.round)
        .where(
            Round.association_id != actor.association_id,
            proposals_in_hand(actor),
            nobody_hidden(),
        )
        .options(*BOTH_SIDES, selectinload(Proposal.decisions))
        .order_by(Proposal.status != ProposalStatus.PROPOSED, Proposal.id.desc())
    )


def proposals_of_round(
    round_id: int, status: str = "", sort: str = "", actor: Actor | None = None
) -> Select[Any]:
    """Return the proposals of a round with both sides and the signatures, best first.

    With an actor: those of which a side lies within the actor's scope now.
    """
    query = (
        select(Proposal)
        .where(Proposal.round_id == round_id, nobody_hidden())
        .options(*BOTH_SIDES, selectinload(Proposal.decisions))
    )
    if actor is not None:
        query = query.where(proposals_in_hand(actor))
    if status:
        query = query.where(Proposal.status == status)
    order = Proposal.score.asc() if sort == "weakest" else Proposal.score.desc()
    return query.order_by(order, Proposal.id)


def proposals_awaiting_signature_of(session: Session, actor: Actor) -> list[Proposal]:
    """Return the proposals of the coordinator's rounds that this person could still sign."""
    if actor.role != Role.COORDINATOR:
        return []
    signed = exists().where(
        Decision.proposal_id == Proposal.id,
        Decision.kind == DecisionKind.SIGN,
        Decision.user_id == actor.user_id,
    )
    query = (
        select(Proposal)
        .join(Proposal.round)
        .where(
            proposals_in_hand(actor),
            Round.status.in_((RoundStatus.IN_REVIEW.value, RoundStatus.PUBLISHED.value)),
            Proposal.status == ProposalStatus.PROPOSED,
            nobody_hidden(),
            ~signed,
        )
        .options(joinedload(Proposal.round))
        .order_by(Proposal.id)
    )
    return list(session.scalars(query))


def answers_waiting_for(session: Session, actor: Actor) -> list[Proposal]:
    """Return the proposals whose answer is the turn of the actor's verified municipality."""
    if not actor.verified:
        return []
    if actor.role == Role.HELPER:
        query = (
            select(Proposal)
            .join(Proposal.offer)
            .where(
                Offer.municipality_id == actor.municipality_id,
                Proposal.status.in_(
                    (ProposalStatus.OFFERED.value, ProposalStatus.SUBJECT_TO_COUNCIL.value)
                ),
            )
        )
    elif actor.role == Role.REQUESTER:
        query = (
            select(Proposal)
            .join(Proposal.need)
            .where(
                Need.municipality_id == actor.municipality_id,
                Proposal.status == ProposalStatus.HELPER_ACCEPTED,
            )
        )
    else:
        return []
    return list(session.scalars(query.options(*BOTH_SIDES).order_by(Proposal.answer_by)))


def proposals_due_to_offer(session: Session, at: datetime) -> list[str]:
    """Return public ids of approved proposals whose round's cool-off is over."""
    return list(
        session.scalars(
            select(Proposal.public_id)
            .join(Proposal.round)
            .where(
                Proposal.status == ProposalStatus.APPROVED,
                Round.status.in_((RoundStatus.PUBLISHED.value, RoundStatus.CLOSED.value)),
                Round.cool_off_ends_at <= at,
            )
            .order_by(Proposal.id)
        )
    )


def proposals_due_to_lapse(session: Session, at: datetime) -> list[str]:
    """Return public ids of proposals that were not answered in time."""
    return list(
        session.scalars(
            select(Proposal.public_id)
            .where(Proposal.status.in_(UNANSWERED), Proposal.answer_by <= at)
            .order_by(Proposal.id)
        )
    )


def proposals_due_to_remind(session: Session, at: datetime) -> list[str]:
    """Return public ids of proposals whose side should be reminded of its answer now."""
    due = [
        (Proposal.answer_by <= at + before) & (Proposal.reminders_sent < number)
        for number, before in enumerate(REMIND_BEFORE, start=1)
    ]
    return list(
        session.scalars(
            select(Proposal.public_id)
            .where(Proposal.status.in_(UNANSWERED), Proposal.answer_by > at, or_(*due))
            .order_by(Proposal.id)
        )
    )


def orphaned_proposals(session: Session) -> list[str]:
    """Return public ids of unfinished proposals of which a side is gone, or a red flag stops."""
    gone_needs = (NeedStatus.WITHDRAWN.value, NeedStatus.CLOSED.value, NeedStatus.SUBMITTED.value)
    gone_offers = (
        OfferStatus.WITHDRAWN.value,
        OfferStatus.CLOSED.value,
        OfferStatus.LAPSED.value,
        OfferStatus.SUBMITTED.value,
    )
    return list(
        session.scalars(
            select(Proposal.public_id)
            .join(Proposal.need)
            .join(Proposal.offer)
            .where(
                Proposal.status.in_(UNENGAGED),
                or_(
                    Need.status.in_(gone_needs),
                    Offer.status.in_(gone_offers),
                    not_(nobody_hidden()),
                    stopped(),
                ),
            )
            .order_by(Proposal.id)
        )
    )


def needs_by_key(session: Session, keys: Iterable[str]) -> dict[str, Need]:
    """Return needs by public id, each with its municipality, for naming them."""
    query = select(Need).where(Need.public_id.in_(list(keys)))
    rows = session.scalars(query.options(joinedload(Need.municipality), *LEAN_NEED))
    return {row.public_id: row for row in rows}


def offers_by_key(session: Session, keys: Iterable[str]) -> dict[str, Offer]:
    """Return offers by public id, each with its municipality, for naming them."""
    query = select(Offer).where(Offer.public_id.in_(list(keys)))
    rows = session.scalars(query.options(joinedload(Offer.municipality), *LEAN_OFFER))
    return {row.public_id: row for row in rows}


def followers_of(session: Session, actor: Actor, proposal: Proposal) -> list[Proposal]:
    """Return the next best proposals that took the places of an ended one, as the actor may see."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.follows_id == proposal.id, proposals_in_hand(actor), nobody_hidden())
            .options(*BOTH_SIDES)
            .order_by(Proposal.follows_side)
        )
    )
