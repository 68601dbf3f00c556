"""What services say when somebody should hear by mail that something waits.

A row in the caller's transaction and nothing else: who rolls back tells nobody. What the mail says,
when it goes and what happens while the mail server is gone is the business of `delivery`.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from matchmaker.models import (
    Invitation,
    Letter,
    Mailbox,
    Membership,
    Municipality,
    Notice,
    User,
    now,
)
from matchmaker.vocabulary import MailEvery, MailStatus, MembershipStatus, NoticeKind, Role


def queue_notice(
    session: Session, user: User | int, kind: NoticeKind | str, link: str | None = None
) -> None:
    """Have a person told that something waits; `kind` is for the operator, never in the mail.

    `link` is the token of a link that works once, for this person; the mail carries it.
    """
    user_id = user.id if isinstance(user, User) else user
    session.add(Notice(user_id=user_id, kind=NoticeKind(kind).value, due_at=now(), link=link))
    session.flush()


def tell_municipality(
    session: Session,
    municipality_id: int,
    role: Role | str | None,
    kind: NoticeKind | str,
    besides: int | None = None,
) -> None:
    """Tell everybody who acts for a municipality in this role (None: any), except one person.

    Nobody, while the municipality has hidden itself or is not safe: a mail that comes just then
    can be seen.
    """
    _tell(session, _reached_in(municipality_id, role), kind, besides)


def persons_reached(session: Session, municipality_id: int, role: Role | str) -> list[int]:
    """Return row ids of the persons whom a mail to a municipality in this role would reach now."""
    return _present(session, _reached_in(municipality_id, role))


def _reached_in(municipality_id: int, role: Role | str | None) -> Any:
    members = (
        select(Membership.user_id)
        .join(Membership.municipality)
        .where(
            Membership.municipality_id == municipality_id,
            Municipality.hidden.is_(False),
            Municipality.mails_held_at.is_(None),
        )
    )
    return members if role is None else members.where(Membership.role == str(role))


def tell_coordinators(
    session: Session, association_id: int, kind: NoticeKind | str, besides: int | None = None
) -> None:
    """Tell the coordinators of an association, except one person."""
    members = select(Membership.user_id).where(
        Membership.association_id == association_id, Membership.role == Role.COORDINATOR
    )
    _tell(session, members, kind, besides)


def _tell(session: Session, members: Any, kind: NoticeKind | str, besides: int | None) -> None:
    for user_id in _present(session, members):
        if user_id != besides:
            queue_notice(session, user_id, kind)


def _present(session: Session, members: Any) -> list[int]:
    there = members.where(Membership.status == MembershipStatus.ACTIVE)
    return sorted(set(session.scalars(there)))


def queue_invitation(session: Session, invitation: Invitation, url: str, locale: str) -> None:
    """Have an invited person written to, whether or not the address has an account."""
    session.add(
        Letter(
            invitation_id=invitation.id,
            url=url,
            locale=locale,
            due_at=now(),
            mail_id=secrets.token_hex(16),
        )
    )
    session.flush()


def set_mail_every(session: Session, user_id: int, every: MailEvery) -> None:
    """Set how often at most a person is written to; what waits already goes by the new choice."""
    mailbox = session.get(Mailbox, user_id)
    if mailbox is None:
        session.add(Mailbox(user_id=user_id, every=every.value))
    else:
        mailbox.every = every.value
    session.flush()
    session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.status == MailStatus.WAITING)
        .where(Notice.due_at > now(), Notice.attempts == 0)
        .values(due_at=now())
    )


def stop_mail(session: Session, user_public_id: str) -> None:
    """Stop the mails of a person who presses the link in one; a second press changes nothing."""
    found = select(User.id).where(User.public_id == user_public_id)
    user_id = session.scalars(found).one_or_none()
    if user_id is not None:
        set_mail_every(session, user_id, MailEvery.NEVER)


def cancel_pending(session: Session, user_ids: Iterable[int]) -> int:
    """Stop what has not been sent to these persons; word of their own account still reaches them.

    Returns how many notices were stopped. A mail that is being handed over at this very moment
    cannot be called back.
    """
    stopped = session.execute(
        update(Notice)
        .where(
            Notice.user_id.in_(sorted(set(user_ids))),
            Notice.status == MailStatus.WAITING,
            Notice.kind != NoticeKind.SECURITY,
        )
        .values(status=MailStatus.CANCELLED.value, link=None)
    )
    return cast("CursorResult[Any]", stopped).rowcount


def forget_notices(session: Session, before: datetime) -> int:
    """Delete what was settled before this moment: sent, stopped or given up."""
    n = 0
    for kind in (Notice, Letter):
        old = kind.status != MailStatus.WAITING, kind.created_at < before
        gone = session.execute(delete(kind).where(*old))
        n += cast("CursorResult[Any]", gone).rowcount
    return n
