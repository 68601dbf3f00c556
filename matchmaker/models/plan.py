"""The plan of an engagement: a rough guide that may change, and what came of it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.engagement import Engagement
from matchmaker.vocabulary import Side, VisitPlace


class PlanVersion(Base):
    """The plan as one side wrote it at some moment; the newest is the plan."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("engagement_id", "number", name="uq_plan_version_engagement_id_number"),
        one_of("side", Side),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(EncryptedText("plan_version.text"))
    side: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()


class Milestone(Base, PublicId):
    """One step of the work: what, by when, and whether it is done."""

    __tablename__ = "milestone"

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    what: Mapped[str] = mapped_column(EncryptedText("milestone.what"))
    done_when: Mapped[str] = mapped_column(EncryptedText("milestone.done_when"), default="")
    """By what both sides will see that it is done."""
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()


class Visit(Base, PublicId):
    """People of one side travel; where nobody can be present it is not written down."""

    __tablename__ = "visit"
    __table_args__ = (
        one_of("place", VisitPlace),
        CheckConstraint("persons >= 1", name="persons"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    persons: Mapped[int]
    place: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()


class PersonDays(Base, PublicId):
    """Working days that one side has spent, as it says."""

    __tablename__ = "person_days"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("days >= 1", name="days"),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    side: Mapped[str] = mapped_column(String(20))
    until: Mapped[date]
    days: Mapped[int]
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()


class Closing(Base):
    """What one side says at the end: its part of a dignified exit."""

    __tablename__ = "closing"
    __table_args__ = (
        UniqueConstraint("engagement_id", "side", name="uq_closing_engagement_id_side"),
        one_of("side", Side),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    side: Mapped[str] = mapped_column(String(20))
    handed_over: Mapped[str] = mapped_column(EncryptedText("closing.handed_over"), default="")
    stays: Mapped[str] = mapped_column(EncryptedText("closing.stays"), default="")
    may_be_said: Mapped[str] = mapped_column(EncryptedText("closing.may_be_said"), default="")
    thanks: Mapped[str] = mapped_column(EncryptedText("closing.thanks"), default="")
    last_word: Mapped[str] = mapped_column(EncryptedText("closing.last_word"), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    """Whether the other side reads the last word; coordinators always do."""
    again: Mapped[bool] = mapped_column(default=False)
    """Whether this side would like to be matched with the other once more."""
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()
