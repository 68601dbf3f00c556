"""The lists of a round: proposals, needs left without, offers not used, helping municipalities.

Each is a `Select` without paging, so that a page and a file show the same rows. What is hidden now
is left out; what lies outside the reader's scope is left out or told without its name, as in all
lists of a coordinator.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import defer, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand, towns_of, within
from matchmaker.models import (
    Decision,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    RoundNeed,
    RoundOffer,
    User,
)
from matchmaker.proposals.queries import LEAN_NEED, LEAN_OFFER, nobody_hidden
from matchmaker.vocabulary import DecisionKind, MembershipStatus, ProposalStatus


@dataclass(frozen=True)
class ListFilter:
    """What a reader narrows a list to; empty = everything. Nothing of it names a town."""

    category: str = ""
    status: str = ""
    signatures: str = ""
    """'none' given, 'missing' (one or more), 'complete'; of ended ones none is missing."""
    reason: str = ""
    """Why two signatures are asked; why a need was left; why an offer is not used."""
    least: int | None = None
    most: int | None = None
    """Score in hundredths, from and to."""
    country: str = ""
    side: str = ""
    """Country and side of the asking municipality; of the helping one where offers are listed."""
    sort: str = ""

    @property
    def narrows(self) -> bool:
        """Tell whether anything is left out."""
        chosen = (self.category, self.status, self.signatures, self.reason, self.country, self.side)
        return any(chosen) or self.least is not None or self.most is not None


EVERYTHING = ListFilter()


def signatures_given() -> ColumnElement[int]:
    """Return how many active coordinators signed a proposal, as a column beside it."""
    return (
        select(func.count(Decision.user_id.distinct()))
        .join(User, User.id == Decision.user_id)
        .join(Membership, Membership.id == Decision.membership_id)
        .where(
            Decision.proposal_id == Proposal.id,
            Decision.kind == DecisionKind.SIGN,
            User.active.is_(True),
            Membership.status == MembershipStatus.ACTIVE,
        )
        .correlate(Proposal)
        .scalar_subquery()
    )


def proposals(round_id: int, actor: Actor, by: ListFilter = EVERYTHING) -> Select[Any, Any]:
    """Select (proposal, signatures given): those in the actor's hands, best first."""
    given = signatures_given()
    query = (
        select(Proposal, given.label("given"))
        .where(Proposal.round_id == round_id, nobody_hidden(), proposals_in_hand(actor))
        .options(
            defer(Proposal.explanation),
            joinedload(Proposal.need).options(joinedload(Need.municipality), *LEAN_NEED),
            joinedload(Proposal.offer).options(joinedload(Offer.municipality), *LEAN_OFFER),
        )
    )
    if by.status:
        query = query.where(Proposal.status == by.status)
    if by.signatures:
        query = query.where(_signatures(given, by.signatures))
    if by.reason:
        reasons = cast(Proposal.signature_reasons, String)
        query = query.where(reasons.contains(f'"{by.reason}"', autoescape=True))
    if by.least is not None:
        query = query.where(Proposal.score >= (by.least - 0.5) / 100)
    if by.most is not None:
        query = query.where(Proposal.score < (by.most + 0.5) / 100)
    needs = _needs_of(actor, by)
    if needs is not None:
        query = query.where(Proposal.need_id.in_(needs))
    order = Proposal.score.asc() if by.sort == "weakest" else Proposal.score.desc()
    return query.order_by(order, Proposal.id)


def _signatures(given: ColumnElement[int], code: str) -> ColumnElement[bool]:
    if code == "complete":
        return given >= Proposal.required_signatures
    waits = Proposal.status == ProposalStatus.PROPOSED
    missing = and_(waits, given < Proposal.required_signatures)
    return and_(missing, given == 0) if code == "none" else missing


def needs_left(round_id: int, actor: Actor, by: ListFilter = EVERYTHING) -> Select[Any]:
    """Select the needs in scope that the round left without a proposal (`RoundNeed`)."""
    query = (
        select(RoundNeed)
        .join(RoundNeed.need)
        .join(Need.municipality)
        .where(
            RoundNeed.round_id == round_id,
            RoundNeed.matched.is_(False),
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
            *towns_of(actor),
            *within([by.country] if by.country else [], [by.side] if by.side else []),
        )
        .options(
            joinedload(RoundNeed.need).options(joinedload(Need.municipality), *LEAN_NEED),
            defer(RoundNeed.reason),
        )
    )
    if by.category:
        query = query.where(Need.category == by.category)
    if by.reason:
        query = query.where(RoundNeed.reason_code == by.reason)
    return query.order_by(RoundNeed.position, RoundNeed.need_id)


def offers_unused(round_id: int, actor: Actor, by: ListFilter = EVERYTHING) -> Select[Any]:
    """Select the offers that the result gives no need (`RoundOffer`)."""
    query = (
        select(RoundOffer)
        .join(RoundOffer.offer)
        .join(Offer.municipality)
        .where(
            RoundOffer.round_id == round_id,
            RoundOffer.n_pairs == 0,
            Municipality.hidden.is_(False),
        )
        .options(joinedload(RoundOffer.offer).options(joinedload(Offer.municipality), *LEAN_OFFER))
    )
    if by.category:
        query = query.where(Offer.category == by.category)
    if by.reason:
        query = query.where(RoundOffer.reason_code == by.reason)
    if by.country:
        query = query.where(Municipality.country == by.country)
    return query.order_by(RoundOffer.position, RoundOffer.offer_id)


def helpers(round_id: int) -> Select[Any, Any, Any]:
    """Select (municipality, pairs, places) of those who offer, the busiest first."""
    pairs, places = func.sum(RoundOffer.n_pairs), func.sum(RoundOffer.places)
    totals = (
        select(Offer.municipality_id, pairs.label("pairs"), places.label("places"))
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .where(RoundOffer.round_id == round_id)
        .group_by(Offer.municipality_id)
        .subquery()
    )
    return (
        select(Municipality, totals.c.pairs, totals.c.places)
        .join(totals, totals.c.municipality_id == Municipality.id)
        .where(Municipality.hidden.is_(False))
        .order_by(totals.c.pairs.desc(), totals.c.places.desc(), Municipality.id)
    )


def _needs_of(actor: Actor, by: ListFilter) -> Select[Any] | None:
    """Return the needs of a kind, country or side; place and side of those in scope only."""
    if not (by.category or by.country or by.side):
        return None
    query = select(Need.id).join(Need.municipality)
    if by.category:
        query = query.where(Need.category == by.category)
    if by.country or by.side:
        places = within([by.country] if by.country else [], [by.side] if by.side else [])
        query = query.where(*places, *towns_of(actor))
    return query
