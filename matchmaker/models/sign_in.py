"""Open sessions and known devices of people: no address of the network, no words of the browser."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key, PublicId, now


def this_hour() -> datetime:
    """Return the present moment on the hour: finer would tell when a person was at work."""
    return now().replace(minute=0, second=0, microsecond=0)


class SignInSession(Base, PublicId):
    """A session somebody is signed in with; without its row it is worthless.

    The session knows the public id of its row. The row knows nothing of the session's own id, so
    that whoever reads the database cannot use one.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    device: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[Created] = mapped_column(index=True)
    last_used_at: Mapped[datetime] = mapped_column(default=this_hour)


class KnownDevice(Base):
    """A browser that somebody has signed in with before.

    The digest is made with the person's id: it does not show that two people share a device.
    """

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    last_used_at: Mapped[datetime] = mapped_column(default=this_hour)
