"""Deleting one's account or one's municipality: asked for, waited for, done."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import PLATFORM, Actor
from matchmaker.access.scope import covers
from matchmaker.engagements.service import end_engagement
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.memberships import queries as people
from matchmaker.memberships.service import can_act, why_not_leave
from matchmaker.models import (
    Association,
    DeletionRequest,
    Engagement,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    User,
    now,
)
from matchmaker.models.deletion import open_request
from matchmaker.outbox import tell_coordinators
from matchmaker.personal.erasing import erase_account, erase_municipality
from matchmaker.proposals import withdrawal
from matchmaker.vocabulary import (
    N_,
    DeclineReason,
    MembershipStatus,
    NeedStatus,
    NoticeKind,
    OfferStatus,
)

TIME_TO_THINK = timedelta(days=14)
OVER = (
    NeedStatus.CLOSED.value,
    NeedStatus.WITHDRAWN.value,
    OfferStatus.CLOSED.value,
    OfferStatus.WITHDRAWN.value,
)


def towns_left_alone(session: Session, user_id: int) -> list[Municipality]:
    """Return the municipalities for which nobody but this person can act."""
    mine = select(Membership).where(
        Membership.user_id == user_id,
        Membership.status != MembershipStatus.ENDED,
        Membership.municipality_id.is_not(None),
    )
    towns = {}
    for member in session.scalars(mine.order_by(Membership.id)):
        colleagues = people.people_of(session, people.organisation_of(member))
        if not any(can_act(row) and row.user_id != user_id for row in colleagues):
            towns[member.municipality_id] = session.get_one(Municipality, member.municipality_id)
    return list(towns.values())


def why_not_delete(session: Session, user_id: int) -> str:
    """Return why an account cannot be deleted now and what to do first, or nothing."""
    mine = session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, Membership.status != MembershipStatus.ENDED)
        .order_by(Membership.id)
    ).all()
    for member in mine:
        actor = Actor(
            user_id=user_id,
            municipality_id=member.municipality_id,
            association_id=member.association_id,
        )
        colleagues = people.people_of(session, people.organisation_of(member))
        if member.partner_id is None and (why := why_not_leave(session, actor, colleagues)):
            return why
    return ""


def ask_to_delete_account(session: Session, actor: Actor) -> DeletionRequest:
    """Have one's own account deleted after the time to think.

    Raises
    ------
    BadInput
        If somebody else has to take over first.
    """
    assert actor.user_id is not None and actor.user_public_id is not None
    session.refresh(session.get_one(User, actor.user_id), with_for_update={"of": User})
    if open_request(session, user_id=actor.user_id) is not None:
        raise AlreadyChanged(actor.user_public_id)
    if problem := why_not_delete(session, actor.user_id):
        raise BadInput("", problem)
    request = DeletionRequest(
        user_id=actor.user_id, asked_by_id=actor.user_id, due_at=now() + TIME_TO_THINK
    )
    session.add(request)
    session.flush()
    audit.record(session, actor, "user.deletion_asked", "user", actor.user_public_id)
    return request


def keep_account(session: Session, actor: Actor) -> None:
    """Take back that one's own account is to be deleted."""
    assert actor.user_id is not None and actor.user_public_id is not None
    request = open_request(session, user_id=actor.user_id, lock=True)
    if request is None:
        raise AlreadyChanged(actor.user_public_id)
    request.cancelled_at = now()
    session.flush()
    audit.record(session, actor, "user.deletion_taken_back", "user", actor.user_public_id)


def ask_to_delete_municipality(session: Session, actor: Actor, town: Municipality) -> None:
    """Have the municipality acted for deleted; its coordinators are told at once.

    Raises
    ------
    BadInput
        If work that both sides agreed on is not ended.
    """
    assert actor.user_id is not None
    session.refresh(town, with_for_update={"of": Municipality})
    if open_request(session, municipality_id=town.id) is not None:
        raise AlreadyChanged(town.public_id)
    if _works(session, town):
        raise BadInput("", N_("Work that both sides agreed on is under way. End it first."))
    session.add(
        DeletionRequest(
            municipality_id=town.id, asked_by_id=actor.user_id, due_at=now() + TIME_TO_THINK
        )
    )
    session.flush()
    audit.record(session, actor, "municipality.deletion_asked", "municipality", town.public_id)
    for association in session.scalars(select(Association).order_by(Association.id)):
        if covers(association.scope, association.sides, town):
            tell_coordinators(session, association.id, NoticeKind.OTHER)


def keep_municipality(session: Session, actor: Actor, town: Municipality) -> None:
    """Take back that the municipality is to be deleted."""
    request = open_request(session, municipality_id=town.id, lock=True)
    if request is None:
        raise AlreadyChanged(town.public_id)
    request.cancelled_at = now()
    session.flush()
    audit.record(session, actor, "municipality.deletion_taken_back", "municipality", town.public_id)


def delete_when_due(session: Session, request_id: int, at: datetime) -> bool:
    """Carry one deletion out; return False where something has come up that must end first."""
    request = session.scalars(
        select(DeletionRequest).where(DeletionRequest.id == request_id).with_for_update()
    ).one()
    if request.cancelled_at or request.done_at or request.due_at > at:
        return False
    if request.user is not None:
        if why_not_delete(session, request.user.id):
            return False
        erase_account(session, request.user)
    elif request.municipality is not None:
        if _works(session, request.municipality):
            return False
        _withdraw_everything(session, request.municipality)
        erase_municipality(session, request.municipality)
    request.done_at = now()
    session.flush()
    return True


def delete_town_again(session: Session, town: Municipality) -> None:
    """Delete a municipality that an old backup brought back, whatever it was doing then."""
    for engagement in _works(session, town):
        end_engagement(session, PLATFORM, engagement, DeclineReason.OTHER)
    session.flush()
    _withdraw_everything(session, town)
    erase_municipality(session, town)


def _works(session: Session, town: Municipality) -> list[Engagement]:
    """Return the open engagements of the municipality, on either side."""
    sides = (Need.municipality_id == town.id) | (Offer.municipality_id == town.id)
    query = (
        select(Engagement)
        .join(Engagement.proposal)
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Engagement.ended_at.is_(None), sides)
    )
    return list(session.scalars(query.order_by(Engagement.id)))


def _withdraw_everything(session: Session, town: Municipality) -> None:
    """Withdraw what the municipality asked and offered, with the matches that hang on it."""
    needs = select(Need).where(Need.municipality_id == town.id, Need.status.not_in(OVER))
    for need in session.scalars(needs.order_by(Need.id)).all():
        withdrawal.withdraw_need(session, PLATFORM, need)
    offers = select(Offer).where(Offer.municipality_id == town.id, Offer.status.not_in(OVER))
    for offer in session.scalars(offers.order_by(Offer.id)).all():
        withdrawal.withdraw_offer(session, PLATFORM, offer)
