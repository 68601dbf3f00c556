"""Handing over: who is in charge offers it, the colleague confirms; then one takes the other's."""

from datetime import timedelta

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.accounts.service import move_membership
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.memberships import queries
from matchmaker.memberships.queries import can_act, organisation_of
from matchmaker.memberships.service import drop_hand_overs, place
from matchmaker.models import HandOver, Membership, now
from matchmaker.outbox import queue_notice
from matchmaker.vocabulary import (
    N_,
    HandOverStatus,
    MembershipStatus,
    NoticeKind,
    Position,
    Role,
)

LIFETIME = timedelta(days=7)


def offer(session: Session, actor: Actor, taker: Membership, *, giver_stays: bool) -> HandOver:
    """Offer the charge to a colleague; an earlier offer is taken back.

    Raises
    ------
    BadInput
        If the person is not in charge any more, or the colleague cannot act.
    """
    organisation = organisation_of(actor)
    queries.lock_organisation(session, organisation)
    people = queries.people_of(session, organisation)
    session.refresh(taker)
    giver = _in_charge(people)
    if giver is None or giver.user_id != actor.user_id or organisation_of(taker) != organisation:
        raise AlreadyChanged(taker.public_id)
    if taker.user_id == actor.user_id or not can_act(taker) or taker.role == Role.ADMINISTRATOR:
        raise BadInput("", N_("This person cannot act for you now."))
    drop_hand_overs(session, actor, [giver])
    hand_over = HandOver(
        giver_id=giver.id,
        taker_id=taker.id,
        giver_stays=giver_stays,
        status=HandOverStatus.OPEN.value,
        expires_at=now() + LIFETIME,
    )
    details = {"taker": taker.public_id, "giver_stays": giver_stays}
    audit.created(session, actor, hand_over, details)
    queue_notice(session, taker.user_id, NoticeKind.MEMBERSHIP_CHANGED)
    return hand_over


def withdraw(session: Session, actor: Actor, hand_over: HandOver) -> None:
    """Take the offer of the charge back."""
    _lock(session, hand_over)
    audit.move(session, actor, hand_over, HandOverStatus.WITHDRAWN)


def decline(session: Session, actor: Actor, hand_over: HandOver) -> None:
    """Say no to the charge."""
    _lock(session, hand_over)
    audit.move(session, actor, hand_over, HandOverStatus.DECLINED)


def confirm(session: Session, actor: Actor, hand_over: HandOver) -> None:
    """Take the charge over; the one who gave it stays a colleague or leaves, as chosen.

    Raises
    ------
    AlreadyChanged
        If it was answered or taken back, its time is over, or a side cannot act any more.
    """
    people = _lock(session, hand_over)
    giver, taker = hand_over.giver, hand_over.taker
    stands = (
        hand_over.status == HandOverStatus.OPEN
        and hand_over.expires_at > now()
        and giver.position == Position.LEAD
        and can_act(giver)
        and can_act(taker)
    )
    if not stands:
        raise AlreadyChanged(hand_over.public_id)
    audit.move(session, actor, hand_over, HandOverStatus.CONFIRMED)
    place(session, actor, giver, Position.MEMBER)
    place(session, actor, taker, Position.LEAD)
    if hand_over.giver_stays:
        return
    for row in people:
        if row.user_id == giver.user_id and row.role != Role.ADMINISTRATOR:
            move_membership(session, actor, row, MembershipStatus.ENDED)


def _in_charge(people: list[Membership]) -> Membership | None:
    active = (row for row in people if row.status == MembershipStatus.ACTIVE)
    return next((row for row in active if row.position == Position.LEAD), None)


def _lock(session: Session, hand_over: HandOver) -> list[Membership]:
    """Lock the organisation, then the row; return the people as they are now."""
    organisation = organisation_of(hand_over.giver)
    queries.lock_organisation(session, organisation)
    session.refresh(hand_over, with_for_update={"of": HandOver})
    people = queries.people_of(session, organisation)
    session.refresh(hand_over.giver)
    session.refresh(hand_over.taker)
    return people
