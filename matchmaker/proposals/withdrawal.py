"""Withdrawing a need or an offer, with what becomes of the matches that hang on it."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.engagements.places import lock_needs
from matchmaker.models import Need, Offer, Proposal
from matchmaker.models.proposal import LIVE
from matchmaker.needs import service as needs
from matchmaker.offers import service as offers
from matchmaker.proposals.service import withdraw_orphan
from matchmaker.vocabulary import ProposalStatus


def withdraw_need(session: Session, actor: Actor, need: Need) -> None:
    """Take a need back for good, and with it every match of it that is not yet agreed.

    Raises
    ------
    BadInput
        If an engagement of it is open.
    """
    proposals = lock_needs(session, [need.id])
    needs.withdraw_need(session, actor, need)
    _take_back(session, actor, proposals)


def withdraw_offer(session: Session, actor: Actor, offer: Offer) -> None:
    """Take an offer back for good, and with it every match of it that is not yet agreed.

    Raises
    ------
    BadInput
        If an engagement of it is open.
    """
    # Needs are locked before offers everywhere, so they come first here too.
    need_ids = session.scalars(
        select(Proposal.need_id).where(Proposal.offer_id == offer.id, text(LIVE))
    ).all()
    proposals = lock_needs(session, sorted(set(need_ids)))
    offers.withdraw_offer(session, actor, offer)
    _take_back(session, actor, [one for one in proposals if one.offer_id == offer.id])


def _take_back(session: Session, actor: Actor, proposals: list[Proposal]) -> None:
    for proposal in proposals:
        if proposal.status not in (ProposalStatus.ENGAGED, ProposalStatus.UNDONE):
            withdraw_orphan(session, actor, proposal)
