"""The check for peace and conflict impact: what coordinators find, and why a match may go on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.membership import Membership
from matchmaker.models.proposal import Proposal
from matchmaker.models.user import User
from matchmaker.vocabulary.impact import Light

STANDS = "stands"


class MatchImpact(Base):
    """What coordinators answer to one question for a proposed pair; no row = not answered.

    Their judgement: no municipality is shown it.
    """

    __tablename__ = "match_impact"
    __table_args__ = (one_of("light", Light), UniqueConstraint("proposal_id", "question"))

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    question: Mapped[str] = mapped_column(String(40))
    light: Mapped[str] = mapped_column(String(10))
    sentence: Mapped[str] = mapped_column(EncryptedText("match_impact.sentence"), default="")
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[Created]


class ImpactReason(Base, PublicId):
    """Why a match may go on although something is red; two different persons have to write one.

    It stands until an answer becomes red that it does not speak of, or is taken back.
    """

    __tablename__ = "impact_reason"
    __table_args__ = (
        Index(
            "uq_impact_reason_one_per_person",
            "proposal_id",
            "user_id",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        CheckConstraint("stands = (ended_at IS NULL)", name="ends_with_a_date"),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    reds: Mapped[list[str]]
    """Codes of the questions that were red when it was written."""
    text: Mapped[str] = mapped_column(EncryptedText("impact_reason.text"))
    stands: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    user: Mapped[User] = relationship()
    membership: Mapped[Membership] = relationship()
