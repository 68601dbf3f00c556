"""Writing to the other side: through a coordinator until both have accepted, directly after."""

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import covers
from matchmaker.audit import kind_of, record
from matchmaker.engagements.telling import tell_all, tell_helper, tell_requester, tell_round
from matchmaker.errors import BadInput
from matchmaker.messages.queries import SIDES, messages_in, n_unanswered, thread_of
from matchmaker.models import Engagement, Message, Proposal, Thread, ThreadReading
from matchmaker.proposals.queries import UNANSWERED
from matchmaker.vocabulary import N_, EngagementStatus, NoticeKind, Side

MOST_UNANSWERED = 5
"""So many messages a side may write before the coordinator has answered."""
OVER = (EngagementStatus.COMPLETED.value, EngagementStatus.ENDED.value)


def side_of(actor: Actor) -> Side:
    """Return on which side of a conversation the actor stands."""
    return SIDES[actor.role]  # type: ignore[index]


def is_open(subject: Proposal | Engagement) -> bool:
    """Tell whether messages may still be written about it."""
    if isinstance(subject, Engagement):
        return subject.status not in OVER
    return subject.status in UNANSWERED


def addressees(actor: Actor, proposal: Proposal) -> list[Side]:
    """Return the sides a coordinator may write to: those that know of the proposal.

    The asking one is for coordinators who work for it; one of another association does not.
    """
    if side_of(actor) is not Side.COORDINATOR:
        return []
    reached = proposal.helper_accepted_at is not None
    mine = covers(actor.scope, actor.sides, proposal.need.municipality)
    return [Side.HELPER, Side.REQUESTER] if reached and mine else [Side.HELPER]


def write_about_proposal(
    session: Session, actor: Actor, proposal: Proposal, text: str, to: Side | None = None
) -> Message:
    """Write before both have accepted: a side to the coordinators, a coordinator to one side.

    Nothing goes from one side to the other: a coordinator passes on in own words.

    Raises
    ------
    BadInput
        If the proposal is over, the side is not to be written to, or too much waits for an answer.
    """
    session.refresh(proposal)
    _refuse_closed(proposal)
    side, thread = side_of(actor), _open_thread(session, proposal)
    reader = side if side is not Side.COORDINATOR else to
    if reader is None or (side is Side.COORDINATOR and reader not in addressees(actor, proposal)):
        raise BadInput("to", N_("Choose whom to write to."))
    if side is not Side.COORDINATOR and n_unanswered(session, thread, side) >= MOST_UNANSWERED:
        raise BadInput(
            "text", N_("You have written several times. Wait for an answer, then write again.")
        )
    message = _add(session, actor, thread, text, {reader})
    tell = {Side.HELPER: tell_helper, Side.REQUESTER: tell_requester}
    (tell_round if side is not Side.COORDINATOR else tell[reader])(
        session, actor, proposal, NoticeKind.MESSAGE
    )
    _note(session, actor, proposal, message)
    return message


def write_in_engagement(
    session: Session, actor: Actor, engagement: Engagement, text: str
) -> Message:
    """Write to everybody who takes part in an engagement.

    Raises
    ------
    BadInput
        If the engagement is over.
    """
    session.refresh(engagement)
    _refuse_closed(engagement)
    thread = _open_thread(session, engagement)
    message = _add(session, actor, thread, text, {Side.HELPER, Side.REQUESTER})
    tell_all(session, actor, engagement.proposal, NoticeKind.MESSAGE)
    _note(session, actor, engagement, message)
    return message


def mark_read(session: Session, actor: Actor, thread: Thread | None) -> None:
    """Note that the actor has read all there is now."""
    if thread is None:
        return
    found = messages_in(thread, actor).order_by(None).with_only_columns(func.max(Message.id))
    newest = session.scalar(found)
    if newest is None:
        return
    place = {"user_id": actor.user_id, "thread_id": thread.id}
    reading = session.get(ThreadReading, place)
    if reading is not None:
        reading.read_to = max(reading.read_to, newest)
        session.flush()
        return
    try:
        with session.begin_nested():
            session.add(ThreadReading(**place, read_to=newest))
    except IntegrityError:
        session.get_one(ThreadReading, place).read_to = newest
        session.flush()


def _refuse_closed(subject: Proposal | Engagement) -> None:
    if not is_open(subject):
        raise BadInput("text", N_("This has come to an end. Nothing can be written here any more."))


def _open_thread(session: Session, subject: Proposal | Engagement) -> Thread:
    """Return the conversation, made at the first message; of two at once one makes it."""
    thread = thread_of(session, subject)
    if thread is not None:
        return thread
    if isinstance(subject, Engagement):
        thread = Thread(proposal_id=subject.proposal_id, engagement_id=subject.id)
    else:
        thread = Thread(proposal_id=subject.id)
    try:
        with session.begin_nested():
            session.add(thread)
    except IntegrityError:
        made = thread_of(session, subject)
        assert made is not None
        return made
    return thread


def _add(session: Session, actor: Actor, thread: Thread, text: str, readers: set[Side]) -> Message:
    assert actor.user_id is not None and actor.membership_id is not None
    message = Message(
        thread_id=thread.id,
        author_id=actor.user_id,
        membership_id=actor.membership_id,
        side=side_of(actor).value,
        for_helper=Side.HELPER in readers,
        for_requester=Side.REQUESTER in readers,
        text=text,
    )
    session.add(message)
    session.flush()
    mark_read(session, actor, thread)
    return message


def _note(session: Session, actor: Actor, subject: Proposal | Engagement, message: Message) -> None:
    """Write down that there was a message and for whom, never what it said."""
    readers = {"helper": message.for_helper, "requester": message.for_requester}
    details = {"message": message.public_id, "for": sorted(s for s, yes in readers.items() if yes)}
    kind = kind_of(subject)
    record(session, actor, f"{kind}.message", kind, subject.public_id, details)
