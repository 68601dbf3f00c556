"""Positions, leaving, suspending and ending: what changes the people of an organisation.

Each change locks the organisation first and reads its people afresh, so that two changes at once
cannot leave it with two persons in charge, or with nobody while something is under way.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.accounts.last_ones import why_not_take
from matchmaker.accounts.service import move_membership
from matchmaker.errors import AlreadyChanged, BadInput, NotAllowed
from matchmaker.lifecycle import may_become
from matchmaker.memberships import queries
from matchmaker.memberships.queries import can_act, organisation_of
from matchmaker.models import HandOver, Membership
from matchmaker.vocabulary import N_, HandOverStatus, MembershipStatus, Position, Role

LAST_ONE = N_(
    "You are the last one who acts for your municipality, and something of it is under way. "
    "Invite a colleague and hand over first, or withdraw the needs and offers."
)
LAST_COORDINATOR = N_(
    "You are the last coordinator of your association. Invite a colleague and hand over first."
)
HAND_OVER_FIRST = N_("You are in charge. Hand over to a colleague first; then you can leave.")


def set_label(session: Session, actor: Actor, label: str) -> None:
    """Set what the person is called in the organisation acted for, such as an office."""
    member = session.get_one(Membership, actor.membership_id)
    member.label = label or None
    session.flush()
    audit.record(session, actor, "membership.labelled", "membership", member.public_id)


def name_deputy(session: Session, actor: Actor, member: Membership) -> None:
    """Make a colleague the deputy; who was it before is a colleague again."""
    people = locked_people(session, actor, member)
    _check_can_act(member)
    if member.position == Position.LEAD or _leads(people, member.user_id):
        raise BadInput("", N_("Who is in charge cannot be the deputy too."))
    for other in people:
        if other.position == Position.DEPUTY and other.id != member.id:
            place(session, actor, other, Position.MEMBER)
    place(session, actor, member, Position.DEPUTY)


def end_deputy(session: Session, actor: Actor, member: Membership) -> None:
    """Make the deputy a colleague again."""
    locked_people(session, actor, member)
    if member.position != Position.DEPUTY:
        raise AlreadyChanged(member.public_id)
    place(session, actor, member, Position.MEMBER)


def take_over(session: Session, actor: Actor) -> None:
    """Let the deputy take charge where nobody in charge can act.

    Raises
    ------
    BadInput
        If somebody is in charge.
    """
    member = session.get_one(Membership, actor.membership_id)
    people = locked_people(session, actor, member)
    own = [row for row in people if row.user_id == actor.user_id and can_act(row)]
    deputy = next((row for row in own if row.position == Position.DEPUTY), None)
    if deputy is None:
        raise AlreadyChanged(member.public_id)
    put_in_charge(session, actor, deputy, people)


def appoint(session: Session, actor: Actor, member: Membership) -> None:
    """Let a coordinator put a member in charge of a municipality that has nobody."""
    people = locked_people(session, actor, member)
    _check_can_act(member)
    put_in_charge(session, actor, member, people)


def put_in_charge(
    session: Session, actor: Actor, member: Membership, people: list[Membership]
) -> None:
    """Put a member in charge where who was it cannot act any more."""
    for other in people:
        if other.position == Position.LEAD and other.id != member.id:
            if can_act(other):
                raise BadInput("", N_("Somebody is in charge. They have to hand over themselves."))
            place(session, actor, other, Position.MEMBER)
    place(session, actor, member, Position.LEAD)


def place(session: Session, actor: Actor, member: Membership, position: Position) -> None:
    """Give a member a position, with its audit row; the one that was held before goes first."""
    if member.position == position:
        return
    member.position = position.value
    session.flush()
    details = {"position": position.value}
    audit.record(session, actor, "membership.placed", "membership", member.public_id, details)


def add_role(session: Session, actor: Actor) -> Membership:
    """Let who is in charge of a municipality act for it in its other role too: ask, or help."""
    member = session.get_one(Membership, actor.membership_id)
    people = locked_people(session, actor, member)
    other = Role.HELPER if actor.role == Role.REQUESTER else Role.REQUESTER
    for row in people:
        if row.user_id == actor.user_id and row.role == other:
            return row
    added = Membership(
        user_id=actor.user_id, role=other.value, municipality_id=actor.municipality_id
    )
    details = {"role": other.value, "user": actor.user_public_id}
    audit.created(session, actor, added, details)
    return added


def change_colleague(
    session: Session, actor: Actor, member: Membership, status: MembershipStatus, reason: str
) -> None:
    """Suspend, restore or end the membership of a colleague.

    Raises
    ------
    BadInput
        If it is an own membership, or one that nobody could replace.
    AlreadyChanged
        If the membership cannot take this step any more.
    """
    people = locked_people(session, actor, member)
    if member.user_id == actor.user_id:
        raise BadInput("reason", N_("This is your own membership. You can leave instead."))
    if status != MembershipStatus.ACTIVE and (why := why_not_take(session, [member])):
        raise BadInput("reason", why)
    if actor.position == Position.DEPUTY and _leads(people, member.user_id):
        raise NotAllowed
    if not may_become("membership", member.status, status):
        raise AlreadyChanged(member.public_id)
    move_membership(session, actor, member, status, reason)
    if status != MembershipStatus.ACTIVE:
        drop_hand_overs(session, actor, [member])


def leave(session: Session, actor: Actor) -> None:
    """End every membership of the person in the organisation acted for.

    Raises
    ------
    BadInput
        If the person is in charge and has colleagues, or is the last one while something of the
        organisation is under way.
    """
    member = session.get_one(Membership, actor.membership_id)
    people = locked_people(session, actor, member)
    problem = why_not_leave(session, actor, people)
    if problem:
        raise BadInput("", problem)
    own = [row for row in people if row.user_id == actor.user_id]
    for row in own:
        move_membership(session, actor, row, MembershipStatus.ENDED)
    drop_hand_overs(session, actor, own)


def why_not_leave(session: Session, actor: Actor, people: list[Membership]) -> str:
    """Return why the person cannot leave now and what to do first, or nothing."""
    others = {
        row.user_id
        for row in people
        if can_act(row) and row.user_id != actor.user_id and row.role != Role.ADMINISTRATOR
    }
    coordinates = any(
        row.user_id == actor.user_id and row.role == Role.COORDINATOR for row in people
    )
    administers = [
        row for row in people if row.user_id == actor.user_id and row.role == Role.ADMINISTRATOR
    ]
    if administers and (why := why_not_take(session, administers)):
        return why
    if others:
        return HAND_OVER_FIRST if _leads(people, actor.user_id) else ""
    if actor.municipality_id is None:
        return LAST_COORDINATOR if coordinates else ""
    return LAST_ONE if queries.has_open_matters(session, actor.municipality_id) else ""


def drop_hand_overs(session: Session, actor: Actor, members: list[Membership]) -> None:
    """Take back what was being handed over by or to members who go."""
    ids = [member.id for member in members]
    open_ones = session.scalars(
        select(HandOver).where(
            HandOver.status == HandOverStatus.OPEN,
            HandOver.giver_id.in_(ids) | HandOver.taker_id.in_(ids),
        )
    )
    for hand_over in open_ones.all():
        audit.move(session, actor, hand_over, HandOverStatus.WITHDRAWN)


def _leads(people: list[Membership], user_id: int | None) -> bool:
    return any(
        row.user_id == user_id
        and row.position == Position.LEAD
        and row.status == MembershipStatus.ACTIVE
        for row in people
    )


def _check_can_act(member: Membership) -> None:
    if not can_act(member):
        raise BadInput("", N_("This person cannot act for you now."))


def locked_people(session: Session, actor: Actor, member: Membership) -> list[Membership]:
    """Lock the organisation of a member and return its people as they are now.

    Raises
    ------
    NotAllowed
        If the actor's own rights in this organisation ended while the request was under way.
    """
    organisation = organisation_of(member)
    queries.lock_organisation(session, organisation)
    people = queries.people_of(session, organisation)
    session.refresh(member)
    if organisation == organisation_of(actor):
        own = [row for row in people if row.user_id == actor.user_id and can_act(row)]
        positions = {row.position for row in own}
        if not own or (actor.position and actor.position not in {*positions, Position.MEMBER}):
            raise NotAllowed
    return people
