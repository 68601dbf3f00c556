"""Writing the plan of an engagement: both sides may, every version stays, nothing binds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.audit.since import events_since
from matchmaker.engagements import plan_queries as queries
from matchmaker.errors import BadInput, ChangedSince
from matchmaker.models import Engagement, Milestone, PersonDays, PlanVersion, Visit, now
from matchmaker.municipalities.queries import presence_at
from matchmaker.vocabulary import N_, Category, Presence, Role, Side, VisitPlace

SIDES = {
    Role.HELPER.value: Side.HELPER,
    Role.REQUESTER.value: Side.REQUESTER,
    Role.COORDINATOR.value: Side.COORDINATOR,
}
MOST_ITEMS = 100
"""Milestones, visits or entries of days that one plan holds at most, of each kind."""
PLAN_CHANGED = "engagement.plan_changed"


@dataclass(frozen=True)
class Step:
    """What is said of a milestone."""

    what: str
    due_on: date
    done_when: str = ""


def side_of(actor: Actor) -> Side:
    """Return on which side of the engagement the actor stands."""
    return SIDES[actor.role or ""]


def may_name_contact(engagement: Engagement) -> bool:
    """Tell whether the engagement names a political contact: projects do."""
    need = engagement.proposal.need
    return Category.PROJECT in (need.category, need.second_category)


def write_plan(
    session: Session,
    actor: Actor,
    engagement: Engagement,
    text: str,
    political_contact: str | None = None,
    seen: int | None = None,
) -> None:
    """Keep the plan as it is written now; the earlier version stays beside it.

    Raises
    ------
    ChangedSince
        If somebody else wrote it after the page was opened (`seen` events of the engagement).
    """
    _lock(session, engagement)
    if seen is not None and any(
        event.event == PLAN_CHANGED for event in events_since(session, engagement, seen)
    ):
        raise ChangedSince("engagement", engagement.public_id, seen)
    earlier = queries.versions_of(session, engagement)
    changed = [] if earlier and earlier[0].text == text else ["text"]
    if changed:
        number = earlier[0].number + 1 if earlier else 1
        side = side_of(actor).value
        session.add(PlanVersion(engagement_id=engagement.id, number=number, text=text, side=side))
        engagement.plan = text
    if may_name_contact(engagement) and (political_contact or "") != (
        engagement.political_contact or ""
    ):
        engagement.political_contact = political_contact or None
        changed.append("political_contact")
    if changed:
        _note(session, actor, "engagement.plan_changed", engagement, {"fields": changed})


def set_milestone(
    session: Session, actor: Actor, engagement: Engagement, step: Step, which: str = ""
) -> None:
    """Add a milestone, or say anew what one is and by when."""
    _lock(session, engagement)
    if which:
        row = _item(session, engagement, "milestone", which)
        assert isinstance(row, Milestone)
    else:
        _refuse_too_many(queries.milestones_of(session, engagement))
        row = Milestone(engagement_id=engagement.id)
        session.add(row)
    row.what, row.due_on, row.done_when = step.what, step.due_on, step.done_when
    _note(
        session, actor, "engagement.milestone_set", engagement, {"due_on": step.due_on.isoformat()}
    )


def mark_done(session: Session, actor: Actor, engagement: Engagement, which: str) -> None:
    """Say that a milestone is reached; pressed again, that it is not after all."""
    _lock(session, engagement)
    row = _item(session, engagement, "milestone", which)
    assert isinstance(row, Milestone)
    row.done_on = None if row.done_on else now().date()
    _note(
        session, actor, "engagement.milestone_done", engagement, {"done": row.done_on is not None}
    )


def add_visit(
    session: Session,
    actor: Actor,
    engagement: Engagement,
    period: tuple[date, date],
    persons: int,
    place: VisitPlace,
) -> None:
    """Write a visit down.

    Raises
    ------
    BadInput
        If it leads into an area where nobody can be present.
    """
    _lock(session, engagement)
    _refuse_too_many(queries.visits_of(session, engagement))
    starts_on, ends_on = period
    if place is VisitPlace.IN_AREA and not may_visit_area(session, engagement):
        raise BadInput(
            "place",
            N_(
                "Nobody from abroad can be present in this area now: that is what coordinators "
                "have on record. Meet elsewhere or work remotely, or write to the coordinators."
            ),
        )
    session.add(
        Visit(
            engagement_id=engagement.id,
            starts_on=starts_on,
            ends_on=ends_on,
            persons=persons,
            place=place.value,
        )
    )
    _note(
        session,
        actor,
        "engagement.visit_set",
        engagement,
        {"persons": persons, "place": place.value},
    )


def may_visit_area(session: Session, engagement: Engagement) -> bool:
    """Tell whether anybody can be present where the asking municipality lies."""
    town = engagement.proposal.need.municipality
    return presence_at(session, town.country, town.region, town.id) is not Presence.NONE


def add_days(
    session: Session, actor: Actor, engagement: Engagement, until: date, days: int
) -> None:
    """Write down how many working days one's own side has spent up to a day."""
    _lock(session, engagement)
    _refuse_too_many(queries.person_days_of(session, engagement))
    side = side_of(actor).value
    session.add(PersonDays(engagement_id=engagement.id, side=side, until=until, days=days))
    _note(session, actor, "engagement.days_entered", engagement, {"days": days})


def remove_item(
    session: Session, actor: Actor, engagement: Engagement, kind: str, which: str
) -> None:
    """Take an item out of the plan; working days by the side that entered them."""
    _lock(session, engagement)
    row = _item(session, engagement, kind, which)
    if isinstance(row, PersonDays) and row.side != side_of(actor):
        raise BadInput("", N_("Only the side that entered these days can take them out."))
    session.delete(row)
    _note(session, actor, "engagement.plan_item_removed", engagement, {"kind": kind})


def _lock(session: Session, engagement: Engagement) -> None:
    session.refresh(engagement, with_for_update={"of": Engagement})
    if engagement.ended_at is not None:
        raise BadInput("", N_("The work has ended. Its plan can be read, but no longer changed."))


def _item(session: Session, engagement: Engagement, kind: str, which: str) -> Any:
    row = queries.item_of(session, engagement, kind, which)
    if row is None:
        raise BadInput("", N_("This is no longer in the plan."))
    return row


def _refuse_too_many(rows: list[Any]) -> None:
    if len(rows) >= MOST_ITEMS:
        raise BadInput("", N_("The plan holds at most %(count)s of these."), count=MOST_ITEMS)


def _note(
    session: Session, actor: Actor, event: str, engagement: Engagement, details: dict[str, Any]
) -> None:
    session.flush()
    record(session, actor, event, "engagement", engagement.public_id, details)
