"""Long work: a row first, so that none is lost and progress can be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.vocabulary import JobStatus


class Job(Base, PublicId):
    """One piece of long work, run in a child process."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("status", JobStatus),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        Index(
            "uq_job_one_live_per_subject",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("status IN ('queued', 'running')"),
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(32))
    """Public id of what the work is about."""
    status: Mapped[str] = mapped_column(String(20), default=JobStatus.QUEUED.value)
    progress: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[str] = mapped_column(String(40), default="")
    pid: Mapped[int | None]
    failure: Mapped[dict[str, Any] | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
