"""Links that work once: bound to a person and a purpose, kept as digests only."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key
from matchmaker.models.user import User


class OneTimeLink(Base):
    """The right to do one thing once, held by whoever has the token."""

    __tablename__ = "one_time_link"

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[Created]

    user: Mapped[User] = relationship()
