"""What administrators change of the site itself, and the audit trail as a file."""

import json
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.exchange.cells import csv_text
from matchmaker.models import Association, AuditEvent, LegalText, Topic
from matchmaker.vocabulary import N_, LegalKind


def switch_topic(session: Session, actor: Actor, topic: Topic, *, closed: bool) -> None:
    """Stop offering a topic to new needs and offers, or offer it again; what has it keeps it.

    Raises
    ------
    AlreadyChanged
        If it is so already.
    """
    session.refresh(topic, with_for_update={"of": Topic})
    if topic.closed == closed:
        raise AlreadyChanged(topic.code)
    topic.closed = closed
    session.flush()
    event = "topic.closed" if closed else "topic.opened"
    audit.record(session, actor, event, "topic", topic.code[:32])


def publish_text(
    session: Session, actor: Actor, kind: LegalKind, locale: str, text: str, seen: int
) -> LegalText:
    """Add the next version of a text; an empty one lets the built-in text hold again.

    Raises
    ------
    AlreadyChanged
        If somebody published another version after the one this person had before them.
    """
    where = LegalText.kind == kind.value, LegalText.locale == locale
    newest = session.scalar(select(func.max(LegalText.version)).where(*where)) or 0
    if newest != seen:
        raise AlreadyChanged(kind.value)
    row = LegalText(
        kind=kind.value,
        locale=locale,
        text=text.strip(),
        version=newest + 1,
        created_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    codes = {"kind": kind.value, "locale": locale, "version": row.version}
    audit.record(session, actor, "legal_text.published", "legal_text", row.public_id, codes)
    return row


def add_association(session: Session, actor: Actor, name: str) -> Association:
    """Enter an association; its coordinators are invited afterwards.

    Raises
    ------
    BadInput
        If there is one of this name.
    """
    called = " ".join(name.split())
    known = session.scalars(select(Association.name))
    if called.casefold() in {other.casefold() for other in known}:
        raise BadInput("name", N_("There is an association of this name."))
    association = Association(name=called, scope=[])
    session.add(association)
    session.flush()
    audit.record(session, actor, "association.created", "association", association.public_id)
    return association


AUDIT_COLUMNS = (
    "seq",
    "at",
    "event",
    "subject_kind",
    "subject_id",
    "user_id",
    "membership_id",
    "details",
    "text_digest",
    "previous",
    "digest",
)
MOST_EVENTS = 50_000
"""Events of one file, the newest; for more the days are narrowed."""


def export_audit(session: Session, actor: Actor, query: Select[AuditEvent]) -> str:
    """Return events as CSV, as they are stored, and write down that they were handed out."""
    rows = [
        [_cell(getattr(event, column)) for column in AUDIT_COLUMNS]
        for event in session.scalars(query.limit(MOST_EVENTS))
    ]
    audit.record(session, actor, "audit.exported", "audit", "audit", {"count": len(rows)})
    return csv_text(AUDIT_COLUMNS, rows)


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value.isoformat() if isinstance(value, datetime) else value
