"""Somebody else was faster: what they did since the page was opened, and the choice to go on."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.audit.since import events_since, n_events
from matchmaker.audit.steps import KINDS
from matchmaker.errors import ChangedSince
from matchmaker.models import AuditEvent, Membership
from matchmaker.vocabulary import N_, ProposalStatus, Role, RoundStatus
from matchmaker.vocabulary.events import EVENTS, SOMETHING, SUBJECTS
from matchmaker.web.showing import own_name
from matchmaker.web.step_up import page_before

STATUSES = {"proposal": ProposalStatus, "round": RoundStatus}
MOST = 50
"""Events told one by one; a round may have had more."""
NOT_SENT_AGAIN = {"csrf_token", "idempotency_key", "seen", "form_owner"}
PLATFORM = N_("The platform")


@dataclass(frozen=True)
class Told:
    """One event as the later person reads it."""

    at: datetime
    what: str
    who: str
    before: str
    after: str


def told(session: Session, events: Iterable[AuditEvent]) -> list[Told]:
    """Put events into words: what, when, before and after, and who by role and association."""
    rows = list(events)
    ids = {row.membership_id for row in rows if row.membership_id}
    members = session.scalars(
        select(Membership)
        .where(Membership.public_id.in_(ids))
        .options(joinedload(Membership.association))
    )
    who = {member.public_id: _who(member) for member in members}
    return [
        Told(
            row.at,
            _what(row),
            who.get(row.membership_id or "", gettext(PLATFORM)),
            _status(row, "from"),
            _status(row, "to"),
        )
        for row in rows
    ]


def changed_page(
    session: Session, error: ChangedSince, differences: list[dict[str, str]] | None = None
) -> ResponseReturnValue:
    """Show what changed, with everything that was sent kept for a second press.

    `differences` are what going on would change (`what`, `then` and `now` in words), where the row
    holds values and not a status alone.
    """
    model: Any = next(one for one, kind in KINDS.items() if kind == error.kind)
    subject = session.scalars(select(model).where(model.public_id == error.subject_id)).one()
    events = events_since(session, subject, error.seen)
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NOT_SENT_AGAIN
    ]
    page = render_template(
        "errors/changed.html",
        changes=told(session, events[-MOST:]),
        n_more=max(len(events) - MOST, 0),
        kept=kept,
        seen=n_events(session, subject),
        key=secrets.token_urlsafe(24),
        action=request.path,
        back=(back := page_before(request.path)),
        is_form=(is_form := _shows_its_form()),
        differences=differences,
        language_next=request.path if is_form else back,
    )
    return page, 409


def _shows_its_form() -> bool:
    """Tell whether the page that was sent shows its form again, filled, in another language."""
    assert request.url_rule is not None
    return "GET" in (request.url_rule.methods or ())


def _what(row: AuditEvent) -> str:
    if row.event in EVENTS:
        return gettext(EVENTS[row.event])
    return gettext(SUBJECTS.get(row.subject_kind, SOMETHING))


def _status(row: AuditEvent, name: str) -> str:
    codes: Any = STATUSES.get(row.subject_kind)
    code = row.details.get(name)
    known = codes is not None and code in {one.value for one in codes}
    return gettext(codes(code).label) if known else ""


def _who(member: Membership) -> str:
    role = gettext(Role(member.role).label)
    return f"{role}, {own_name(member.association)}" if member.association else role
