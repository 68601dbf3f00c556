"""Asking both sides how the work goes, taking their answers, and what follows from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.accounts.links import find_link, issue_link, void_links
from matchmaker.audit import record
from matchmaker.engagements.plan_service import may_name_contact
from matchmaker.engagements.telling import tell_round
from matchmaker.errors import BadInput
from matchmaker.models import (
    Engagement,
    FollowUpTask,
    Membership,
    Municipality,
    Pulse,
    PulseAnswer,
    now,
)
from matchmaker.outbox import cancel_pending, persons_reached, queue_notice
from matchmaker.pulses import queries
from matchmaker.safeguards.precondition_service import ask_again as ask_preconditions_again
from matchmaker.vocabulary import (
    N_,
    Alive,
    InTouch,
    NoticeKind,
    Safe,
    Side,
    TaskKind,
    Useful,
)

ANSWER_WITHIN = timedelta(days=21)
"""How long a pulse can be answered, and its links work."""
PURPOSE = "pulse:"
SIDES = (Side.HELPER, Side.REQUESTER)
BY_LETTER = {side.value[0]: side for side in SIDES}
OVER = N_("This pulse can no longer be answered.")


@dataclass(frozen=True)
class Said:
    """One answer to a pulse."""

    alive: Alive
    useful: Useful
    safe: Safe
    in_touch: InTouch | None = None


@dataclass(frozen=True)
class Asked:
    """Who a link of a mail belongs to, and what it asks."""

    pulse: Pulse
    side: Side
    membership: Membership


def ask(session: Session, actor: Actor, engagement: Engagement, day: int, at: datetime) -> Pulse:
    """Ask both sides once after so many days; each person gets a link of their own by mail.

    Coordinators are asked at the same time whether the preconditions of the work still hold.
    """
    session.refresh(engagement, with_for_update={"of": Engagement})
    pulse = Pulse(engagement_id=engagement.id, day=day, answer_by=at + ANSWER_WITHIN)
    session.add(pulse)
    session.flush()
    for side in SIDES:
        town = queries.town_id_of(engagement, side.value)
        for user_id in persons_reached(session, town, side.value):
            purpose = purpose_of(pulse, side)
            token = issue_link(session, user_id, purpose, pulse.answer_by)
            queue_notice(session, user_id, NoticeKind.PULSE, link=token)
    details = {"day": day}
    record(session, actor, "engagement.pulse_asked", "engagement", engagement.public_id, details)
    ask_preconditions_again(session, actor, engagement)
    return pulse


def purpose_of(pulse: Pulse, side: Side) -> str:
    """Return what a link is good for: this pulse alone, for one side."""
    return f"{PURPOSE}{side.value[0]}{pulse.public_id}"


def asked_by(session: Session, token: str, at: datetime, *, lock: bool = False) -> Asked:
    """Return what the link of a mail asks and of whom; nothing is changed.

    Raises
    ------
    BadInput
        If the link was never made, was used or has run out, or its person no longer acts there.
    """
    link = find_link(session, token, PURPOSE, lock=lock)
    code = link.purpose.removeprefix(PURPOSE)
    pulse, side = queries.pulse_by_public_id(session, code[1:], lock=lock), BY_LETTER[code[0]]
    if pulse is None or not can_be_answered(pulse, at):
        raise BadInput("", OVER)
    membership = queries.membership_on(session, pulse, side.value, link.user_id)
    if membership is None:
        raise BadInput("", OVER)
    return Asked(pulse, side, membership)


def can_be_answered(pulse: Pulse, at: datetime) -> bool:
    """Tell whether a pulse still takes answers."""
    return pulse.closed_at is None and pulse.answer_by > at


def asks_about_contact(pulse: Pulse) -> bool:
    """Tell whether a pulse asks if the political contact is still in touch: of projects."""
    return may_name_contact(pulse.engagement)


def answer(
    session: Session, actor: Actor, pulse: Pulse, said: Said, at: datetime, *, by_link: bool
) -> None:
    """Take the answer of a person for their side; said again while it is open, the newer counts.

    Links of this person for this pulse are used up. Where somebody is not safe, coordinators get a
    task at once, and mails to that municipality stop until one of them has looked after it.

    Raises
    ------
    BadInput
        If the time to answer is over.
    """
    found = queries.pulse_by_public_id(session, pulse.public_id, lock=True)
    if found is None or not can_be_answered(found, at):
        raise BadInput("", OVER)
    assert actor.user_id is not None
    side = Side(actor.role or "")
    row = queries.answer_of(session, found, actor.user_id)
    if row is None:
        row = PulseAnswer(pulse_id=found.id, user_id=actor.user_id)
        session.add(row)
    row.side, row.by_link = side.value, by_link
    row.alive, row.useful, row.safe = said.alive.value, said.useful.value, said.safe.value
    row.in_touch = said.in_touch.value if said.in_touch and asks_about_contact(found) else None
    session.flush()
    void_links(session, actor.user_id, purpose_of(found, side))
    engagement, details = found.engagement, {"day": found.day, "side": side.value}
    record(session, actor, "engagement.pulse_answered", "engagement", engagement.public_id, details)
    if said.safe is Safe.NO:
        open_task(session, actor, engagement, TaskKind.NOT_SAFE, side)
        hold_mails(session, actor, engagement, side)
    if row.in_touch == InTouch.NO:
        open_task(session, actor, engagement, TaskKind.OUT_OF_TOUCH, side)


def close_pulse(session: Session, actor: Actor, pulse: Pulse, at: datetime) -> None:
    """Note that the time to answer is over; a side that was silent twice in a row makes a task."""
    session.refresh(pulse, with_for_update={"of": Pulse})
    if pulse.closed_at is not None:
        return
    pulse.closed_at = at
    session.flush()
    before = queries.pulse_before(session, pulse)
    if before is None or pulse.engagement.ended_at is not None:
        return
    answered = queries.sides_that_answered(session, pulse)
    answered |= queries.sides_that_answered(session, before)
    for side in SIDES:
        if side.value not in answered:
            open_task(session, actor, pulse.engagement, TaskKind.SILENT, side)


def open_task(
    session: Session, actor: Actor, engagement: Engagement, kind: TaskKind, side: Side
) -> None:
    """Open a task for the coordinators and tell them; one that stands already is enough."""
    session.refresh(engagement, with_for_update={"of": Engagement})
    if queries.standing_task(session, engagement, kind.value, side.value) is not None:
        return
    session.add(FollowUpTask(engagement_id=engagement.id, kind=kind.value, side=side.value))
    session.flush()
    details = {"kind": kind.value, "side": side.value}
    record(session, actor, "engagement.task_opened", "engagement", engagement.public_id, details)
    tell_round(session, actor, engagement.proposal, NoticeKind.TASK_WAITS)


def close_task(session: Session, actor: Actor, task: FollowUpTask, done: str) -> None:
    """Write down what was done about a task; mails go out again once nobody is in danger.

    Raises
    ------
    BadInput
        If somebody else closed it before.
    """
    engagement = task.engagement
    session.refresh(engagement, with_for_update={"of": Engagement})
    session.refresh(task, with_for_update={"of": FollowUpTask})
    if task.closed_at is not None:
        raise BadInput("", N_("Somebody else has looked after this task already."))
    task.closed_at, task.closed_by_id, task.done = now(), actor.user_id, done
    session.flush()
    details = {"kind": task.kind, "side": task.side}
    record(session, actor, "engagement.task_closed", "engagement", engagement.public_id, details)
    town_id = queries.town_id_of(engagement, task.side)
    if task.kind == TaskKind.NOT_SAFE and not queries.other_alarms(session, task, town_id):
        town = _locked_town(session, town_id)
        town.mails_held_at = None
        session.flush()
        record(session, actor, "municipality.mails_go_on", "municipality", town.public_id)


def hold_mails(session: Session, actor: Actor, engagement: Engagement, side: Side) -> None:
    """Stop what waits to be sent to the people of a side, and send nothing until told to."""
    town = _locked_town(session, queries.town_id_of(engagement, side.value))
    if town.mails_held_at is None:
        town.mails_held_at = now()
        session.flush()
        record(session, actor, "municipality.mails_held", "municipality", town.public_id)
    members = select(Membership.user_id).where(Membership.municipality_id == town.id)
    cancel_pending(session, session.scalars(members).all())


def _locked_town(session: Session, town_id: int) -> Municipality:
    town = session.get_one(Municipality, town_id)
    session.refresh(town, with_for_update={"of": Municipality})
    return town
