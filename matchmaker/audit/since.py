"""What happened to a row since somebody opened it: the trail itself says, in order.

A page carries how many events its subject had; more of them when the form comes back are what the
later person has to read first. The number tells no more than the page's own history does.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.audit.steps import kind_of
from matchmaker.errors import ChangedSince
from matchmaker.models import AuditEvent, Proposal, Round

UNCHANGED = ("opened", "message", "reminded", "exported", "rerun")
"""Endings of events that change nothing in what is decided on."""


def n_events(session: Session, subject: Any) -> int:
    """Count what happened to a row so far; of a round, to its proposals too."""
    query = select(func.count()).select_from(AuditEvent).where(_concerns(subject))
    return session.scalar(query) or 0


def events_since(session: Session, subject: Any, seen: int) -> list[AuditEvent]:
    """Return what happened to a row after the first so many events."""
    query = select(AuditEvent).where(_concerns(subject)).order_by(AuditEvent.seq).offset(seen)
    return list(session.scalars(query))


def heed(session: Session, subject: Any, seen: int | None) -> None:
    """Refuse a step on a row that was changed since its page was made; the row is locked before.

    Raises
    ------
    ChangedSince
        If more happened to it than had been seen; None is somebody who saw no page.
    """
    if seen is not None and n_events(session, subject) > seen:
        raise ChangedSince(kind_of(subject), subject.public_id, seen)


def _concerns(subject: Any) -> ColumnElement[bool]:
    kind, event = kind_of(subject), AuditEvent.event
    own = and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject.public_id)
    if isinstance(subject, Round):
        proposals = select(Proposal.public_id).where(Proposal.round_id == subject.id)
        within = AuditEvent.subject_id.in_(proposals)
        own = or_(own, and_(AuditEvent.subject_kind == "proposal", within))
    return and_(own, *(~event.endswith(f".{one}", autoescape=True) for one in UNCHANGED))
