"""What red flags on local governments mean for proposals that are under way."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from matchmaker.models import Need, Offer, Proposal, RightsFlag
from matchmaker.verification.queries import flagged_among
from matchmaker.vocabulary import ACTIVITIES, ProposalStatus

RIGHTS = tuple(code for code, activity in ACTIVITIES.items() if activity.rights)
"""Activities that may be matched for a municipality with a red flag."""


def stand_on(session: Session, proposal: Proposal) -> bool:
    """Tell whether a red flag stands on one of the two municipalities."""
    towns = (proposal.need.municipality_id, proposal.offer.municipality_id)
    return bool(flagged_among(session, towns))


def bar_it(session: Session, proposal: Proposal) -> bool:
    """Tell whether the asking municipality may not be matched for this activity."""
    if proposal.need.activity in RIGHTS:
        return False
    return bool(flagged_among(session, [proposal.need.municipality_id]))


def stop_it(session: Session, proposal: Proposal) -> bool:
    """Tell whether an approved proposal may not reach the municipalities as it is signed."""
    one_signature = proposal.required_signatures < 2 and stand_on(session, proposal)
    return one_signature or bar_it(session, proposal)


def stopped() -> ColumnElement[bool]:
    """Return the condition on proposals with their need and offer that `stop_it` tells of one.

    A flag that was raised after the signatures: the proposal is taken back, and the need goes
    into the next round as the flag demands.
    """
    standing = select(RightsFlag.municipality_id).where(RightsFlag.lifted_at.is_(None))
    asking, helping = Need.municipality_id.in_(standing), Offer.municipality_id.in_(standing)
    barred = and_(asking, Need.activity.not_in(RIGHTS), Proposal.status != ProposalStatus.PROPOSED)
    unsigned = and_(
        or_(asking, helping),
        Proposal.status == ProposalStatus.APPROVED,
        Proposal.required_signatures < 2,
    )
    return or_(barred, unsigned)
