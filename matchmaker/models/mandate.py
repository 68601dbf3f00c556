"""The stages of a decision of a helping municipality, for an offer or for one match of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Key, one_of
from matchmaker.models.offer import Offer
from matchmaker.models.proposal import Proposal
from matchmaker.vocabulary import Stage

OF_AN_OFFER = "proposal_id IS NULL"
OF_A_MATCH = "proposal_id IS NOT NULL"


class MandateStep(Base):
    """One stage with its dates; a row for each stage of which something is known."""

    __tablename__ = "mandate_step"
    __table_args__ = (
        one_of("stage", Stage),
        CheckConstraint("agreed IS NOT NULL OR decided_on IS NULL", name="decided_with_an_answer"),
        Index(
            "uq_mandate_step_of_an_offer",
            "offer_id",
            "stage",
            unique=True,
            sqlite_where=text(OF_AN_OFFER),
            postgresql_where=text(OF_AN_OFFER),
        ),
        Index(
            "uq_mandate_step_of_a_match",
            "proposal_id",
            "stage",
            unique=True,
            sqlite_where=text(OF_A_MATCH),
            postgresql_where=text(OF_A_MATCH),
        ),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    """The match it is about; None = the offer as a whole."""
    stage: Mapped[str] = mapped_column(String(20))
    planned_on: Mapped[date | None]
    agreed: Mapped[bool | None]
    """True = done or yes, False = no, None = still to come."""
    decided_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    """When somebody was reminded of the planned day; empty again once that day moves."""

    offer: Mapped[Offer] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
