"""What becomes of running work where a precondition is not met any more, or was asked again."""

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.engagements import service
from matchmaker.engagements.places import lock_sides
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Engagement, PreconditionReview, now
from matchmaker.safeguards.precondition_queries import RUNNING
from matchmaker.vocabulary import N_, DeclineReason, EngagementStatus
from matchmaker.vocabulary.precondition import GoingOn

TOLD_AS = {"violence": DeclineReason.SAFETY}
"""The reason that both municipalities read where coordinators withdraw; otherwise political."""


def possible_answers(engagement: Engagement) -> tuple[GoingOn, ...]:
    """Return the answers that are possible now: work that has not begun cannot be paused."""
    if engagement.status not in RUNNING:
        return (GoingOn.CONTINUE,)
    if engagement.status == EngagementStatus.PLANNED:
        return (GoingOn.CONTINUE, GoingOn.WITHDRAW)
    return tuple(GoingOn)


def told_reason(question: str) -> DeclineReason:
    """Return the reason that both municipalities read where coordinators withdraw."""
    return TOLD_AS.get(question, DeclineReason.POLITICAL)


def decide_review(
    session: Session, actor: Actor, review: PreconditionReview, answer: GoingOn, reason: str
) -> None:
    """Let the work go on, pause it or end it, with a reason that coordinators alone read.

    Raises
    ------
    BadInput
        If there is no reason, or the answer is not possible for the work as it stands.
    AlreadyChanged
        If somebody has decided it before.
    """
    session.refresh(review, with_for_update={"of": PreconditionReview})
    if review.decided is not None:
        raise AlreadyChanged
    engagement = review.engagement
    if answer == GoingOn.WITHDRAW:
        lock_sides(session, engagement.proposal)  # before the engagement, as everybody locks
    session.refresh(engagement, with_for_update={"of": Engagement})
    if answer not in possible_answers(engagement):
        raise BadInput("answer", N_("This is not possible for the work as it stands now."))
    if not reason.strip():
        raise BadInput("reason", N_("Enter the reason."))
    review.decided, review.reason = answer.value, reason.strip()
    review.decided_by_id, review.decided_at = actor.user_id, now()
    session.flush()
    details = {"question": review.question, "decided": review.decided}
    record(session, actor, "precondition.decided", "engagement", engagement.public_id, details)
    if answer == GoingOn.PAUSE and engagement.status == EngagementStatus.ACTIVE:
        service.pause_engagement(session, actor, engagement)
    if answer == GoingOn.WITHDRAW:
        service.end_engagement(session, actor, engagement, told_reason(review.question))
