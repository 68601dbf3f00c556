"""An urgent lobby need that goes out at once: to coordinators, and to partner cities ticked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.municipality import Municipality
from matchmaker.models.need import Need
from matchmaker.vocabulary import AlertAnswer

TO_COORDINATORS = "municipality_id IS NULL"


class Alert(Base, PublicId):
    """That somebody was told of an urgent need, and what they answered."""

    __tablename__ = "alert"
    __table_args__ = (
        one_of("answer", AlertAnswer, nullable=True),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_with_a_time"),
        UniqueConstraint("need_id", "municipality_id", name="uq_alert_need_id_municipality_id"),
        Index(
            "uq_alert_coordinators",
            "need_id",
            unique=True,
            sqlite_where=text(TO_COORDINATORS),
            postgresql_where=text(TO_COORDINATORS),
        ),
    )

    id: Mapped[Key]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    """A partner city that the town ticked; empty = the coordinators."""
    created_at: Mapped[Created]
    answer: Mapped[str | None] = mapped_column(String(20))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    need: Mapped[Need] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
