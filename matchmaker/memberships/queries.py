"""The people of an organisation, and municipalities for which nobody is responsible."""

from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Association,
    Engagement,
    HandOver,
    Invitation,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    User,
    now,
)
from matchmaker.vocabulary import (
    HandOverStatus,
    InvitationStatus,
    MembershipStatus,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
    Position,
    Role,
)

OVER_NEEDS = (NeedStatus.DRAFT.value, NeedStatus.CLOSED.value, NeedStatus.WITHDRAWN.value)
OVER_OFFERS = (OfferStatus.DRAFT.value, OfferStatus.CLOSED.value, OfferStatus.WITHDRAWN.value)


class Organisation(TypedDict):
    """Which organisation: one of the two row ids is given."""

    municipality_id: int | None
    association_id: int | None


def organisation_of(row: Actor | Membership | Invitation) -> Organisation:
    """Return the organisation that an actor, a membership or an invitation belongs to."""
    return {"municipality_id": row.municipality_id, "association_id": row.association_id}


def belongs_to(model: Any, organisation: Organisation) -> list[ColumnElement[bool]]:
    """Return the conditions that a row belongs to an organisation."""
    return [getattr(model, column) == row_id for column, row_id in organisation.items()]


def lock_organisation(session: Session, organisation: Organisation) -> None:
    """Lock an organisation: changes of its people come one after the other."""
    for model, row_id in (
        (Municipality, organisation["municipality_id"]),
        (Association, organisation["association_id"]),
    ):
        if row_id is not None:
            session.execute(select(model.id).where(model.id == row_id).with_for_update(of=model))


def people_of(session: Session, organisation: Organisation) -> list[Membership]:
    """Return the memberships of an organisation that were not ended, as they are now."""
    return list(
        session.scalars(
            select(Membership)
            .where(
                *belongs_to(Membership, organisation),
                Membership.status != MembershipStatus.ENDED,
            )
            .options(joinedload(Membership.user))
            .order_by(Membership.id)
            .execution_options(populate_existing=True)
        )
    )


def can_act(member: Membership) -> bool:
    """Tell whether a person can use a membership now."""
    return member.status == MembershipStatus.ACTIVE and bool(member.user.active)


def open_invitations(session: Session, organisation: Organisation) -> list[Invitation]:
    """Return the invitations that wait for an answer, the time of none being over."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                *belongs_to(Invitation, organisation),
                Invitation.status == InvitationStatus.OPEN,
                Invitation.expires_at > now(),
            )
            .order_by(Invitation.id)
        )
    )


def membership_with(session: Session, public_id: str) -> Membership | None:
    """Return the membership with this public id."""
    query = select(Membership).where(Membership.public_id == public_id)
    return session.scalars(query.options(joinedload(Membership.user))).one_or_none()


def lost_memberships(session: Session, user_id: int | None) -> list[Membership]:
    """Return what a person is to be told of: suspended memberships; the ended ones if none is left.

    Where a person has other rights under the same organisation, nothing is lost.
    """
    rows = list(
        session.scalars(
            select(Membership)
            .where(Membership.user_id == user_id)
            .options(
                joinedload(Membership.municipality),
                joinedload(Membership.association),
                joinedload(Membership.partner),
            )
            .order_by(Membership.id)
        )
    )
    held = [row for row in rows if row.status == MembershipStatus.ACTIVE]
    kept = [_place_of(row) for row in held]
    suspended = [
        row
        for row in rows
        if row.status == MembershipStatus.SUSPENDED and _place_of(row) not in kept
    ]
    if held or suspended:
        return suspended
    last = {_place_of(row): row for row in rows if row.status == MembershipStatus.ENDED}
    return list(last.values())


def _place_of(row: Membership) -> tuple[int | None, int | None, int | None]:
    return row.municipality_id, row.association_id, row.partner_id


def invitation_with(session: Session, public_id: str) -> Invitation | None:
    """Return the invitation with this public id."""
    return session.scalars(
        select(Invitation).where(Invitation.public_id == public_id)
    ).one_or_none()


def hand_over_with(session: Session, public_id: str) -> HandOver | None:
    """Return the handing over with this public id."""
    return session.scalars(select(HandOver).where(HandOver.public_id == public_id)).one_or_none()


def open_hand_overs(session: Session, organisation: Organisation) -> list[HandOver]:
    """Return what is being handed over in an organisation, not yet confirmed."""
    return list(
        session.scalars(
            select(HandOver)
            .join(HandOver.giver)
            .where(
                *belongs_to(Membership, organisation),
                HandOver.status == HandOverStatus.OPEN,
                HandOver.expires_at > now(),
            )
            .options(joinedload(HandOver.giver), joinedload(HandOver.taker))
            .order_by(HandOver.id)
        )
    )


def hand_overs_waiting_for(session: Session, actor: Actor) -> list[HandOver]:
    """Return the charges that are offered to this person in the organisation acted for."""
    found = open_hand_overs(session, organisation_of(actor))
    return [one for one in found if one.taker.user_id == actor.user_id]


def has_open_matters(session: Session, municipality_id: int) -> bool:
    """Tell whether needs, offers or engagements of a municipality are under way."""
    return bool(
        session.scalar(
            select(Municipality.id).where(Municipality.id == municipality_id, _has_open_matters())
        )
    )


def _has_open_matters() -> ColumnElement[bool]:
    need = exists().where(Need.municipality_id == Municipality.id, Need.status.not_in(OVER_NEEDS))
    offer = exists().where(
        Offer.municipality_id == Municipality.id, Offer.status.not_in(OVER_OFFERS)
    )
    at_work = (
        exists()
        .where(Engagement.proposal_id == Proposal.id, Engagement.ended_at.is_(None))
        .where(Proposal.need_id == Need.id, Proposal.offer_id == Offer.id)
        .where(
            or_(Need.municipality_id == Municipality.id, Offer.municipality_id == Municipality.id)
        )
    )
    return or_(need, offer, at_work)


def municipalities_without_anybody(actor: Actor) -> Select[Municipality]:
    """Select the verified municipalities of a coordinator's scope for which nobody answers.

    Something of theirs is under way, and neither who is in charge nor the deputy can act.
    """
    if actor.role != Role.COORDINATOR:
        return select(Municipality).where(Municipality.id.is_(None))
    responsible = (
        exists()
        .where(Membership.municipality_id == Municipality.id, Membership.user_id == User.id)
        .where(
            Membership.status == MembershipStatus.ACTIVE,
            Membership.position != Position.MEMBER,
            User.active.is_(True),
        )
    )
    return (
        select(Municipality)
        .where(
            *towns_of(actor),
            Municipality.status == MunicipalityStatus.VERIFIED,
            _has_open_matters(),
            ~responsible,
        )
        .order_by(Municipality.name, Municipality.id)
    )
