"""Until when a side has to answer: set, reminded of, moved once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.engagements.places import lock_sides
from matchmaker.engagements.telling import tell_helper, tell_requester
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Proposal, now
from matchmaker.proposals.queries import REMIND_BEFORE, UNANSWERED
from matchmaker.vocabulary import N_, NoticeKind, ProposalStatus

MORE_TIME = timedelta(days=14)
HELPERS_TURN = (ProposalStatus.OFFERED.value, ProposalStatus.SUBJECT_TO_COUNCIL.value)


def set_answer_by(proposal: Proposal, until: datetime, at: datetime) -> None:
    """Set the date; reminders that would fall before now are left out, for the date is news."""
    proposal.answer_by = until
    proposal.reminders_sent = reminders_due(proposal, at)


def reminders_due(proposal: Proposal, at: datetime) -> int:
    """Return how many reminders should have gone out by now."""
    if proposal.answer_by is None:
        return 0
    return sum(proposal.answer_by - before <= at for before in REMIND_BEFORE)


def remind(session: Session, actor: Actor, proposal: Proposal, at: datetime) -> None:
    """Tell the side whose turn it is that an answer is due; several missed ones go as one."""
    lock_sides(session, proposal)
    due = reminders_due(proposal, at)
    if proposal.status not in UNANSWERED or proposal.reminders_sent >= due:
        raise AlreadyChanged
    proposal.reminders_sent = due
    session.flush()
    tell_whose_turn(session, actor, proposal, NoticeKind.ANSWER_DUE)
    record(session, actor, "proposal.reminded", "proposal", proposal.public_id, {"count": due})


def give_more_time(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Move the date of the present answer by two weeks, once for each proposal.

    Raises
    ------
    BadInput
        If it was moved before, or nobody has to answer now.
    """
    lock_sides(session, proposal)
    if proposal.status not in UNANSWERED or proposal.answer_by is None:
        raise BadInput("", N_("Nobody has to answer this now."))
    if proposal.more_time_given:
        raise BadInput("", N_("The date was moved once already."))
    proposal.more_time_given = True
    set_answer_by(proposal, proposal.answer_by + MORE_TIME, now())
    session.flush()
    tell_whose_turn(session, actor, proposal, NoticeKind.ANSWER_MOVED)
    record(session, actor, "proposal.more_time", "proposal", proposal.public_id)


def tell_whose_turn(session: Session, actor: Actor, proposal: Proposal, kind: NoticeKind) -> None:
    """Tell the side that has to answer."""
    tell = tell_helper if proposal.status in HELPERS_TURN else tell_requester
    tell(session, actor, proposal, kind)
