"""Answering the preconditions, and asking about running work where one is not met any more."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import (
    ConflictArea,
    Engagement,
    Need,
    PreconditionAnswer,
    PreconditionReview,
    now,
)
from matchmaker.models.precondition import ALL
from matchmaker.safeguards import precondition_queries as queries
from matchmaker.safeguards.precondition_pairs import against
from matchmaker.vocabulary import N_
from matchmaker.vocabulary.precondition import PRECONDITIONS, Answer

SOURCED = (Answer.MET, Answer.NOT_MET)
"""Answers that name where they come from."""


@dataclass(frozen=True)
class AnswerDraft:
    """What a coordinator says of one precondition."""

    question: str
    answer: str
    as_of: date
    source: str = ""
    text: str = ""


def answer_for_area(
    session: Session, actor: Actor, area: ConflictArea, draft: AnswerDraft
) -> PreconditionAnswer:
    """Say how a precondition stands in an area; running work where it turned is asked about.

    Raises
    ------
    BadInput
        If the answer does not fit the question, is of a day to come, or names no source.
    """
    session.refresh(area, with_for_update={"of": ConflictArea})
    running = queries.running_in(session, area)
    row = PreconditionAnswer(area_id=area.id)
    return _answer(session, actor, row, draft, running, ("area", area.public_id))


def answer_for_need(
    session: Session, actor: Actor, need: Need, draft: AnswerDraft
) -> PreconditionAnswer:
    """Say how a precondition stands for one need; wins over what its area has."""
    session.refresh(need, with_for_update={"of": Need})
    running = queries.running_of(session, need)
    row = PreconditionAnswer(need_id=need.id)
    return _answer(session, actor, row, draft, running, ("need", need.public_id))


def _answer(
    session: Session,
    actor: Actor,
    row: PreconditionAnswer,
    draft: AnswerDraft,
    running: list[Engagement],
    about: tuple[str, str],
) -> PreconditionAnswer:
    _check(draft)
    needs = [one.proposal.need for one in running]
    before = queries.unmet_of(session, needs)
    row.question, row.answer, row.as_of = draft.question, draft.answer, draft.as_of
    row.source, row.text = draft.source.strip(), draft.text.strip()
    row.by_id = actor.user_id  # type: ignore[assignment]
    session.add(row)
    session.flush()
    kind, public_id = about
    # the words stand sealed in the row, not in the trail
    said = {"question": row.question, "answer": str(row.answer), "as_of": row.as_of.isoformat()}
    audit.record(session, actor, "precondition.answered", kind, public_id, said)
    after = queries.unmet_of(session, needs)
    for engagement, need in zip(running, needs, strict=True):
        for question in after[need.id]:
            if question not in before[need.id]:
                _ask(session, actor, engagement, question)
    return row


def _check(draft: AnswerDraft) -> None:
    question = PRECONDITIONS.get(draft.question)
    if question is None or draft.answer not in question.answers:
        raise BadInput("answer", N_("Choose how things stand."))
    if draft.as_of > now().date():
        raise BadInput("as_of", N_("Enter a day that is not in the future."))
    if draft.answer in SOURCED and not draft.source.strip():
        raise BadInput("source", N_("Enter where this comes from."))


def ask_again(session: Session, actor: Actor, engagement: Engagement) -> PreconditionReview | None:
    """Ask the coordinators whether the preconditions still hold, as each pulse does.

    Returns
    -------
    PreconditionReview
        The question that waits, a new one or the one that waited; None where the work is over.
    """
    if engagement.status not in queries.RUNNING:
        return None
    return _ask(session, actor, engagement, ALL)


def ask_where_ruled_out(session: Session, actor: Actor, engagement: Engagement) -> None:
    """Ask at once about work that begins although a precondition rules it out by now."""
    for restriction in against(session, engagement.proposal):
        _ask(session, actor, engagement, restriction.precondition)


def _ask(
    session: Session, actor: Actor, engagement: Engagement, question: str
) -> PreconditionReview:
    """Open a question for an engagement unless the same one waits."""
    waiting = session.scalars(
        select(PreconditionReview).where(
            PreconditionReview.engagement_id == engagement.id,
            PreconditionReview.question == question,
            PreconditionReview.decided.is_(None),
        )
    ).one_or_none()
    if waiting is not None:
        return waiting
    review = PreconditionReview(engagement_id=engagement.id, question=question)
    session.add(review)
    session.flush()
    details = {"question": question}
    audit.record(session, actor, "precondition.asked", "engagement", engagement.public_id, details)
    return review
