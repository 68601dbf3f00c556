"""A dignified exit: what each side says at the end, and whether it may be named afterwards."""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.engagements.plan_service import side_of
from matchmaker.models import Closing, Engagement, now
from matchmaker.vocabulary import Side


@dataclass(frozen=True)
class Said:
    """What a side writes at the end; each part may be left empty."""

    handed_over: str = ""
    stays: str = ""
    may_be_said: str = ""
    thanks: str = ""
    last_word: str = ""
    is_shared: bool = False
    again: bool = False


def closings_of(session: Session, engagement: Engagement) -> dict[str, Closing]:
    """Return side -> what it said at the end."""
    rows = session.scalars(select(Closing).where(Closing.engagement_id == engagement.id))
    return {row.side: row for row in rows}


def say_at_the_end(session: Session, actor: Actor, engagement: Engagement, said: Said) -> None:
    """Write down what the actor's side says at the end; said again, the newer words count."""
    session.refresh(engagement, with_for_update={"of": Engagement})
    side = side_of(actor).value
    row = closings_of(session, engagement).get(side)
    if row is None:
        row = Closing(engagement_id=engagement.id, side=side)
        session.add(row)
    for field in fields(said):
        setattr(row, field.name, getattr(said, field.name))
    session.flush()
    details = {"side": side, "shared": said.is_shared, "again": said.again}
    record(session, actor, "engagement.last_word", "engagement", engagement.public_id, details)


def may_be_proposed_again(closings: dict[str, Closing]) -> bool:
    """Tell whether both sides asked to be matched with each other once more."""
    return all(
        side in closings and closings[side].again
        for side in (Side.HELPER.value, Side.REQUESTER.value)
    )


def allow_reference(session: Session, actor: Actor, engagement: Engagement, allowed: bool) -> None:
    """Allow the other side to name the actor's municipality as a reference, or take that back."""
    session.refresh(engagement, with_for_update={"of": Engagement})
    name = CONSENTS[side_of(actor)]
    if (getattr(engagement, name) is not None) == allowed:
        return
    setattr(engagement, name, now() if allowed else None)
    session.flush()
    event = "engagement.reference_allowed" if allowed else "engagement.reference_withdrawn"
    side = {"side": side_of(actor).value}
    record(session, actor, event, "engagement", engagement.public_id, side)


CONSENTS = {Side.HELPER: "helper_consents_at", Side.REQUESTER: "requester_consents_at"}
"""Side -> the column that says since when it agrees to be named."""
