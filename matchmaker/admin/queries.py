"""What the administrator looks at: memberships and the audit trail."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.models import AuditEvent, Membership


def events_matching(kind: str = "", event: str = "", subject_id: str = "") -> Select[AuditEvent]:
    """Return the query of events, newest first, narrowed by what is given."""
    query = select(AuditEvent).order_by(AuditEvent.seq.desc())
    if kind:
        query = query.where(AuditEvent.subject_kind == kind)
    if event:
        query = query.where(AuditEvent.event == event)
    if subject_id:
        query = query.where(AuditEvent.subject_id == subject_id)
    return query


def kinds_and_events(session: Session) -> tuple[list[str], list[str]]:
    """Return the kinds of subjects and the names of events that occur, for the filters."""
    kinds = session.scalars(select(AuditEvent.subject_kind).distinct()).all()
    events = session.scalars(select(AuditEvent.event).distinct()).all()
    return sorted(kinds), sorted(events)


def all_memberships() -> Select[Membership]:
    """Select all memberships with their people and organisations, newest first."""
    return (
        select(Membership)
        .options(
            joinedload(Membership.user),
            joinedload(Membership.municipality),
            joinedload(Membership.association),
            joinedload(Membership.partner),
        )
        .order_by(Membership.id.desc())
    )


def membership_with(session: Session, public_id: str) -> Membership | None:
    """Return the membership with this public id."""
    return session.scalars(
        select(Membership).where(Membership.public_id == public_id)
    ).one_or_none()
