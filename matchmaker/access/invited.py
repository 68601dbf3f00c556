"""Who let whom in, and whether an invitation still leads anywhere.

The second of two decisions must not come from the same line of guests.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matchmaker.models import AuditEvent, Invitation, Membership, User
from matchmaker.vocabulary import (
    N_,
    InvitationStatus,
    MembershipStatus,
    MunicipalityStatus,
    Position,
    Role,
)

MAY_BE_ONE = N_(
    "You and the coordinator who decided before you do not count as two persons: one of you "
    "invited the other, or the same coordinator let both of you in. Somebody else has to decide. "
    "If there is nobody, ask whoever runs the server to enter another coordinator."
)


def may_be_one_person(session: Session, one_id: int, other_id: int) -> bool:
    """Tell whether two coordinators may be two mailboxes of one person.

    Who invites chooses the address. So neither may have let the other in, however many guests lie
    between, and no coordinator may have let in both. It makes no difference who decides first.

    Whom an administrator invited, or the operator's command entered, begins a line of their own;
    an administrator who is or was a coordinator counts as one.
    """
    return bool(_line_of(session, one_id) & _line_of(session, other_id))


def _line_of(session: Session, user_id: int) -> set[int]:
    """Return a person and every coordinator by whose invitations they are one now."""
    line, seen = {user_id}, set[str]()
    # of who is a coordinator no more, what they were by
    rows = _coordinating(session, {user_id}, only_active=True) or _coordinating(session, {user_id})
    while rows:
        seen |= rows
        rows = _coordinating(session, _users_of(session, _inviting(session, rows))) - seen
        line |= _users_of(session, rows)
    return line


def _coordinating(session: Session, user_ids: set[int], *, only_active: bool = False) -> set[str]:
    """Return the numbers of the memberships by which persons coordinate, or ever did."""
    query = select(Membership.public_id).where(
        Membership.user_id.in_(user_ids), Membership.role == Role.COORDINATOR
    )
    if only_active:
        query = query.where(Membership.status == MembershipStatus.ACTIVE)
    return set(session.scalars(query))


def _users_of(session: Session, rows: set[str]) -> set[int]:
    return set(session.scalars(select(Membership.user_id).where(Membership.public_id.in_(rows))))


def _inviting(session: Session, rows: set[str]) -> set[str]:
    """Return the memberships under which the invitations to these ones were written.

    Read from the audit trail: invitations themselves are deleted some weeks after their end.
    """
    details = session.scalars(
        select(AuditEvent.details).where(
            AuditEvent.subject_kind == "membership",
            AuditEvent.event == "membership.created",
            AuditEvent.subject_id.in_(rows),
        )
    )
    invitations = {one["invitation"] for one in details if "invitation" in one}
    hosts = session.scalars(
        select(AuditEvent.membership_id).where(
            AuditEvent.subject_kind == "invitation",
            AuditEvent.event == "invitation.created",
            AuditEvent.subject_id.in_(invitations),
        )
    )
    return {host for host in hosts if host}


def invitation_stands(session: Session, invitation: Invitation, at: datetime) -> bool:
    """Tell whether an invitation can be accepted: by its link, and so worth a mail.

    It is open and in time, who sent it may still invite, and the municipality is verified.
    """
    town = invitation.municipality
    return (
        invitation.status == InvitationStatus.OPEN
        and invitation.expires_at > at
        and _may_still_invite(session, invitation.invited_by)
        and (town is None or town.status == MunicipalityStatus.VERIFIED)
    )


def _may_still_invite(session: Session, inviter: Membership) -> bool:
    """Tell whether who invited still answers for the organisation, under any role of theirs."""
    found = session.scalar(
        select(Membership.id)
        .join(Membership.user)
        .where(
            Membership.user_id == inviter.user_id,
            Membership.municipality_id == inviter.municipality_id,
            Membership.association_id == inviter.association_id,
            Membership.status == MembershipStatus.ACTIVE,
            User.active.is_(True),
            or_(Membership.position != Position.MEMBER, Membership.role == Role.ADMINISTRATOR),
        )
        .limit(1)
    )
    return found is not None
