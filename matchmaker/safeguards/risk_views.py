"""The follow-up questions of an engagement as its two sides and its coordinators read them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import Engagement, MatchImpact, NeedImpact, RiskQuestion, now
from matchmaker.needs.forms.impact import answer_text
from matchmaker.safeguards import risk_queries as queries
from matchmaker.safeguards.impact_views import light_text
from matchmaker.vocabulary import Side
from matchmaker.vocabulary.impact import QUESTIONS, AskedAt
from matchmaker.web.navigation import Waiting
from matchmaker.web.showing import is_elsewhere


@dataclass(frozen=True)
class FollowUp:
    """One follow-up question: what is asked, when, and what the reader may know of the answers."""

    row: RiskQuestion
    risk: str
    due: bool
    may_answer: bool
    answers: list[Any]
    """Of a side its own; of coordinators each."""


def follow_up(
    session: Session, actor: Actor, engagement: Engagement, today: date | None = None
) -> list[FollowUp]:
    """Return the follow-up questions of an engagement, by day, as the actor may read them."""
    today = today or now().date()
    side = queries.side_of(actor, engagement.proposal)
    return [
        FollowUp(
            row=row,
            risk=gettext(QUESTIONS[row.question].risk),
            due=queries.is_due(row, side, today),
            may_answer=queries.may_answer(row, side, today),
            answers=[one for one in row.answers if side == Side.COORDINATOR or one.side == side],
        )
        for row in queries.risks_of(session, engagement)
    ]


def first_rows(session: Session, actor: Actor, row: RiskQuestion) -> list[dict[str, Any]]:
    """Return the first question and its answer, as far as the reader may know them.

    A town reads what it said itself; what coordinators judged, they alone read.
    """
    question, proposal = QUESTIONS[row.question], row.engagement.proposal
    side = queries.side_of(actor, proposal)
    light = sentence = ""
    if question.asked_at == AskedAt.NEED and side != Side.HELPER:
        where = NeedImpact.need_id == proposal.need_id, NeedImpact.question == question.code
        said = session.scalars(select(NeedImpact).where(*where)).one_or_none()
        light, sentence = (answer_text(said.light), said.sentence) if said else ("", "")
        if is_elsewhere(proposal.need.municipality):
            sentence = ""
    elif question.asked_at == AskedAt.MATCH and side == Side.COORDINATOR:
        of_match = MatchImpact.proposal_id == proposal.id, MatchImpact.question == question.code
        found = session.scalars(select(MatchImpact).where(*of_match)).one_or_none()
        light, sentence = (light_text(found.light), found.sentence) if found else ("", "")
    if not light:
        return []
    return [
        {"key": gettext("Asked at first"), "value": gettext(question.question)},
        {"key": gettext("Answered then"), "value": light, "note": sentence},
    ]


def earlier_rows(risks: list[queries.OpenRisk]) -> list[dict[str, Any]]:
    """Return open risks of other matches of a need, each once with the worst that was said."""
    worst: dict[str, queries.OpenRisk] = {}
    for one in risks:
        known = worst.get(one.question)
        if known is None or _weight(one) > _weight(known):
            worst[one.question] = one
    return [
        {"risk": gettext(QUESTIONS[code].risk), "state": one.state, "engagement": one.engagement}
        for code, one in worst.items()
    ]


def risks_waiting_for(session: Session, actor: Actor) -> list[Waiting]:
    """Return a line for each engagement of which something about risks waits, the worse first."""
    worse = Counter(
        one.asked.engagement.public_id for one in queries.worse_waiting_for(session, actor)
    )
    due = Counter(one.engagement.public_id for one in queries.due_for(session, actor, now().date()))
    return [
        *(
            Waiting(gettext("A risk has become worse: write what is done"), _risks_at(key), n)
            for key, n in worse.items()
        ),
        *(
            Waiting(
                ngettext(
                    "%(num)d question about peace and conflict is due",
                    "%(num)d questions about peace and conflict are due",
                    n,
                ),
                _risks_at(key),
                n,
            )
            for key, n in due.items()
        ),
    ]


def _risks_at(engagement: str) -> str:
    return url_for("engagements.show", public_id=engagement, _anchor="risks")


def _weight(risk: queries.OpenRisk) -> int:
    return queries.SEVERITY.index(risk.state) if risk.state else 0
