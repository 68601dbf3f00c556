"""Accounts as the services look them up."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models import Membership, User
from matchmaker.vocabulary import MembershipStatus, Position


def user_with_address(session: Session, address: str) -> User | None:
    """Return the account of an address, whatever its case; the one place that looks one up."""
    return session.scalars(select(User).where(User.email == address)).one_or_none()


def holder_of(
    session: Session,
    position: Position,
    *,
    municipality_id: int | None = None,
    association_id: int | None = None,
) -> Membership | None:
    """Return the active member who holds a position in an organisation; there is at most one."""
    return session.scalars(
        select(Membership).where(
            Membership.municipality_id == municipality_id,
            Membership.association_id == association_id,
            Membership.position == position,
            Membership.status == MembershipStatus.ACTIVE,
        )
    ).one_or_none()


def lead_of(
    session: Session, *, municipality_id: int | None = None, association_id: int | None = None
) -> Membership | None:
    """Return the active member who is in charge of an organisation."""
    return holder_of(
        session,
        Position.LEAD,
        municipality_id=municipality_id,
        association_id=association_id,
    )
