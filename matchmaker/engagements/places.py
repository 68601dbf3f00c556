"""Places of both sides: locked, taken and given back in one fixed order."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import move
from matchmaker.errors import NoPlaceLeft
from matchmaker.models import Need, Offer, Proposal, Round
from matchmaker.vocabulary import OfferStatus, ProposalStatus

DEAD = (
    ProposalStatus.REJECTED.value,
    ProposalStatus.DECLINED.value,
    ProposalStatus.LAPSED.value,
    ProposalStatus.UNDONE.value,
)
"""Statuses in which a proposal is over without a match."""


def hold_round(session: Session, round_: Round | None) -> None:
    """Keep a round in the status it has until this is committed; read it afresh.

    Many may hold it at once; who takes it a step further waits for them, and they for it. Held
    before the sides are locked.
    """
    if round_ is not None:
        session.refresh(round_, with_for_update={"read": True, "of": Round})


def lock_sides(session: Session, proposal: Proposal) -> None:
    """Lock the need, its live proposals and their offers, and read them afresh.

    Everybody locks in this order (the round, needs, proposals, offers, each by id, the audit chain
    last), so that two decisions can wait for each other but never in a circle.
    """
    lock_needs(session, [proposal.need_id])


def lock_needs(session: Session, need_ids: list[int]) -> list[Proposal]:
    """Lock these needs, their live proposals and the offers of these; return the proposals."""
    fresh = {"populate_existing": True}
    session.scalars(
        select(Need).where(Need.id.in_(need_ids)).order_by(Need.id).with_for_update(),
        execution_options=fresh,
    ).all()
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.need_id.in_(need_ids), Proposal.status.not_in(DEAD))
        .order_by(Proposal.id)
        .with_for_update(),
        execution_options=fresh,
    ).all()
    offers = sorted({proposal.offer_id for proposal in proposals})
    session.scalars(
        select(Offer).where(Offer.id.in_(offers)).order_by(Offer.id).with_for_update(),
        execution_options=fresh,
    ).all()
    return list(proposals)


def take_places(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Take one place of the need and one of the offer.

    Raises
    ------
    NoPlaceLeft
        If another decision took the last place of a side first.
    """
    for kind, side in (("need", proposal.need), ("offer", proposal.offer)):
        model = type(side)
        taken = session.execute(
            update(model)
            .where(model.id == side.id, model.places_taken < model.places)
            .values(places_taken=model.places_taken + 1),
            execution_options={"synchronize_session": False},
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise NoPlaceLeft(kind)
        session.refresh(side, ["places_taken"])
    proposal.places_held = True
    offer = proposal.offer
    if offer.status == OfferStatus.OPEN and offer.places_taken == offer.places:
        move(session, actor, offer, OfferStatus.FULL)


def give_back_places(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Give back the places a proposal holds, if it holds any."""
    if not proposal.places_held:
        return
    for side in (proposal.need, proposal.offer):
        model = type(side)
        session.execute(
            update(model).where(model.id == side.id).values(places_taken=model.places_taken - 1),
            execution_options={"synchronize_session": False},
        )
        session.refresh(side, ["places_taken"])
    proposal.places_held = False
    if proposal.offer.status == OfferStatus.FULL:
        move(session, actor, proposal.offer, OfferStatus.OPEN)
