"""What changes accounts and memberships."""

import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import PLATFORM, Actor
from matchmaker.accounts.last_ones import why_not_take
from matchmaker.accounts.links import FIRST_PASSWORD, issue_link, use_link
from matchmaker.accounts.queries import holder_of, lead_of, user_with_address
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.lifecycle import may_become
from matchmaker.models import Association, Membership, SignInSession, User, now
from matchmaker.vocabulary import N_, MembershipStatus, Position, Role


def invite_administrator(session: Session, email: str, association_name: str) -> str:
    """Make the association and its first administrator and coordinator; return a one-time path."""
    association = _association(session, association_name.strip())
    user = _user(session, email.strip())
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
        give_role(session, PLATFORM, user, role, association)
    token = issue_link(session, user, FIRST_PASSWORD)
    audit.record(session, PLATFORM, "user.invited", "user", user.public_id)
    return f"/account/invitation/{token}"


def _association(session: Session, name: str) -> Association:
    if not name:
        raise BadInput("association", N_("Enter the name of the association."))
    known = session.scalars(select(Association).where(Association.name == name)).one_or_none()
    if known is not None:
        return known
    association = Association(name=name, scope=[])
    session.add(association)
    session.flush()
    audit.record(session, PLATFORM, "association.created", "association", association.public_id)
    return association


def _user(session: Session, email: str) -> User:
    local, at, domain = email.rpartition("@")
    if not (local and at and domain):
        raise BadInput("email", N_("Enter an email address, like name@example.org."))
    return user_with_address(session, email) or make_user(session, email)


def make_user(session: Session, address: str) -> User:
    """Make the account of somebody who has shown to read mail at the address."""
    user = User(
        email=address,
        active=True,
        fs_uniquifier=secrets.token_hex(16),
        confirmed_at=now().replace(tzinfo=None),
    )
    session.add(user)
    session.flush()
    audit.record(session, PLATFORM, "user.created", "user", user.public_id)
    return user


def give_role(
    session: Session, actor: Actor, user: User, role: Role, association: Association
) -> Membership:
    """Give a person a role in an association, once."""
    known = session.scalars(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.role == role,
            Membership.association_id == association.id,
            Membership.status == MembershipStatus.ACTIVE,
        )
    ).first()
    if known is not None:
        return known
    membership = Membership(user_id=user.id, role=role.value, association_id=association.id)
    if role == Role.COORDINATOR and lead_of(session, association_id=association.id) is None:
        membership.position = Position.LEAD.value
    audit.created(session, actor, membership, {"role": role.value, "user": user.public_id})
    return membership


def set_first_password(session: Session, token: str, password_hash: str) -> User:
    """Use the invitation up and set the password; sessions opened before end."""
    user = use_link(session, token, FIRST_PASSWORD)
    user.password = password_hash
    _end_sessions(session, user)
    session.flush()
    audit.record(session, PLATFORM, "user.password_set", "user", user.public_id)
    return user


def _end_sessions(session: Session, user: User) -> None:
    """Have every session of a person be over with its next request."""
    user.fs_uniquifier = secrets.token_hex(16)
    session.execute(delete(SignInSession).where(SignInSession.user_id == user.id))


def confirm_address(session: Session, user: User) -> None:
    """Note that the person reads mail at the address; a second time changes nothing."""
    if user.confirmed_at is not None:
        return
    user.confirmed_at = now().replace(tzinfo=None)
    session.flush()
    audit.record(session, PLATFORM, "user.confirmed", "user", user.public_id)


def set_preferences(session: Session, user: User, locale: str, time_zone: str) -> None:
    """Remember the person's language and time zone."""
    user.locale, user.time_zone = locale, time_zone
    session.flush()


def change_membership(
    session: Session, actor: Actor, membership: Membership, status: MembershipStatus, reason: str
) -> None:
    """Suspend, restore or end a membership; its rights follow with the next request.

    Raises
    ------
    AlreadyChanged
        If the membership cannot take this step any more.
    BadInput
        If it is the membership the actor acts under, or one that nobody could replace.
    """
    if membership.id == actor.membership_id:
        raise BadInput("reason", N_("You cannot change the membership you act under."))
    if status != MembershipStatus.ACTIVE and (why := why_not_take(session, [membership])):
        raise BadInput("reason", why)
    session.refresh(membership, with_for_update={"of": Membership})
    if not may_become("membership", membership.status, status):
        raise AlreadyChanged(membership.public_id)
    move_membership(session, actor, membership, status, reason)


def move_membership(
    session: Session,
    actor: Actor,
    membership: Membership,
    status: MembershipStatus,
    reason: str = "",
) -> None:
    """Take a membership to its next status; a position that somebody else has got stays theirs."""
    with session.no_autoflush:
        if status == MembershipStatus.ENDED or _is_taken(session, membership):
            membership.position = Position.MEMBER.value
    membership.ended_at = now() if status == MembershipStatus.ENDED else None
    audit.move(session, actor, membership, status, text=reason or None)
    session.flush()


def _is_taken(session: Session, membership: Membership) -> bool:
    """Tell whether another active member holds the position of this one."""
    if membership.position == Position.MEMBER:
        return False
    holder = holder_of(
        session,
        Position(membership.position),
        municipality_id=membership.municipality_id,
        association_id=membership.association_id,
    )
    return holder is not None and holder.id != membership.id


def change_user_activity(
    session: Session, actor: Actor, user: User, *, active: bool, reason: str
) -> None:
    """Close or reopen an account; a closed one loses its sessions with the next request.

    Raises
    ------
    BadInput
        If it is the actor's own, or that of somebody whom nobody could replace.
    AlreadyChanged
        If it is so already.
    """
    if user.id == actor.user_id:
        raise BadInput("reason", N_("You cannot close your own account here."))
    if not active:
        held = select(Membership).where(Membership.user_id == user.id)
        if why := why_not_take(session, session.scalars(held).all()):
            raise BadInput("reason", why)
    session.refresh(user, with_for_update={"of": User})
    if user.active == active:
        raise AlreadyChanged(user.public_id)
    user.active = active
    _end_sessions(session, user)
    session.flush()
    event = "user.restored" if active else "user.suspended"
    audit.record(session, actor, event, "user", user.public_id, text=reason)
