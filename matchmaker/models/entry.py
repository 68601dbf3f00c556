"""What a coordinator wrote down for a municipality, and the codes that stand for rows on paper."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key, one_of
from matchmaker.models.encrypted import EncryptedLookup, EncryptedText
from matchmaker.vocabulary import Channel, ConfirmedBy


class NeedEntry(Base):
    """How a need came in by telephone or on paper, and whether the town has confirmed it."""

    __tablename__ = "need_entry"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("confirmed_how", ConfirmedBy, nullable=True),
        CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="another_person"
        ),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)"
            " AND (confirmed_at IS NULL) = (confirmed_how IS NULL)",
            name="confirmed_whole",
        ),
        CheckConstraint("wrong_tries BETWEEN 0 AND 5", name="wrong_tries"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code: Mapped[str | None] = mapped_column(EncryptedText("need_entry.code"))
    """What the town reads back; ciphertext, for a digest of eight digits is soon guessed."""
    code_expires_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_how: Mapped[str | None] = mapped_column(String(20))


class Receipt(Base):
    """The code by which somebody without an account asks where a need or an offer stands."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("(need_id IS NULL) <> (offer_id IS NULL)", name="one_subject"),
        Index("ix_receipt_need_id", "need_id", unique=True),
        Index("ix_receipt_offer_id", "offer_id", unique=True),
    )

    id: Mapped[Key]
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    code: Mapped[str] = mapped_column(EncryptedLookup("receipt.code"), unique=True)
    """Found by what the key makes of it: a digest without a key would be tried out in hours."""
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
