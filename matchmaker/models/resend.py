"""What makes a resend harmless and an expired session painless."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key


class IdempotencyKey(Base):
    """A write that was done: the same key again gets the same answer and writes nothing."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    endpoint: Mapped[str] = mapped_column(String(80))
    location: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[Created]


class HeldPost(Base):
    """A form that arrived after its session expired: encrypted, for its owner, for 30 minutes."""

    __tablename__ = "held_post"

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    path: Mapped[str] = mapped_column(String(400))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
