"""What became of other needs, and of earlier matches: counts of at least five, rounded to five."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matchmaker.cases.queries import TOLD
from matchmaker.cases.reach import band
from matchmaker.models import (
    AuditEvent,
    Engagement,
    Need,
    NeedTopic,
    Proposal,
    Round,
    RoundNeed,
    now,
)
from matchmaker.vocabulary import EngagementStatus, NeedStatus


@dataclass(frozen=True)
class LeftOnce:
    """Municipalities whose need was left without a match once; each number is told or 0."""

    n: int
    matched_later: int
    changed_before: int
    """Of those matched later, how many had changed the need after the round."""


def left_once(session: Session, need: Need) -> LeftOnce:
    """Return what became of other needs for the same kind of help that a round left without."""
    rows = session.execute(
        select(Need.public_id, Need.municipality_id, Need.status, func.min(Round.published_at))
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Round, Round.id == RoundNeed.round_id)
        .where(
            RoundNeed.matched.is_(False),
            Round.status.in_(TOLD),
            or_(Round.cool_off_ends_at.is_(None), Round.cool_off_ends_at <= now()),
            Need.category == need.category,
            Need.municipality_id != need.municipality_id,
        )
        .group_by(Need.public_id, Need.municipality_id, Need.status)
    ).all()
    served = [row for row in rows if row[2] == NeedStatus.MATCHED]
    edited = _edited(session, {row[0]: row[3] for row in served})
    return LeftOnce(
        n=band(len({row[1] for row in rows})),
        matched_later=band(len({row[1] for row in served})),
        changed_before=band(len({row[1] for row in served if row[0] in edited})),
    )


def _edited(session: Session, since: dict[str, datetime | None]) -> set[str]:
    """Return which of these needs were changed after a moment of their own."""
    events = session.execute(
        select(AuditEvent.subject_id, func.max(AuditEvent.at))
        .where(
            AuditEvent.event == "need.edited",
            AuditEvent.subject_kind == "need",
            AuditEvent.subject_id.in_(sorted(since)),
        )
        .group_by(AuditEvent.subject_id)
    )
    return {key for key, at in events if (begun := since[key]) is not None and at > begun}


@dataclass(frozen=True)
class Outcomes:
    """How engagements about a topic went: numbers of asking municipalities, told or 0."""

    n: int
    completed: int
    ended_early: int


def outcomes_by_topic(session: Session, topics: list[str]) -> dict[str, Outcomes]:
    """Return how earlier matches went whose need asked for each of these topics."""
    rows = session.execute(
        select(NeedTopic.topic_code, Engagement.status, Need.municipality_id)
        .join(Need, Need.id == NeedTopic.need_id)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Engagement, Engagement.proposal_id == Proposal.id)
        .where(NeedTopic.topic_code.in_(topics))
    ).all()
    found = {}
    for topic in topics:
        own = [(status, town) for code, status, town in rows if code == topic]
        by = {
            status: len({town for one, town in own if one == status})
            for status in (EngagementStatus.COMPLETED.value, EngagementStatus.ENDED.value)
        }
        found[topic] = Outcomes(
            n=band(len({town for _, town in own})),
            completed=band(by[EngagementStatus.COMPLETED.value]),
            ended_early=band(by[EngagementStatus.ENDED.value]),
        )
    return found
