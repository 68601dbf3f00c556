"""What was deleted, as digests: so that a restored backup does not bring it back."""

import hashlib

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from matchmaker.models.base import Base, Created, Key


class Tombstone(Base):
    """One thing that was deleted; the public id is random, so that its digest tells nothing."""

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("kind", "digest"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    """Name of its table, for example ``user_account``."""
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[Created]


def tombstone_digest(public_id: str) -> str:
    """Return what is kept of a public id."""
    return hashlib.sha256(f"tombstone:{public_id}".encode()).hexdigest()


def bury(session: Session, kind: str, public_id: str) -> None:
    """Note that a row was deleted, in the transaction that deletes it."""
    session.add(Tombstone(kind=kind, digest=tombstone_digest(public_id)))
    session.flush()
