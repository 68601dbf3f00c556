"""What becomes of a need when one of its proposals or engagements is over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import move
from matchmaker.engagements.places import DEAD, give_back_places
from matchmaker.engagements.telling import tell_all
from matchmaker.models import Engagement, Need, Proposal, now
from matchmaker.vocabulary import EngagementStatus, NeedStatus, NoticeKind, ProposalStatus

CONSORTIUM = "consortium_minimum"
"""Reason code: too few helpers remained for a need that asks for several."""


def settle_need(session: Session, actor: Actor, need: Need) -> None:
    """Release a consortium that can no longer be met; send a need back for what it still lacks."""
    session.flush()
    proposals = session.scalars(
        select(Proposal).where(Proposal.need_id == need.id, Proposal.status.not_in(DEAD))
    ).all()
    engaged = [p for p in proposals if p.status == ProposalStatus.ENGAGED and p.places_held]
    pending = [p for p in proposals if p.status != ProposalStatus.ENGAGED]
    if need.status == NeedStatus.MATCHED and 0 < len(engaged) + len(pending) < need.minimum:
        _release(session, actor, engaged, pending)
        engaged = [p for p in engaged if p.places_held]
        pending = []
    if need.status != NeedStatus.MATCHED or pending:
        return
    if len(engaged) < max(need.minimum, 1) or need.places_taken < need.places:
        move(session, actor, need, NeedStatus.VERIFIED, {"places_taken": need.places_taken})


def _release(
    session: Session, actor: Actor, engaged: list[Proposal], pending: list[Proposal]
) -> None:
    """Let go the helpers of a consortium that has too few; work that has begun goes on."""
    for proposal in pending:
        move(session, actor, proposal, ProposalStatus.UNDONE, {"reason": CONSORTIUM})
        give_back_places(session, actor, proposal)
        tell_all(session, actor, proposal, NoticeKind.PROPOSAL_UNDONE)
    planned = session.scalars(
        select(Engagement).where(
            Engagement.proposal_id.in_([proposal.id for proposal in engaged]),
            Engagement.status == EngagementStatus.PLANNED,
        )
    )
    for engagement in planned:
        engagement.end_reason = "capacity"
        engagement.ended_at = now()
        move(session, actor, engagement, EngagementStatus.ENDED, {"reason": CONSORTIUM})
        give_back_places(session, actor, engagement.proposal)
        tell_all(session, actor, engagement.proposal, NoticeKind.ENGAGEMENT_ENDED)
