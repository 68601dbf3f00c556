"""Accepted matches."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.proposal import Proposal
from matchmaker.vocabulary import EngagementStatus


class Engagement(Base, PublicId):
    """A match that both municipalities accepted."""

    __tablename__ = "engagement"
    __table_args__ = (one_of("status", EngagementStatus),)

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    status: Mapped[str] = mapped_column(String(20), default=EngagementStatus.PLANNED.value)
    plan: Mapped[str] = mapped_column(EncryptedText("engagement.plan"), default="")
    starts_on: Mapped[date | None]
    began_at: Mapped[datetime | None]
    """When the work was said to have begun; pulses are counted from here."""
    political_contact: Mapped[str | None] = mapped_column(
        EncryptedText("engagement.political_contact")
    )
    """The role, never the name, of who stands behind a project politically."""
    helper_consents_at: Mapped[datetime | None]
    """Since when the helping side agrees to be named as a reference; None: it does not."""
    requester_consents_at: Mapped[datetime | None]
    """Since when the asking side agrees to be named as a reference; None: it does not."""
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    proposal: Mapped[Proposal] = relationship()
