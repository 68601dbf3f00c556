"""Which accounts and rows are due to go."""

from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from matchmaker.models import DeletionRequest, Membership, User
from matchmaker.models.deletion import OPEN


def never_confirmed(session: Session, before: datetime, at_most: int) -> list[User]:
    """Return accounts made before this moment whose address nobody has confirmed."""
    return list(
        session.scalars(
            select(User)
            .where(
                User.confirmed_at.is_(None),
                User.active.is_(True),
                User.create_datetime < before.replace(tzinfo=None),
                ~exists().where(Membership.user_id == User.id),
            )
            .limit(at_most)
        )
    )


def due_requests(session: Session, at: datetime) -> list[int]:
    """Return the row ids of deletions whose time to think is over."""
    query = select(DeletionRequest.id).where(text(OPEN), DeletionRequest.due_at <= at)
    return list(session.scalars(query.order_by(DeletionRequest.id)))
