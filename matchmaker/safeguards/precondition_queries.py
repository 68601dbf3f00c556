"""How things stand with the preconditions of a need: its own answers first, then its area's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.models import (
    ConflictArea,
    Engagement,
    Municipality,
    Need,
    PreconditionAnswer,
    PreconditionReview,
    Proposal,
)
from matchmaker.municipalities.queries import places_of
from matchmaker.vocabulary import AreaLevel, EngagementStatus
from matchmaker.vocabulary.precondition import PRECONDITIONS, Answer

RUNNING = (
    EngagementStatus.PLANNED.value,
    EngagementStatus.ACTIVE.value,
    EngagementStatus.PAUSED.value,
)


@dataclass(frozen=True)
class Standing:
    """What counts for one precondition."""

    question: str
    answer: Answer
    row: int | None = None
    """The answer's id; None where nobody gave one."""
    as_of: date | None = None


Standings = dict[str, Standing]
Given = Mapping[int | str, Standings]
"""Id of a need or key of a place -> question -> the newest answer."""


def standings_of(session: Session, needs: Iterable[Need]) -> dict[int, Standings]:
    """Return need id -> precondition -> what counts, with one query.

    The need's own newest answer wins over that of its area, the nearest area over the wider one.
    "Not known" takes an answer back rather than hiding a wider one. What nobody answered is not
    known.
    """
    needs = list(needs)
    places = {need.id: places_of(need.municipality) for need in needs}
    given = _given(session, list(places), sorted({key for one in places.values() for key in one}))
    return {need: _standing(given, [need, *nearest]) for need, nearest in places.items()}


def unmet_of(session: Session, needs: Iterable[Need]) -> dict[int, tuple[str, ...]]:
    """Return need id -> the preconditions that are not met, in their order."""
    return {need: unmet_in(found) for need, found in standings_of(session, needs).items()}


def unmet_in(standings: Standings) -> tuple[str, ...]:
    """Return the preconditions that are not met."""
    return tuple(code for code, one in standings.items() if one.answer == Answer.NOT_MET)


def _given(session: Session, needs: list[int], places: list[str]) -> Given:
    rows = session.execute(
        select(
            PreconditionAnswer.id,
            PreconditionAnswer.need_id,
            ConflictArea.place_key,
            PreconditionAnswer.question,
            PreconditionAnswer.answer,
            PreconditionAnswer.as_of,
        )
        .outerjoin(ConflictArea, ConflictArea.id == PreconditionAnswer.area_id)
        .where(or_(PreconditionAnswer.need_id.in_(needs), ConflictArea.place_key.in_(places)))
        .order_by(PreconditionAnswer.id)
    )
    found: dict[int | str, Standings] = {}
    for row, need, place, question, answer, as_of in rows:
        whose = place if need is None else need
        found.setdefault(whose, {})[question] = Standing(question, Answer(answer), row, as_of)
    return found


def _standing(given: Given, nearest: Sequence[int | str]) -> Standings:
    found: Standings = {}
    for question in PRECONDITIONS:
        found[question] = Standing(question, Answer.NOT_KNOWN)
        for one in (given.get(whose, {}).get(question) for whose in nearest):
            if one is not None and one.answer != Answer.NOT_KNOWN:
                found[question] = one
                break
    return found


def answers_by_id(session: Session, ids: Iterable[int]) -> dict[int, PreconditionAnswer]:
    """Return answers with the area each is about."""
    ids = list(ids)
    if not ids:
        return {}
    query = select(PreconditionAnswer).where(PreconditionAnswer.id.in_(ids))
    rows = session.scalars(query.options(joinedload(PreconditionAnswer.area)))
    return {row.id: row for row in rows}


def history_of(
    session: Session, *, area: ConflictArea | None = None, need: Need | None = None
) -> list[PreconditionAnswer]:
    """Return all that was answered for an area or a need, newest first."""
    query = select(PreconditionAnswer).order_by(PreconditionAnswer.id.desc())
    if area is not None:
        query = query.where(PreconditionAnswer.area_id == area.id)
    if need is not None:
        query = query.where(PreconditionAnswer.need_id == need.id)
    return list(session.scalars(query))


def running_in(session: Session, area: ConflictArea) -> list[Engagement]:
    """Return the running engagements of needs that lie in an area."""
    query = _running().where(Municipality.country == area.country)
    if area.level == AreaLevel.MUNICIPALITY:
        query = query.where(Municipality.id == area.municipality_id)
    elif area.level == AreaLevel.REGION:
        query = query.where(Municipality.region == area.region)
    return list(session.scalars(query))


def running_of(session: Session, need: Need) -> list[Engagement]:
    """Return the running engagements of a need."""
    return list(session.scalars(_running().where(Need.id == need.id)))


def _running() -> Select[Any]:
    return (
        select(Engagement)
        .join(Engagement.proposal)
        .join(Proposal.need)
        .join(Need.municipality)
        .where(Engagement.status.in_(RUNNING))
        .options(
            contains_eager(Engagement.proposal)
            .contains_eager(Proposal.need)
            .contains_eager(Need.municipality)
        )
        .order_by(Engagement.id)
    )


def reviews_of(session: Session, engagement: Engagement) -> list[PreconditionReview]:
    """Return what coordinators were asked of an engagement, newest first."""
    return list(
        session.scalars(
            select(PreconditionReview)
            .where(PreconditionReview.engagement_id == engagement.id)
            .order_by(PreconditionReview.id.desc())
        )
    )


def review_with(session: Session, public_id: str) -> PreconditionReview | None:
    """Return the question with this public id."""
    return session.scalars(
        select(PreconditionReview).where(PreconditionReview.public_id == public_id)
    ).one_or_none()


def reviews_waiting_for(session: Session, actor: Actor) -> list[str]:
    """Return the public ids of the running engagements for which a question waits."""
    return list(
        session.scalars(
            select(Engagement.public_id)
            .join(PreconditionReview, PreconditionReview.engagement_id == Engagement.id)
            .join(Proposal, Proposal.id == Engagement.proposal_id)
            .where(
                PreconditionReview.decided.is_(None),
                Engagement.status.in_(RUNNING),
                proposals_in_hand(actor),
            )
            .group_by(Engagement.public_id)
            .order_by(func.min(PreconditionReview.id))
        )
    )
