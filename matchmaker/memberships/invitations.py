"""Inviting a colleague: a link by mail, bound to the address and the role, that works once.

No account is made and none is looked up before the link is used: whoever invites learns nothing
about who has an account, neither by the answer nor by its time.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import PLATFORM, Actor
from matchmaker.access.invited import invitation_stands
from matchmaker.accounts.queries import user_with_address
from matchmaker.accounts.service import make_user
from matchmaker.errors import BadInput
from matchmaker.memberships import queries
from matchmaker.memberships.queries import organisation_of
from matchmaker.models import Invitation, Membership, User, now
from matchmaker.models.encrypted import normal_address
from matchmaker.vocabulary import (
    N_,
    InvitationStatus,
    MembershipStatus,
    Role,
)

LIFETIME = timedelta(days=3)
MOST_OPEN = 10
"""Invitations of one organisation that may wait at once."""
MOST_A_DAY = 3
"""Invitations of one organisation to one address within a day: a mailbox is not flooded."""
GONE = N_("This invitation is no longer valid. Ask your colleague for a new one.")


def invite(session: Session, actor: Actor, address: str, role: Role) -> str:
    """Make an invitation and return its token, which is kept nowhere; an earlier one is over.

    Raises
    ------
    BadInput
        If the address acts in this role already, or too many invitations wait.
    """
    organisation = organisation_of(actor)
    queries.lock_organisation(session, organisation)
    address = normal_address(address)
    for member in queries.people_of(session, organisation):
        if member.role == role and _same(member.user.email, address):
            raise BadInput("address", N_("This address acts for you in this role already."))
    _check_limits(session, organisation, address)
    for waiting in queries.open_invitations(session, organisation):
        if _same(waiting.address, address) and waiting.role == role:
            audit.move(session, actor, waiting, InvitationStatus.WITHDRAWN)
    token = secrets.token_urlsafe(32)
    assert actor.membership_id is not None
    invitation = Invitation(
        token_digest=_digest(token),
        address=address,
        role=role.value,
        status=InvitationStatus.OPEN.value,
        **organisation,
        invited_by_id=actor.membership_id,
        expires_at=now() + LIFETIME,
    )
    audit.created(session, actor, invitation, {"role": role.value})
    return token


def _check_limits(session: Session, organisation: queries.Organisation, address: str) -> None:
    if len(queries.open_invitations(session, organisation)) >= MOST_OPEN:
        raise BadInput("address", N_("Too many invitations wait. Withdraw one first."))
    lately = session.scalars(
        select(Invitation).where(
            *queries.belongs_to(Invitation, organisation),
            Invitation.created_at > now() - timedelta(days=1),
        )
    )
    if sum(_same(one.address, address) for one in lately) >= MOST_A_DAY:
        raise BadInput(
            "address", N_("This address was invited several times today. Try again tomorrow.")
        )


def withdraw(session: Session, actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back: its link leads nowhere from now on."""
    session.refresh(invitation, with_for_update={"of": Invitation})
    audit.move(session, actor, invitation, InvitationStatus.WITHDRAWN)


def find(session: Session, token: str, *, lock: bool = False) -> Invitation:
    """Return the invitation of a token while it can still be accepted.

    Raises
    ------
    BadInput
        If there is none, it was used or withdrawn, its time is over, who invited cannot act any
        more, or the municipality is not verified any more.
    """
    digest = _digest(token)
    query = select(Invitation).where(Invitation.token_digest == digest)
    invitation = session.scalars(
        query.with_for_update(of=Invitation) if lock else query
    ).one_or_none()
    if invitation is None or not hmac.compare_digest(invitation.token_digest, digest):
        raise BadInput("", GONE)
    if not invitation_stands(session, invitation, now()):
        raise BadInput("", GONE)
    return invitation


def is_for(invitation: Invitation, user: User) -> bool:
    """Tell whether an invitation was sent to the address of this account."""
    return _same(invitation.address, user.email)


def account_of(session: Session, invitation: Invitation) -> User | None:
    """Return the account of the invited address, if it has one."""
    return user_with_address(session, invitation.address)


def accept(session: Session, token: str, user: User) -> Membership:
    """Use the invitation up for the account of its address; of several at once one succeeds.

    Raises
    ------
    BadInput
        If it is not valid, is for another address, or the person was suspended there.
    """
    invitation = find(session, token, lock=True)
    queries.lock_organisation(session, organisation_of(invitation))
    held = [
        row
        for row in queries.people_of(session, organisation_of(invitation))
        if row.user_id == user.id
    ]
    suspended = any(row.status == MembershipStatus.SUSPENDED for row in held)
    if suspended or not user.active or not is_for(invitation, user):
        raise BadInput("", GONE)
    actor = Actor(user_id=user.id, user_public_id=user.public_id)
    audit.move(session, actor, invitation, InvitationStatus.ACCEPTED)
    for row in held:
        if row.role == invitation.role:
            return row
    membership = Membership(user_id=user.id, role=invitation.role, **organisation_of(invitation))
    details = {"role": invitation.role, "user": user.public_id, "invitation": invitation.public_id}
    audit.created(session, actor, membership, details)
    return membership


def accept_with_new_account(session: Session, token: str, password_hash: str) -> Membership:
    """Make the account of the invited address with its password, and use the invitation up.

    Raises
    ------
    BadInput
        If the invitation is not valid, or the address has got an account in the meantime.
    """
    invitation = find(session, token, lock=True)
    if account_of(session, invitation) is not None:
        raise BadInput("", GONE)
    user = make_user(session, invitation.address)
    user.password = password_hash
    session.flush()
    audit.record(session, PLATFORM, "user.password_set", "user", user.public_id)
    return accept(session, token, user)


def _same(one: str, other: str) -> bool:
    return normal_address(one) == normal_address(other)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
