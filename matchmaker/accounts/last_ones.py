"""Whose rights nobody may take: the last administrator, and who leads an association alone."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.models import Membership, User
from matchmaker.vocabulary import N_, MembershipStatus, Position, Role

LAST_ADMINISTRATOR = N_(
    "This is the last administrator of the site. First ask whoever runs the server to invite "
    "another one."
)
LAST_LEAD = N_(
    "This person is in charge of the association, and no deputy could take charge. First name a "
    "deputy, or have the charge handed over."
)


def why_not_take(session: Session, memberships: Iterable[Membership]) -> str:
    """Return why these memberships cannot lose their rights now and what to do first, or nothing.

    For a write it is called before anything else is locked: administrators come one after the
    other, so that two of them cannot suspend each other at once.
    """
    administrators = _active(session, Membership.role == Role.ADMINISTRATOR)
    for row in memberships:
        if row.status != MembershipStatus.ACTIVE:
            continue
        others = {one.user_id for one in administrators} - {row.user_id}
        if row.role == Role.ADMINISTRATOR and not others:
            return LAST_ADMINISTRATOR
        if row.association_id is None or row.position != Position.LEAD:
            continue
        deputies = _active(
            session,
            Membership.association_id == row.association_id,
            Membership.position == Position.DEPUTY,
        )
        if not {one.user_id for one in deputies} - {row.user_id}:
            return LAST_LEAD
    return ""


def _active(session: Session, *which: object) -> list[Membership]:
    """Lock the memberships that somebody can use now, and return them as they are."""
    return list(
        session.scalars(
            select(Membership)
            .join(User, User.id == Membership.user_id)
            .where(Membership.status == MembershipStatus.ACTIVE, User.active.is_(True), *which)  # type: ignore[arg-type]
            .options(joinedload(Membership.user))
            .order_by(Membership.id)
            .with_for_update(of=[Membership, User])
            .execution_options(populate_existing=True)
        )
    )
