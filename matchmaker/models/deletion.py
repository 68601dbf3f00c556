"""What somebody asked to have deleted: an account or a municipality, after a time to think."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key
from matchmaker.models.municipality import Municipality
from matchmaker.models.user import User

OPEN = "cancelled_at IS NULL AND done_at IS NULL"


class DeletionRequest(Base):
    """A deletion that waits, was taken back, or was done."""

    __tablename__ = "deletion_request"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (municipality_id IS NULL)", name="one_subject"),
        CheckConstraint("cancelled_at IS NULL OR done_at IS NULL", name="one_end"),
        Index(
            "uq_deletion_request_open_user",
            "user_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index(
            "uq_deletion_request_open_municipality",
            "municipality_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Created]
    due_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    municipality: Mapped[Municipality | None] = relationship()


def open_request(
    session: Session,
    *,
    user_id: int | None = None,
    municipality_id: int | None = None,
    lock: bool = False,
) -> DeletionRequest | None:
    """Return the deletion of a person or a municipality that waits, if one does."""
    query = select(DeletionRequest).where(
        DeletionRequest.user_id == user_id,
        DeletionRequest.municipality_id == municipality_id,
        text(OPEN),
    )
    return session.scalars(query.with_for_update() if lock else query).one_or_none()
