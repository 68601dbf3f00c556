"""Hints and calls as somebody may read them, and whom a call reaches."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import Hint, Membership, Municipality, Round
from matchmaker.vocabulary import MembershipStatus, MunicipalityStatus, Role


def hint_by_public_id(session: Session, public_id: str) -> Hint | None:
    """Return a hint or a call with what it is about."""
    return session.scalars(
        select(Hint)
        .where(Hint.public_id == public_id)
        .options(joinedload(Hint.need), joinedload(Hint.offer))
    ).one_or_none()


def unseen_hints(session: Session, actor: Actor) -> list[Hint]:
    """Return what was passed on to the actor's verified municipality and is not put away."""
    if not actor.verified or actor.municipality_id is None:
        return []
    query = select(Hint).where(
        Hint.municipality_id == actor.municipality_id,
        Hint.side == actor.role,
        Hint.seen_at.is_(None),
    )
    return list(session.scalars(query.order_by(Hint.id.desc())))


def passed_on(session: Session, need_id: int) -> set[int]:
    """Return row ids of the offers of which a hint was passed on about a need."""
    query = select(Hint.offer_id).where(Hint.need_id == need_id)
    return {offer_id for offer_id in session.scalars(query) if offer_id is not None}


def called_towns(session: Session, round_: Round) -> set[int]:
    """Return row ids of the municipalities that got the call of a round."""
    query = select(Hint.municipality_id).where(Hint.round_id == round_.id, Hint.need_id.is_(None))
    return set(session.scalars(query))


def helping_towns(session: Session, actor: Actor) -> list[Municipality]:
    """Return the municipalities of the actor's scope that somebody acts for as a helper."""
    helps = exists().where(
        Membership.municipality_id == Municipality.id,
        Membership.role == Role.HELPER,
        Membership.status == MembershipStatus.ACTIVE,
    )
    query = select(Municipality).where(
        Municipality.status == MunicipalityStatus.VERIFIED,
        Municipality.hidden.is_(False),
        helps,
        *towns_of(actor),
    )
    return list(session.scalars(query.order_by(Municipality.id)))
