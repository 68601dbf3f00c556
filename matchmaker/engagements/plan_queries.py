"""The plan of an engagement with what came of it, as its page shows it."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models import Engagement, Milestone, PersonDays, PlanVersion, Visit

MOST_VERSIONS = 20
"""Earlier versions of a plan that its page shows."""
ITEMS: dict[str, Any] = {"milestone": Milestone, "visit": Visit, "days": PersonDays}
"""What can be set in a plan and taken out of it, by the name that its forms use."""


def versions_of(session: Session, engagement: Engagement) -> list[PlanVersion]:
    """Return the plan and its earlier versions, the newest first."""
    query = select(PlanVersion).where(PlanVersion.engagement_id == engagement.id)
    return list(session.scalars(query.order_by(PlanVersion.number.desc()).limit(MOST_VERSIONS + 1)))


def milestones_of(session: Session, engagement: Engagement) -> list[Milestone]:
    """Return the milestones in the order of their days."""
    query = select(Milestone).where(Milestone.engagement_id == engagement.id)
    return list(session.scalars(query.order_by(Milestone.due_on, Milestone.id)))


def visits_of(session: Session, engagement: Engagement) -> list[Visit]:
    """Return the visits in the order of their days."""
    query = select(Visit).where(Visit.engagement_id == engagement.id)
    return list(session.scalars(query.order_by(Visit.starts_on, Visit.id)))


def person_days_of(session: Session, engagement: Engagement) -> list[PersonDays]:
    """Return the working days that were spent, in the order of their days."""
    query = select(PersonDays).where(PersonDays.engagement_id == engagement.id)
    return list(session.scalars(query.order_by(PersonDays.until, PersonDays.id)))


def spent_by_side(rows: list[PersonDays]) -> dict[str, int]:
    """Return side -> working days it has spent."""
    spent: Counter[str] = Counter()
    for row in rows:
        spent[row.side] += row.days
    return dict(spent)


def item_of(
    session: Session, engagement: Engagement, kind: str, public_id: str
) -> Milestone | Visit | PersonDays | None:
    """Return one item of this engagement's plan; None where it has none of that kind and id."""
    model = ITEMS.get(kind)
    if model is None:
        return None
    found: Milestone | Visit | PersonDays | None = session.scalars(
        select(model).where(model.engagement_id == engagement.id, model.public_id == public_id)
    ).one_or_none()
    return found


def days_ahead(session: Session, engagement: Engagement) -> list[tuple[date, str]]:
    """Return the days of the plan that a calendar should hold, each with a key of its own."""
    days = [
        (one.due_on, f"milestone:{one.public_id}")
        for one in milestones_of(session, engagement)
        if one.done_on is None
    ]
    days += [(one.starts_on, f"visit:{one.public_id}") for one in visits_of(session, engagement)]
    return sorted(days)
