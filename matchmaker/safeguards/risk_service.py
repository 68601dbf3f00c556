"""Risks that come back: made with an engagement, answered on their days, heeded where worse."""

import calendar
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Engagement, Proposal, RiskAnswer, RiskQuestion, now
from matchmaker.outbox import tell_coordinators, tell_municipality
from matchmaker.safeguards.impact_queries import standing_of
from matchmaker.safeguards.risk_queries import (
    REMIND_AFTER,
    is_due,
    may_answer,
    side_of,
)
from matchmaker.vocabulary import N_, NoticeKind, Role, Side
from matchmaker.vocabulary.impact import MONTHS, Light, RiskState

LONGEST_TEXT = 2000
TOWNS = (Side.HELPER, Side.REQUESTER)


def open_risks(session: Session, actor: Actor, engagement: Engagement) -> list[RiskQuestion]:
    """Make the follow-up questions of an engagement: one for each named risk and each date.

    Called in the transaction in which the engagement opens, so that no risk is left behind.
    """
    standing = standing_of(session, engagement.proposal)
    reds = set(standing.reds)
    opened = engagement.created_at.date()
    rows = [
        RiskQuestion(
            engagement=engagement,
            question=code,
            light=(Light.RED if code in reds else Light.AMBER).value,
            months=months,
            due_on=months_after(opened, months),
        )
        for code in (*standing.reds, *standing.ambers)
        for months in MONTHS
    ]
    session.add_all(rows)
    session.flush()
    if rows:
        details = {"risks": sorted({row.question for row in rows})}
        record(
            session, actor, "engagement.risks_named", "engagement", engagement.public_id, details
        )
    return rows


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def answer_risk(
    session: Session,
    actor: Actor,
    question: RiskQuestion,
    state: str,
    text: str = "",
    today: date | None = None,
) -> RiskAnswer:
    """Say for one side how a risk stands; what became worse is a task for the coordinators.

    Raises
    ------
    BadInput
        If it is not asked yet, or worse comes without a word about what happened.
    AlreadyChanged
        If this side has answered it meanwhile.
    """
    assert actor.user_id is not None and actor.membership_id is not None
    _take(session, question)
    side = side_of(actor, question.engagement.proposal)
    if state not in {one.value for one in RiskState}:
        raise BadInput("state", N_("Choose one of the answers shown."))
    if state == RiskState.WORSE and not text.strip():
        raise BadInput("text", N_("Say what has become worse."))
    if len(text) > LONGEST_TEXT:
        raise BadInput("text", N_("Use at most %(count)s characters."), count=LONGEST_TEXT)
    if question.due_on > (today or now().date()):
        raise BadInput("", N_("This is asked later."))
    if not may_answer(question, side, today or now().date()):
        raise AlreadyChanged
    answer = RiskAnswer(
        risk_question_id=question.id,
        side=side.value,
        state=state,
        text=text.strip(),
        user_id=actor.user_id,
        membership_id=actor.membership_id,
    )
    try:
        with session.begin_nested():
            session.add(answer)
            session.flush()
    except IntegrityError:
        raise AlreadyChanged from None
    _note(session, actor, question, side, state)
    return answer


def _take(session: Session, question: RiskQuestion) -> None:
    """Lock a question, and read afresh who has answered it."""
    session.refresh(question, with_for_update={"of": RiskQuestion})
    session.expire(question, ["answers"])


def _note(session: Session, actor: Actor, question: RiskQuestion, side: Side, state: str) -> None:
    engagement = question.engagement
    details = {"risk": question.question, "months": question.months, "state": state, "side": side}
    record(session, actor, "engagement.risk_answered", "engagement", engagement.public_id, details)
    if state == RiskState.WORSE:
        _tell_coordinators(session, engagement.proposal, NoticeKind.RISK_WORSE, actor.user_id)


def heed_worse(session: Session, actor: Actor, answer: RiskAnswer, text: str) -> None:
    """Write what is done about a risk that became worse; coordinators alone read it.

    Raises
    ------
    BadInput
        If nothing is written.
    AlreadyChanged
        If it did not become worse, or somebody has written it meanwhile.
    """
    session.refresh(answer, with_for_update={"of": RiskAnswer})
    if answer.state != RiskState.WORSE or answer.heeded_at is not None:
        raise AlreadyChanged
    if not text.strip():
        raise BadInput("text", N_("Write what is done about it."))
    if len(text) > LONGEST_TEXT:
        raise BadInput("text", N_("Use at most %(count)s characters."), count=LONGEST_TEXT)
    answer.heeded_at, answer.heeded_by_id, answer.heeded_text = now(), actor.user_id, text.strip()
    session.flush()
    engagement = answer.asked.engagement
    details = {"risk": answer.asked.question, "months": answer.asked.months}
    record(session, actor, "engagement.risk_heeded", "engagement", engagement.public_id, details)


def remind_of_risk(session: Session, actor: Actor, question: RiskQuestion, at: datetime) -> None:
    """Tell the sides that have not answered, and the coordinators, that a question is due."""
    _take(session, question)
    due = sum(question.due_on + after <= at.date() for after in REMIND_AFTER)
    waiting = [side for side in TOWNS if is_due(question, side, at.date())]
    if question.reminders_sent >= due or not waiting:
        raise AlreadyChanged
    question.reminders_sent = due
    session.flush()
    proposal = question.engagement.proposal
    towns = {
        Side.HELPER: proposal.offer.municipality_id,
        Side.REQUESTER: proposal.need.municipality_id,
    }
    for side in waiting:
        tell_municipality(session, towns[side], Role(side.value), NoticeKind.RISK_DUE)
    _tell_coordinators(session, proposal, NoticeKind.RISK_DUE)
    details = {"risk": question.question, "months": question.months, "count": due}
    engagement = question.engagement
    record(session, actor, "engagement.reminded", "engagement", engagement.public_id, details)


def _tell_coordinators(
    session: Session, proposal: Proposal, kind: NoticeKind, besides: int | None = None
) -> None:
    if proposal.round is not None:
        tell_coordinators(session, proposal.round.association_id, kind, besides=besides)


def erase_risk_texts(session: Session, engagement_ids: list[int]) -> int:
    """Empty what was written about the risks of engagements, as their plans are emptied."""
    rows = session.scalars(
        select(RiskAnswer)
        .join(RiskAnswer.asked)
        .where(RiskQuestion.engagement_id.in_(engagement_ids))
    ).all()
    held = [row for row in rows if row.text or row.heeded_text]
    for row in held:
        row.text = row.heeded_text = ""
    return len(held)
