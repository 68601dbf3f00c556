"""Who is asking in this request, read from the rows each time: rights end at once."""

from collections.abc import Sequence

from flask import g, session
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.access import ANONYMOUS, Actor
from matchmaker.extensions import db
from matchmaker.models import Membership, User
from matchmaker.vocabulary import MembershipStatus, MunicipalityStatus, Position

CHOSEN = "membership"
"""Session key: public id of the membership the person chose to act under."""


def active_memberships(user: User) -> list[Membership]:
    """Return the memberships that give the person rights now, oldest first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.user_id == user.id, Membership.status == MembershipStatus.ACTIVE)
            .options(
                joinedload(Membership.municipality),
                joinedload(Membership.association),
                joinedload(Membership.partner),
            )
            .order_by(Membership.id)
        )
    )


def current_actor() -> Actor:
    """Return the actor of this request."""
    if "actor" not in g:
        g.actor = _load()
    actor: Actor = g.actor
    return actor


def current_membership() -> Membership | None:
    """Return the membership row acted under, if any."""
    current_actor()
    membership: Membership | None = g.get("membership")
    return membership


def _load() -> Actor:
    if not current_user.is_authenticated:
        return ANONYMOUS
    memberships = active_memberships(current_user)
    g.memberships = memberships
    chosen = session.get(CHOSEN)
    membership = next((row for row in memberships if row.public_id == chosen), None)
    if not chosen and memberships:
        # Nothing chosen yet. A chosen one that has ended is not replaced by another in silence:
        # what was meant for one town must not be done for the next.
        membership = memberships[0]
    g.membership = membership
    return actor_for(current_user, membership, memberships)


def _position(membership: Membership, beside: Sequence[Membership]) -> str:
    """Return the highest position the person holds in the organisation, under any role."""
    held = {
        row.position
        for row in (membership, *beside)
        if row.municipality_id == membership.municipality_id
        and row.association_id == membership.association_id
    }
    return next(code.value for code in Position if code.value in held)


def actor_for(
    user: User, membership: Membership | None, beside: Sequence[Membership] = ()
) -> Actor:
    """Return the actor a person is under a membership, with the active ones held beside it."""
    if membership is None:
        return Actor(user_id=user.id, user_public_id=user.public_id)
    association = membership.association
    organisation = membership.municipality or membership.partner
    return Actor(
        user_id=user.id,
        user_public_id=user.public_id,
        membership_id=membership.id,
        membership_public_id=membership.public_id,
        role=membership.role,
        municipality_id=membership.municipality_id,
        association_id=membership.association_id,
        partner_id=membership.partner_id,
        scope=tuple(association.scope) if association else (),
        sides=tuple(association.sides) if association else (),
        position=_position(membership, beside),
        towns=tuple(
            sorted({row.municipality_id for row in (membership, *beside) if row.municipality_id})
        ),
        verified=organisation is None or organisation.status == MunicipalityStatus.VERIFIED,
    )
