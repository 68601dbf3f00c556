"""Consents to be named, as each side may see them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.models import AnnexConsent, Need, Offer, Proposal
from matchmaker.vocabulary import AnnexStatus, ProposalStatus, Role

SIDES = (
    joinedload(AnnexConsent.proposal).joinedload(Proposal.need).joinedload(Need.municipality),
    joinedload(AnnexConsent.proposal).joinedload(Proposal.offer).joinedload(Offer.municipality),
    joinedload(AnnexConsent.proposal).joinedload(Proposal.round),
)
GOES_ON = (
    ProposalStatus.OFFERED.value,
    ProposalStatus.SUBJECT_TO_COUNCIL.value,
    ProposalStatus.HELPER_ACCEPTED.value,
    ProposalStatus.ENGAGED.value,
)
"""Matches of which a council may still read."""
MAY_ASK = GOES_ON[1:]
"""Matches that the helper has accepted, at least subject to its council."""


def consent_by_public_id(session: Session, public_id: str) -> AnnexConsent | None:
    """Return a consent with both sides of its match."""
    found = select(AnnexConsent).where(AnnexConsent.public_id == public_id).options(*SIDES)
    return session.scalars(found).one_or_none()


def consent_of(session: Session, proposal: Proposal) -> AnnexConsent | None:
    """Return the consent that was asked for in a match, if it was."""
    found = select(AnnexConsent).where(AnnexConsent.proposal_id == proposal.id)
    return session.scalars(found).one_or_none()


def goes_on(proposal: Proposal) -> bool:
    """Tell whether a match is alive and nobody of it is hidden."""
    need, offer = proposal.need, proposal.offer
    hidden = need.hidden or need.municipality.hidden or offer.municipality.hidden
    return proposal.status in GOES_ON and not hidden


def consents_waiting_for(session: Session, actor: Actor) -> list[AnnexConsent]:
    """Return what the municipality acted for is asked and has not answered."""
    if actor.role != Role.REQUESTER:
        return []
    rows = session.scalars(
        select(AnnexConsent)
        .join(AnnexConsent.proposal)
        .join(Proposal.need)
        .where(
            Need.municipality_id == actor.municipality_id,
            Need.hidden.is_(False),
            AnnexConsent.status == AnnexStatus.ASKED.value,
            Proposal.status.in_(GOES_ON),
        )
        .order_by(AnnexConsent.id)
    )
    return list(rows)
