"""Risks that come back: each one named before a match is asked for again while the work goes on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.engagement import Engagement
from matchmaker.models.membership import Membership
from matchmaker.models.proposal import Proposal
from matchmaker.vocabulary import Side
from matchmaker.vocabulary.impact import RISKY, RiskState


class RiskQuestion(Base, PublicId):
    """How a named risk stands, to be asked on a day; made with the engagement it concerns."""

    __tablename__ = "risk_question"
    __table_args__ = (
        CheckConstraint(f"light IN {RISKY}", name="light"),
        CheckConstraint("months IN (3, 6, 12)", name="months"),
        UniqueConstraint("engagement_id", "question", "months"),
        Index("ix_risk_question_due_on", "due_on"),
    )

    id: Mapped[Key]
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    question: Mapped[str] = mapped_column(String(40))
    """Code of the question of the check whose answer named the risk."""
    light: Mapped[str] = mapped_column(String(10))
    """What the answer was when the engagement opened; coordinators alone read it."""
    months: Mapped[int]
    due_on: Mapped[date]
    reminders_sent: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]

    engagement: Mapped[Engagement] = relationship()
    answers: Mapped[list["RiskAnswer"]] = relationship(
        back_populates="asked", order_by="RiskAnswer.id"
    )

    @property
    def proposal(self) -> Proposal:
        """The match whose engagement it is asked of."""
        return self.engagement.proposal


class RiskAnswer(Base, PublicId):
    """What one side says of a risk on its day; coordinators read each, a side its own alone."""

    __tablename__ = "risk_answer"
    __table_args__ = (
        one_of("side", Side),
        one_of("state", RiskState),
        UniqueConstraint("risk_question_id", "side"),
        CheckConstraint(
            "(heeded_at IS NULL) = (heeded_by_id IS NULL)"
            " AND (heeded_at IS NULL OR state = 'worse')",
            name="heeded_where_worse",
        ),
    )

    id: Mapped[Key]
    risk_question_id: Mapped[int] = mapped_column(ForeignKey("risk_question.id"))
    side: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(EncryptedText("risk_answer.text"), default="")
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    created_at: Mapped[Created]
    heeded_at: Mapped[datetime | None]
    """When a coordinator wrote what is done about it; until then it is a task."""
    heeded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    heeded_text: Mapped[str] = mapped_column(EncryptedText("risk_answer.heeded_text"), default="")

    asked: Mapped[RiskQuestion] = relationship(back_populates="answers")
    membership: Mapped[Membership] = relationship()

    @property
    def proposal(self) -> Proposal:
        """The match whose engagement it was asked of."""
        return self.asked.proposal
