"""Who opened what: written down, limited in an hour, and told to the administrators beyond that."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit.record import record
from matchmaker.errors import TooMuchOpened
from matchmaker.models import AuditEvent, now

WITHIN = timedelta(hours=1)
CONTACTS_PER_HOUR = 50
"""Contacts that one person may open in an hour; the next press is refused and told."""
SHOWN = "contact.shown"
PLANTED = "municipality.planted"
"""Marks a municipality that does not exist: nobody has a reason to open its contact."""
ALERT = "alert."


def show_contact(
    session: Session, actor: Actor, municipality_id: str, details: dict[str, Any] | None = None
) -> None:
    """Note that a contact was opened.

    Raises
    ------
    TooMuchOpened
        If this person has opened as many in the last hour as one may.
    """
    # Written first: the chain's lock is held from here on, so that nobody counts past another.
    record(session, actor, SHOWN, "municipality", municipality_id, details)
    if _n_opened(session, actor, SHOWN) > CONTACTS_PER_HOUR:
        raise TooMuchOpened("contacts")
    planted = select(AuditEvent.seq).where(
        AuditEvent.subject_kind == "municipality",
        AuditEvent.subject_id == municipality_id,
        AuditEvent.event == PLANTED,
    )
    if session.scalars(planted).first() is not None:
        record(session, actor, f"{ALERT}planted", "municipality", municipality_id)


def note_opening(
    session: Session, actor: Actor, kind: str, public_id: str, most: int | None = None
) -> None:
    """Note that a person opened a row, once an hour for each row.

    Raises
    ------
    TooMuchOpened
        If this person has opened `most` different rows of this kind in the last hour.
    """
    event = f"{kind}.opened"
    record(session, actor, event, kind, public_id)
    if most is not None and _n_opened(session, actor, event, distinct=True) > most:
        raise TooMuchOpened(kind)


def was_opened_lately(session: Session, actor: Actor, kind: str, public_id: str) -> bool:
    """Tell whether this person's opening of the row is in the trail of the last hour."""
    query = select(AuditEvent.seq).where(
        AuditEvent.event == f"{kind}.opened",
        AuditEvent.at > now() - WITHIN,
        AuditEvent.user_id == actor.user_public_id,
        AuditEvent.subject_id == public_id,
    )
    return session.scalars(query.limit(1)).first() is not None


def raise_alert(session: Session, actor: Actor, what: str) -> None:
    """Note once an hour that somebody opened more than one may."""
    event, user = f"{ALERT}{what}", actor.user_public_id or ""
    told = select(AuditEvent.seq).where(
        AuditEvent.event == event, AuditEvent.at > now() - WITHIN, AuditEvent.subject_id == user
    )
    if session.scalars(told.limit(1)).first() is None:
        record(session, actor, event, "user", user)


def alerts_since(session: Session, at: datetime) -> dict[str, int]:
    """Return alert -> how often, since a moment."""
    rows = session.execute(
        select(AuditEvent.event, func.count())
        .where(AuditEvent.event.startswith(ALERT), AuditEvent.at > at)
        .group_by(AuditEvent.event)
        .order_by(AuditEvent.event)
    )
    return {event: n for event, n in rows}


def _n_opened(session: Session, actor: Actor, event: str, *, distinct: bool = False) -> int:
    what = AuditEvent.subject_id.distinct() if distinct else AuditEvent.seq
    query = select(func.count(what)).where(
        AuditEvent.event == event,
        AuditEvent.at > now() - WITHIN,
        AuditEvent.user_id == actor.user_public_id,
    )
    return session.scalar(query) or 0
