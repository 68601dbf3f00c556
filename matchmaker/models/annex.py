"""The consent of an asking municipality to be named to one council, in an annex that is closed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.proposal import Proposal
from matchmaker.vocabulary import AnnexStatus


class AnnexConsent(Base, PublicId):
    """Asked once by the helper of a match; given, refused and taken back by the asking side."""

    __tablename__ = "annex_consent"
    __table_args__ = (one_of("status", AnnexStatus),)

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    status: Mapped[str] = mapped_column(String(20), default=AnnexStatus.ASKED.value)
    created_at: Mapped[Created]
    answered_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    """When the annex was first opened: from then on it cannot be taken back."""

    proposal: Mapped[Proposal] = relationship()
