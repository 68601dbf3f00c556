"""Engagements: opened by the second acceptance, moved by either side, ended with a reason."""

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import covers
from matchmaker.audit import created, move
from matchmaker.audit.openings import show_contact as show_contact_of
from matchmaker.engagements.places import give_back_places, lock_sides
from matchmaker.engagements.settling import settle_need
from matchmaker.engagements.telling import tell_all
from matchmaker.errors import WrongStep
from matchmaker.models import Engagement, Municipality, Proposal, now
from matchmaker.safeguards.precondition_service import ask_where_ruled_out
from matchmaker.safeguards.risk_service import open_risks
from matchmaker.vocabulary import DeclineReason, EngagementStatus, NoticeKind, Role


def open_engagement(session: Session, actor: Actor, proposal: Proposal) -> Engagement:
    """Open the engagement of a proposal that both sides accepted, and its follow-up."""
    engagement = Engagement(
        proposal=proposal,
        status=EngagementStatus.PLANNED.value,
        starts_on=max(proposal.need.window_start, proposal.offer.window_start),  # type: ignore[type-var]
    )
    created(session, actor, engagement, {"proposal": proposal.public_id})
    ask_where_ruled_out(session, actor, engagement)
    open_risks(session, actor, engagement)
    return engagement


def start_engagement(session: Session, actor: Actor, engagement: Engagement) -> None:
    """Say that the work has begun."""
    _move(session, actor, engagement, EngagementStatus.ACTIVE, EngagementStatus.PLANNED)
    engagement.began_at = now()
    session.flush()


def pause_engagement(session: Session, actor: Actor, engagement: Engagement) -> None:
    """Put the work on hold."""
    _move(session, actor, engagement, EngagementStatus.PAUSED)


def resume_engagement(session: Session, actor: Actor, engagement: Engagement) -> None:
    """Take paused work up again."""
    _move(session, actor, engagement, EngagementStatus.ACTIVE, EngagementStatus.PAUSED)


def complete_engagement(session: Session, actor: Actor, engagement: Engagement) -> None:
    """Say that the work is done; its places stay taken, for the help was given."""
    _move(session, actor, engagement, EngagementStatus.COMPLETED)
    engagement.ended_at = now()
    tell_all(session, actor, engagement.proposal, NoticeKind.ENGAGEMENT_ENDED)
    session.flush()


def end_engagement(
    session: Session, actor: Actor, engagement: Engagement, reason: DeclineReason, text: str = ""
) -> None:
    """End the work early: both sides get their place back, the need may be matched again."""
    lock_sides(session, engagement.proposal)
    session.refresh(engagement, with_for_update={"of": Engagement})
    move(session, actor, engagement, EngagementStatus.ENDED, {"reason": str(reason)}, text or None)
    engagement.end_reason = str(reason)
    engagement.ended_at = now()
    give_back_places(session, actor, engagement.proposal)
    settle_need(session, actor, engagement.proposal.need)
    tell_all(session, actor, engagement.proposal, NoticeKind.ENGAGEMENT_ENDED)
    session.flush()


def show_contact(session: Session, actor: Actor, engagement: Engagement) -> list[Municipality]:
    """Return the sides whose contact the actor asked to see, and write down that they did."""
    need, offer = engagement.proposal.need, engagement.proposal.offer
    sides = [need.municipality, offer.municipality]
    shown = [side for side in sides if side.id != actor.municipality_id and not side.hidden]
    if actor.role == Role.COORDINATOR:
        shown = [side for side in shown if covers(actor.scope, actor.sides, side)]
    for side in shown:
        show_contact_of(session, actor, side.public_id, {"engagement": engagement.public_id})
    return shown


def _move(
    session: Session,
    actor: Actor,
    engagement: Engagement,
    status: EngagementStatus,
    only_from: EngagementStatus | None = None,
) -> None:
    session.refresh(engagement, with_for_update={"of": Engagement})
    if only_from is not None and engagement.status != only_from:
        raise WrongStep("engagement", engagement.status, status)
    move(session, actor, engagement, status)
