"""Who is asking in this request, read from the rows each time: rights end at once."""

from flask import g, session
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.access import ANONYMOUS, Actor
from matchmaker.extensions import db
from matchmaker.models import Membership, User
from matchmaker.vocabulary import MembershipStatus, MunicipalityStatus

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
    if membership is None and memberships:
        membership = memberships[0]
    g.membership = membership
    return actor_for(current_user, membership)


def actor_for(user: User, membership: Membership | None) -> Actor:
    """Return the actor a person is under a membership."""
    if membership is None:
        return Actor(user_id=user.id, user_public_id=user.public_id)
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
        scope=tuple(membership.association.scope) if membership.association else (),
        verified=organisation is None or organisation.status == MunicipalityStatus.VERIFIED,
    )
