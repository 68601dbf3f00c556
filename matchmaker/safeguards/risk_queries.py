"""Risks that were named before a match and are asked for again: what is due, what is open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.models import Engagement, Need, Offer, Proposal, RiskAnswer, RiskQuestion
from matchmaker.vocabulary import EngagementStatus, Role, Side
from matchmaker.vocabulary.impact import Light, RiskState

SEVERITY = [one.value for one in RiskState]
"""States of a risk, the worst last."""
GONE = RiskState.GONE.value
REMIND_AFTER = (timedelta(0), timedelta(days=14))
"""How long after its day the sides are told that a question waits."""


@dataclass(frozen=True)
class OpenRisk:
    """A risk of a match that is not known to be gone."""

    need_id: int
    proposal_id: int
    engagement: str
    """Public id, for coordinators."""
    question: str
    state: str
    """What was said last, the worse of two sides; empty = nobody has been asked or answered yet."""

    @property
    def light(self) -> str:
        """How much it weighs against a further match of the same need."""
        return (Light.RED if self.state == RiskState.WORSE else Light.AMBER).value


def risk_by_public_id(session: Session, public_id: str) -> RiskQuestion | None:
    """Return a follow-up question with its engagement, both sides and its answers."""
    proposal = joinedload(RiskQuestion.engagement).joinedload(Engagement.proposal)
    return session.scalars(
        select(RiskQuestion)
        .where(RiskQuestion.public_id == public_id)
        .options(
            proposal.joinedload(Proposal.round),
            proposal.joinedload(Proposal.need).joinedload(Need.municipality),
            proposal.joinedload(Proposal.offer).joinedload(Offer.municipality),
            selectinload(RiskQuestion.answers),
        )
    ).one_or_none()


def answer_by_public_id(session: Session, public_id: str) -> RiskAnswer | None:
    """Return what a side said of a risk, with its question and engagement."""
    asked = joinedload(RiskAnswer.asked).joinedload(RiskQuestion.engagement)
    return session.scalars(
        select(RiskAnswer)
        .where(RiskAnswer.public_id == public_id)
        .options(asked.joinedload(Engagement.proposal).joinedload(Proposal.round))
    ).one_or_none()


def risks_of(session: Session, engagement: Engagement) -> list[RiskQuestion]:
    """Return the follow-up questions of an engagement, by day, with their answers."""
    return list(
        session.scalars(
            select(RiskQuestion)
            .where(RiskQuestion.engagement_id == engagement.id)
            .options(selectinload(RiskQuestion.answers))
            .order_by(RiskQuestion.due_on, RiskQuestion.id)
        )
    )


def open_risks_of(
    session: Session, need_id: int, besides: int | None = None, side: str | None = None
) -> list[OpenRisk]:
    """Return the open risks of the matches of a need, without those of one proposal.

    With a side: by its own answers alone, so that it learns nothing of what the other one said.
    """
    found = open_risks_of_needs(session, [need_id], side).get(need_id, [])
    return [one for one in found if one.proposal_id != besides]


def open_risks_of_needs(
    session: Session, need_ids: Iterable[int] | Select[Any], side: str | None = None
) -> dict[int, list[OpenRisk]]:
    """Return need -> its open risks, the worst of the latest answers of each; one query."""
    found = defaultdict(list)
    for risk in open_among(session.execute(said_of(need_ids, side).order_by(RiskQuestion.id))):
        found[risk.need_id].append(risk)
    return dict(found)


def said_of(need_ids: Iterable[int] | Select[Any], side: str | None = None) -> Any:
    """Return the query of what was asked and said of risks in the matches of needs."""
    said_here = RiskAnswer.risk_question_id == RiskQuestion.id
    if side is not None:
        said_here = and_(said_here, RiskAnswer.side == side)
    return (
        select(
            Proposal.need_id,
            Proposal.id,
            Engagement.public_id,
            RiskQuestion.question,
            RiskQuestion.months,
            RiskAnswer.state,
        )
        .select_from(Proposal)
        .join(Engagement, Engagement.proposal_id == Proposal.id)
        .join(RiskQuestion, RiskQuestion.engagement_id == Engagement.id)
        .outerjoin(RiskAnswer, said_here)
        .where(Proposal.need_id.in_(need_ids))
    )


def said_beside(mark: Any) -> Any:
    """Return the query of what was said of risks in the other matches of a proposal's need.

    Each row begins with the proposal and a mark, then as in `said_of`.
    """
    other = aliased(Proposal)
    return (
        select(
            Proposal.id,
            mark,
            other.need_id,
            other.id,
            Engagement.public_id,
            RiskQuestion.question,
            RiskQuestion.months,
            RiskAnswer.state,
        )
        .select_from(Proposal)
        .join(other, and_(other.need_id == Proposal.need_id, other.id != Proposal.id))
        .join(Engagement, Engagement.proposal_id == other.id)
        .join(RiskQuestion, RiskQuestion.engagement_id == Engagement.id)
        .outerjoin(RiskAnswer, RiskAnswer.risk_question_id == RiskQuestion.id)
    )


def open_among(rows: Iterable[Any]) -> list[OpenRisk]:
    """Return the risks among the rows of `said_of` that are not known to be gone."""
    said: dict[tuple[int, int, str, str], list[tuple[int, str]]] = {}
    for need, proposal, engagement, question, months, state in rows:
        answers = said.setdefault((need, proposal, engagement, question), [])
        if state is not None:
            answers.append((months, state))
    return [
        OpenRisk(*key, state)
        for key, answers in said.items()
        if (state := _latest(answers)) != GONE
    ]


def _latest(answers: list[tuple[int, str]]) -> str:
    """Return the worst of what was said at the latest date that anybody answered."""
    if not answers:
        return ""
    last = max(months for months, _ in answers)
    return max((state for months, state in answers if months == last), key=SEVERITY.index)


def side_of(actor: Actor, proposal: Proposal) -> Side:
    """Return the side for which somebody answers in an engagement."""
    if actor.role == Role.COORDINATOR:
        return Side.COORDINATOR
    helps = actor.role == Role.HELPER and actor.municipality_id == proposal.offer.municipality_id
    return Side.HELPER if helps else Side.REQUESTER


def may_answer(question: RiskQuestion, side: str, today: date) -> bool:
    """Tell whether a side can answer a question: its day has come, and it has not done so yet."""
    return question.due_on <= today and side not in {one.side for one in question.answers}


def is_due(question: RiskQuestion, side: str, today: date) -> bool:
    """Tell whether a question waits for a side: its day has come, and nobody answered for it."""
    heard = {one.side for one in question.answers}
    ended = question.engagement.status == EngagementStatus.ENDED
    return not ended and question.due_on <= today and heard.isdisjoint(_speaks_for(side))


def due_for(session: Session, actor: Actor, today: date) -> list[RiskQuestion]:
    """Return the follow-up questions that wait for the actor, the oldest first."""
    if actor.role == Role.COORDINATOR:
        side, mine = Side.COORDINATOR, _judged_by(actor)
    elif actor.role in (Role.HELPER, Role.REQUESTER) and actor.verified:
        side = Side(str(actor.role))
        row: Any = Offer if side == Side.HELPER else Need
        column = Proposal.offer_id if side == Side.HELPER else Proposal.need_id
        own = select(row.id).where(row.municipality_id == actor.municipality_id)
        mine = column.in_(own)
    else:
        return []
    query = (
        _due(today)
        .join(Proposal, Proposal.id == Engagement.proposal_id)
        .where(mine, ~_answered(*_speaks_for(side)))
        .options(joinedload(RiskQuestion.engagement))
        .order_by(RiskQuestion.due_on, RiskQuestion.id)
    )
    return list(session.scalars(query))


def due_to_remind(session: Session, today: date) -> list[str]:
    """Return public ids of questions of which a side should be told now."""
    late = [
        (RiskQuestion.due_on <= today - after) & (RiskQuestion.reminders_sent < number)
        for number, after in enumerate(REMIND_AFTER, start=1)
    ]
    unheard = ~_answered(Side.COORDINATOR) & or_(
        ~_answered(Side.HELPER), ~_answered(Side.REQUESTER)
    )
    query = _due(today).where(or_(*late), unheard).with_only_columns(RiskQuestion.public_id)
    return list(session.scalars(query.order_by(RiskQuestion.id)))


def worse_waiting_for(session: Session, actor: Actor) -> list[RiskAnswer]:
    """Return what became worse and no coordinator has written about yet."""
    if actor.role != Role.COORDINATOR:
        return []
    query = (
        select(RiskAnswer)
        .join(RiskAnswer.asked)
        .join(RiskQuestion.engagement)
        .join(Engagement.proposal)
        .where(
            RiskAnswer.state == RiskState.WORSE,
            RiskAnswer.heeded_at.is_(None),
            _judged_by(actor),
        )
        .options(joinedload(RiskAnswer.asked).joinedload(RiskQuestion.engagement))
        .order_by(RiskAnswer.id)
    )
    return list(session.scalars(query))


def _judged_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a proposal is in the coordinator's hand, who has no part in it."""
    if not actor.towns:
        return proposals_in_hand(actor)
    needs = select(Need.id).where(Need.municipality_id.in_(actor.towns))
    offers = select(Offer.id).where(Offer.municipality_id.in_(actor.towns))
    no_part = and_(Proposal.need_id.not_in(needs), Proposal.offer_id.not_in(offers))
    return and_(proposals_in_hand(actor), no_part)


def _due(today: date) -> Select[Any]:
    return (
        select(RiskQuestion)
        .join(Engagement, Engagement.id == RiskQuestion.engagement_id)
        .where(RiskQuestion.due_on <= today, Engagement.status != EngagementStatus.ENDED)
    )


def _answered(*sides: str) -> ColumnElement[bool]:
    codes = [str(side) for side in sides]
    return exists().where(
        RiskAnswer.risk_question_id == RiskQuestion.id, RiskAnswer.side.in_(codes)
    )


def _speaks_for(side: str) -> tuple[str, ...]:
    """Return whose answers settle a question for a side: any one does for coordinators, and what
    a coordinator heard on the telephone settles it for both."""
    every = tuple(one.value for one in Side)
    return every if side == Side.COORDINATOR else (str(side), Side.COORDINATOR.value)
