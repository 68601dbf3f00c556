"""Short questions to both sides while they work together, and what coordinators must look after."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.engagement import Engagement
from matchmaker.vocabulary import PULSE_DAYS, Alive, InTouch, Safe, Side, TaskKind, Useful

STANDING = "closed_at IS NULL"


class Pulse(Base, PublicId):
    """One asking of both sides, so many days after the work began."""

    __tablename__ = "pulse"
    __table_args__ = (
        UniqueConstraint("engagement_id", "day", name="uq_pulse_engagement_id_day"),
        CheckConstraint(f"day IN ({', '.join(map(str, PULSE_DAYS))})", name="day"),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    day: Mapped[int]
    created_at: Mapped[Created]
    answer_by: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was noted who had not answered."""

    engagement: Mapped[Engagement] = relationship()


class PulseAnswer(Base):
    """What one person says for one side; codes alone, no words."""

    __tablename__ = "pulse_answer"
    __table_args__ = (
        UniqueConstraint("pulse_id", "user_id", name="uq_pulse_answer_pulse_id_user_id"),
        one_of("side", Side),
        one_of("alive", Alive),
        one_of("useful", Useful),
        one_of("safe", Safe),
        one_of("in_touch", InTouch, nullable=True),
    )

    id: Mapped[Key]
    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulse.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    side: Mapped[str] = mapped_column(String(20))
    alive: Mapped[str] = mapped_column(String(12))
    useful: Mapped[str] = mapped_column(String(12))
    safe: Mapped[str] = mapped_column(String(12))
    in_touch: Mapped[str | None] = mapped_column(String(12))
    """Asked of projects only."""
    by_link: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]

    pulse: Mapped[Pulse] = relationship()


class FollowUpTask(Base, PublicId):
    """Something that coordinators look after in an engagement, until one says what was done."""

    __tablename__ = "follow_up_task"
    __table_args__ = (
        one_of("kind", TaskKind),
        one_of("side", Side),
        Index(
            "uq_follow_up_task_standing",
            "engagement_id",
            "kind",
            "side",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    side: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[Created]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done: Mapped[str] = mapped_column(EncryptedText("follow_up_task.done"), default="")
    """What a coordinator did about it."""

    engagement: Mapped[Engagement] = relationship()
