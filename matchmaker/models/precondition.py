"""Whether the preconditions of city diplomacy are met, and what became of work where one turned."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.area import ConflictArea
from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.engagement import Engagement
from matchmaker.models.need import Need
from matchmaker.models.user import User
from matchmaker.vocabulary.precondition import PRECONDITIONS, Answer, GoingOn

_CODES = ", ".join(f"'{code}'" for code in PRECONDITIONS)
OPEN = "decided IS NULL"
ALL = "all"
"""In the place of one precondition: all six were asked again, by a pulse."""


class PreconditionAnswer(Base, PublicId):
    """What a coordinator said of one precondition; rows are only added, the newest counts."""

    __tablename__ = "precondition_answer"
    __table_args__ = (
        one_of("answer", Answer),
        CheckConstraint(f"question IN ({_CODES})", name="question"),
        CheckConstraint("(area_id IS NULL) <> (need_id IS NULL)", name="area_or_need"),
    )

    id: Mapped[Key]
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("conflict_area.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    question: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[date]
    """The day for which it is true, as the source tells."""
    source: Mapped[str] = mapped_column(EncryptedText("precondition_answer.source"), default="")
    text: Mapped[str] = mapped_column(EncryptedText("precondition_answer.text"), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]

    area: Mapped[ConflictArea | None] = relationship(passive_deletes=True)
    need: Mapped[Need | None] = relationship()
    by: Mapped[User] = relationship()


class PreconditionReview(Base, PublicId):
    """A question that coordinators answer for running work: continue, pause or withdraw?"""

    __tablename__ = "precondition_review"
    __table_args__ = (
        one_of("decided", GoingOn, nullable=True),
        CheckConstraint(f"question IN ({_CODES}, '{ALL}')", name="question"),
        CheckConstraint(
            "(decided IS NULL) = (decided_at IS NULL) AND (decided IS NULL) = (decided_by_id"
            " IS NULL)",
            name="decided_by_somebody",
        ),
        Index(
            "uq_precondition_review_open",
            "engagement_id",
            "question",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    question: Mapped[str] = mapped_column(String(20))
    """The precondition that is not met any more, or `ALL`."""
    created_at: Mapped[Created]
    decided: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(EncryptedText("precondition_review.reason"), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    engagement: Mapped[Engagement] = relationship()
    decided_by: Mapped[User | None] = relationship()
