"""One sealed row that tells whether the key this process was given is the database's own."""

import secrets

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from matchmaker.models.base import Base
from matchmaker.models.encrypted import EncryptedText


class KeyCheck(Base):
    """The one row, laid at the first upgrade: a random secret that opens with the right key."""

    __tablename__ = "key_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(EncryptedText("key_check.secret"))
    """Signs the anchors of the audit chain: it stays the same when keys are changed."""


def lay_key_check(session: Session) -> None:
    """Seal the row with the present key, where there is none yet."""
    if session.scalar(select(KeyCheck.id)) is None:
        session.add(KeyCheck(id=1, secret=secrets.token_urlsafe(32)))
        session.flush()


def check_key(session: Session) -> None:
    """Open the row, so that a wrong key is found before anything is read or written.

    Raises
    ------
    WrongKey
        If it opens with no key of this process. A database without the row is let pass: it was
        never brought to the present schema, and nothing in it was sealed.
    """
    if inspect(session.connection()).has_table(KeyCheck.__tablename__):
        session.scalar(select(KeyCheck.secret))


def database_secret(session: Session) -> str:
    """Return the secret of this database."""
    return session.scalars(select(KeyCheck.secret)).one()
