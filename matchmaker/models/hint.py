"""What coordinators pass on to a municipality after a round, in fixed words: codes, no text."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.municipality import Municipality
from matchmaker.models.need import Need
from matchmaker.models.offer import Offer
from matchmaker.models.round import Round
from matchmaker.vocabulary import Side

A_CALL = "need_id IS NULL"


class Hint(Base, PublicId):
    """A hint that a need and an offer came close, or the call for offers of a round."""

    __tablename__ = "hint"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("(need_id IS NULL) = (offer_id IS NULL)", name="whole_pair"),
        UniqueConstraint("need_id", "offer_id", name="uq_hint_need_id_offer_id"),
        Index(
            "uq_hint_call",
            "round_id",
            "municipality_id",
            unique=True,
            sqlite_where=text(A_CALL),
            postgresql_where=text(A_CALL),
        ),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    """To whom it goes."""
    side: Mapped[str] = mapped_column(String(20))
    """As what the municipality reads it: as one that asks, or as one that helps."""
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    told: Mapped[list[Any]] = mapped_column(JSON)
    """Codes of the conditions that stood in the way; for a call its lines, rounded."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    seen_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    municipality: Mapped[Municipality] = relationship()
    need: Mapped[Need | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
