"""The one way to change a status: lifecycle checked, audit row in the same transaction."""

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit.record import record
from matchmaker.lifecycle import check_step
from matchmaker.models import (
    AnnexConsent,
    Application,
    Carrier,
    Engagement,
    HandOver,
    IdentityChange,
    Invitation,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    Round,
)

KINDS: dict[type, str] = {
    Municipality: "municipality",
    Application: "application",
    IdentityChange: "identity_change",
    Need: "need",
    Offer: "offer",
    Round: "round",
    Proposal: "proposal",
    Engagement: "engagement",
    AnnexConsent: "annex_consent",
    Membership: "membership",
    Invitation: "invitation",
    HandOver: "hand_over",
    Carrier: "carrier",
}


def kind_of(subject: Any) -> str:
    """Return the lifecycle's name for the kind of a row."""
    return KINDS[type(subject)]


def move(
    session: Session,
    actor: Actor,
    subject: Any,
    status: str,
    details: dict[str, Any] | None = None,
    text: str | None = None,
) -> None:
    """Take a row to its next status and write the audit event.

    Raises
    ------
    WrongStep
        If the lifecycle does not have this step.
    """
    kind, present = kind_of(subject), subject.status
    check_step(kind, present, str(status))
    subject.moved_to = str(status)
    subject.status = str(status)
    steps = {"from": str(present), "to": str(status)}
    record(
        session, actor, f"{kind}.{status}", kind, subject.public_id, steps | (details or {}), text
    )


def created(
    session: Session, actor: Actor, subject: Any, details: dict[str, Any] | None = None
) -> None:
    """Add a new row in its first status and write the audit event."""
    session.add(subject)
    session.flush()
    kind = kind_of(subject)
    record(
        session,
        actor,
        f"{kind}.created",
        kind,
        subject.public_id,
        {"to": str(subject.status)} | (details or {}),
    )


@event.listens_for(Session, "before_flush")
def _refuse_unaudited_steps(session: Session, context: Any, instances: Any) -> None:
    """Refuse a status that was changed by hand: every step has exactly one audit row."""
    for row in session.dirty:
        if type(row) not in KINDS or not inspect(row).attrs.status.history.has_changes():
            continue
        if getattr(row, "moved_to", None) != row.status:
            raise RuntimeError(f"{kind_of(row)}: the status changes through audit.move only")
        row.moved_to = None
