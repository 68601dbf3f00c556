"""What changes accounts and memberships."""

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import PLATFORM, Actor
from matchmaker.accounts.links import FIRST_PASSWORD, issue_link, use_link
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Association, Membership, User, now
from matchmaker.vocabulary import N_, MembershipStatus, Role


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
    address = f"{local}@{domain.lower()}"
    same = func.lower(User.email) == address.lower()
    known = session.scalars(select(User).where(same)).one_or_none()
    if known is not None:
        return known
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
    session.add(membership)
    session.flush()
    audit.record(
        session,
        actor,
        "membership.created",
        "membership",
        membership.public_id,
        {"role": role.value, "user": user.public_id},
    )
    return membership


def set_first_password(session: Session, token: str, password_hash: str) -> User:
    """Use the invitation up and set the password; sessions opened before end."""
    user = use_link(session, token, FIRST_PASSWORD)
    user.password = password_hash
    user.fs_uniquifier = secrets.token_hex(16)
    session.flush()
    audit.record(session, PLATFORM, "user.password_set", "user", user.public_id)
    return user


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


MEMBERSHIP_STEPS = {
    MembershipStatus.ACTIVE: {MembershipStatus.SUSPENDED, MembershipStatus.ENDED},
    MembershipStatus.SUSPENDED: {MembershipStatus.ACTIVE, MembershipStatus.ENDED},
    MembershipStatus.ENDED: set(),
}


def change_membership(
    session: Session, actor: Actor, membership: Membership, status: MembershipStatus, reason: str
) -> None:
    """Suspend, restore or end a membership; its rights follow with the next request.

    Raises
    ------
    AlreadyChanged
        If the membership cannot take this step any more.
    BadInput
        If it is the membership the actor acts under.
    """
    session.refresh(membership, with_for_update={"of": Membership})
    if membership.id == actor.membership_id:
        raise BadInput("reason", N_("You cannot change the membership you act under."))
    present = MembershipStatus(membership.status)
    if status not in MEMBERSHIP_STEPS[present]:
        raise AlreadyChanged(membership.public_id)
    membership.status = status.value
    membership.ended_at = now() if status == MembershipStatus.ENDED else None
    session.flush()
    audit.record(
        session,
        actor,
        f"membership.{status.value}",
        "membership",
        membership.public_id,
        {"from": present.value, "to": status.value},
        text=reason,
    )


def change_user_activity(
    session: Session, actor: Actor, user: User, *, active: bool, reason: str
) -> None:
    """Close or reopen an account; a closed one loses its sessions with the next request."""
    session.refresh(user, with_for_update={"of": User})
    if user.id == actor.user_id:
        raise BadInput("reason", N_("You cannot close your own account here."))
    if user.active == active:
        raise AlreadyChanged(user.public_id)
    user.active = active
    user.fs_uniquifier = secrets.token_hex(16)
    session.flush()
    event = "user.restored" if active else "user.suspended"
    audit.record(session, actor, event, "user", user.public_id, text=reason)
