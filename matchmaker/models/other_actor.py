"""Who else is at work: organisations by area and topic, so that help complements theirs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.need import Need
from matchmaker.vocabulary.others import OtherKind


class OtherActor(Base, PublicId):
    """One organisation at work in an area, as a coordinator or a municipality knows it."""

    __tablename__ = "other_actor"
    __table_args__ = (
        one_of("kind", OtherKind),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="years_in_order"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(EncryptedText("other_actor.name"))
    kind: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2), index=True)
    region: Mapped[str] = mapped_column(String(120), default="")
    """Empty = in the whole country."""
    topics: Mapped[list[str]] = mapped_column(default=list)
    """Codes of topics of municipal work."""
    since: Mapped[int | None]
    until: Mapped[int | None]
    """Years; no end = at work now."""
    source: Mapped[str] = mapped_column(EncryptedText("other_actor.source"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    """The need in which its town named it: told of this need alone, for it tells who asks."""
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    closed_at: Mapped[datetime | None]
    """When somebody said that it is not at work there any more, or never was."""

    need: Mapped[Need | None] = relationship()
