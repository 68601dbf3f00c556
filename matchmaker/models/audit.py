"""The audit trail: append-only, hash-chained, holding ids and codes only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base
from matchmaker.models.encrypted import EncryptedText


class AuditEvent(Base):
    """One thing that somebody did; never changed, never deleted."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        Index("ix_audit_event_event_at", "event", "at"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[str | None] = mapped_column(String(32))
    """Public id of the person; None for the platform itself."""
    membership_id: Mapped[str | None] = mapped_column(String(32))
    event: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes and ids only."""
    text_digest: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class AuditText(Base):
    """Personal text that goes with an event, in a row of its own that can be erased."""

    __tablename__ = "audit_text"

    seq: Mapped[int] = mapped_column(ForeignKey("audit_event.seq"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    """Hashed with the text, so that an erased text cannot be guessed from its digest."""
    text: Mapped[str | None] = mapped_column(EncryptedText("audit_text.text"))
    erased_at: Mapped[datetime | None]


class AuditHead(Base):
    """The last link of the chain: one row, locked by each writer so that links never fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))
