"""Which need or offer a code stands for."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from matchmaker.models import Need, Offer, Proposal, Receipt, now
from matchmaker.models.proposal import LIVE
from matchmaker.vocabulary import NeedStatus, OfferStatus, ProposalStatus, Standing

STANDING = {
    NeedStatus.SUBMITTED: Standing.RECEIVED,
    NeedStatus.RETURNED: Standing.QUESTION,
    NeedStatus.MATCHED: Standing.NEWS,
    NeedStatus.CLOSED: Standing.CLOSED,
    NeedStatus.WITHDRAWN: Standing.CLOSED,
    OfferStatus.LAPSED: Standing.CLOSED,
}
"""Statuses of both kinds, by their codes; every other one is being considered."""


def subject_of(session: Session, code: str) -> Need | Offer | None:
    """Return the need or offer that a code stands for, while it counts."""
    receipt = session.scalars(
        select(Receipt).where(Receipt.code == code, Receipt.expires_at > now())
    ).one_or_none()
    if receipt is None:
        return None
    if receipt.need_id is not None:
        return session.get(Need, receipt.need_id)
    return session.get(Offer, receipt.offer_id)


def receipt_of(session: Session, row: Need | Offer) -> Receipt | None:
    """Return the receipt of a need or an offer."""
    column = Receipt.need_id if isinstance(row, Need) else Receipt.offer_id
    return session.scalars(select(Receipt).where(column == row.id)).one_or_none()


def standing_of(session: Session, row: Need | Offer) -> Standing:
    """Return where it stands, in a word that does not tell what it is."""
    if _answer_waits(session, row):
        return Standing.NEWS
    return STANDING.get(row.status, Standing.CONSIDERED)  # type: ignore[call-overload]


def _answer_waits(session: Session, row: Need | Offer) -> bool:
    """Tell whether a match waits for the answer of its municipality."""
    if isinstance(row, Need):
        asked = [Proposal.need_id == row.id, Proposal.status == ProposalStatus.HELPER_ACCEPTED]
    else:
        waits = (ProposalStatus.OFFERED.value, ProposalStatus.SUBJECT_TO_COUNCIL.value)
        asked = [Proposal.offer_id == row.id, Proposal.status.in_(waits)]
    return session.scalar(select(Proposal.id).where(*asked, text(LIVE)).limit(1)) is not None
