"""Take what waits in the outbox to the mail server: one mail per person and window, never twice.

Each person has a mailbox row. Who sends takes a lease on it, commits, hands the mail over with no
transaction open, and notes the end in a second transaction. A process that dies in between leaves a
lease that runs out: the mail may then go a second time, under the same Message-ID.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from flask_mailman import EmailMessage
from sqlalchemy import CursorResult, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM
from matchmaker.access.invited import invitation_stands
from matchmaker.audit import move
from matchmaker.extensions import db
from matchmaker.mail import (
    OF_ONE_MAIL,
    UNSENDABLE,
    Addressee,
    compose,
    compose_invitation,
    give,
)
from matchmaker.models import Invitation, Letter, Mailbox, Notice, User, now
from matchmaker.outbox import forget_notices
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import InvitationStatus, MailEvery, MailStatus, NoticeKind

log = logging.getLogger(__name__)

WINDOW = {
    MailEvery.AT_ONCE: timedelta(hours=1),
    MailEvery.DAILY: timedelta(days=1),
    MailEvery.WEEKLY: timedelta(days=7),
}
"""How long after one mail the next may go."""
LEASE = timedelta(minutes=10)
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440)]
"""How long to wait after each attempt that failed; after the last one the notice is given up."""
KEPT = timedelta(days=30)
"""How long a settled notice is kept, so that an operator can see what went out."""
FAILURES_IN_A_ROW = 3
"""After so many, the server is taken as gone until the next run."""
AT_MOST = 500
"""Mails of one run, so that it ends before the next begins."""


@dataclass(frozen=True)
class Claim:
    """A mail that this process alone may send now."""

    user_id: int
    lease: str
    mail_id: str
    to: Addressee
    notices: tuple[int, ...]
    security: bool
    links: tuple[str, ...] = ()
    """Tokens of links that work once, which the mail carries."""


def deliver_due(clock: Callable[[], datetime] = now) -> dict[str, int]:
    """Send what is due; return how many mails went, how many failed. Never raises for the server.

    Parameters
    ----------
    clock
        Tells the time.
    """
    done = {"mailed": 0, "mails_failed": 0}
    in_a_row = 0
    for user_id in _persons_due(clock()):
        for security in (True, False):
            try:
                error, tried = _write_to(user_id, clock, security=security)
            except Exception:  # one person's trouble must not keep mail from all others
                log.exception("mail_not_written")
                db.session().rollback()
                done["mails_failed"] += 1
                continue
            if tried:
                in_a_row = _server_failures(in_a_row, error)
                done["mails_failed" if error else "mailed"] += 1
        if in_a_row >= FAILURES_IN_A_ROW:
            break
    if in_a_row < FAILURES_IN_A_ROW:
        _deliver_letters(clock, done)
    with transaction() as work:
        forget_notices(work.session, clock() - KEPT)
    return done


def _deliver_letters(clock: Callable[[], datetime], done: dict[str, int]) -> None:
    """Send the invitations that are due, until the server has refused several in a row."""
    session = db.session()
    due = Letter.status == MailStatus.WAITING, Letter.due_at <= clock()
    found = list(session.scalars(select(Letter.id).where(*due).order_by(Letter.id).limit(AT_MOST)))
    session.rollback()
    in_a_row = 0
    for letter_id in found:
        try:
            error, tried = _send_letter(letter_id, clock)
        except Exception:  # one letter's trouble must not keep mail from all others
            log.exception("letter_not_sent")
            db.session().rollback()
            done["mails_failed"] += 1
            continue
        if not tried:
            continue
        in_a_row = _server_failures(in_a_row, error)
        done["mails_failed" if error else "mailed"] += 1
        if in_a_row >= FAILURES_IN_A_ROW:
            return


def _server_failures(before: int, error: str | None) -> int:
    """Return how often in a row the server failed; a bad address says nothing against it."""
    return 0 if error is None or error in OF_ONE_MAIL else before + 1


def _send_letter(letter_id: int, clock: Callable[[], datetime]) -> tuple[str | None, bool]:
    """Send an invitation; return a code where that failed, and whether it was tried at all."""
    write = _claim_letter(letter_id, clock())
    if write is None:
        return None, False
    error = _hand_over(write)
    _note_letter(letter_id, error, clock())
    return error, True


def _claim_letter(letter_id: int, at: datetime) -> Callable[[], EmailMessage] | None:
    """Take the right to send an invitation and return what writes it; None where it may not go.

    The lease is the time at which it is due again: who dies in between has it sent later.
    """
    with transaction() as work:
        session = work.session
        due = Letter.id == letter_id, Letter.status == MailStatus.WAITING, Letter.due_at <= at
        taken = session.execute(
            update(Letter)
            .where(*due)
            .values(due_at=at + LEASE, attempts=Letter.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", taken).rowcount != 1:
            return None
        letter = session.get_one(Letter, letter_id, populate_existing=True)
        invitation = letter.invitation
        if letter.url is None or not invitation_stands(session, invitation, at):
            _drop(session, letter, at)
            return None
        town = invitation.municipality
        # A town that has hidden itself sends nothing: a mail that comes just then can be seen.
        # The letter waits as one that was never tried, so that it is not taken for trouble.
        if town is not None and town.hidden:
            letter.attempts, letter.last_error = letter.attempts - 1, None
            return None
        return partial(
            compose_invitation,
            invitation.address,
            letter.url,
            invitation.expires_at,
            letter.locale,
            letter.mail_id,
        )


def _drop(session: Session, letter: Letter, at: datetime) -> None:
    """Cancel a letter that leads nowhere; its invitation waits for nobody, and says so."""
    letter.status, letter.url = MailStatus.CANCELLED.value, None
    invitation = letter.invitation
    session.refresh(invitation, with_for_update={"of": Invitation})
    if invitation.status == InvitationStatus.OPEN and invitation.expires_at > at:
        move(session, PLATFORM, invitation, InvitationStatus.WITHDRAWN)


def _note_letter(letter_id: int, error: str | None, at: datetime) -> None:
    """Write down what became of an invitation; its link is kept no longer than it has to be."""
    with transaction() as work:
        letter = work.session.get(Letter, letter_id)
        if letter is None:
            return
        if error is None:
            letter.status, letter.sent_at, letter.last_error = MailStatus.SENT.value, at, None
        else:
            _put_off(letter, error, at)
        if letter.status != MailStatus.WAITING:
            letter.url = None


def _write_to(
    user_id: int, clock: Callable[[], datetime], *, security: bool
) -> tuple[str | None, bool]:
    """Send a person what may go now; return a code where that failed, and whether it was tried."""
    claim = _claim(user_id, clock(), security=security)
    if claim is None:
        return None, False
    if not _is_still_wanted(claim):
        _note_end(claim, "cancelled", clock())
        return None, False
    error = _hand_over(
        lambda: compose(claim.to, claim.mail_id, security=claim.security, links=claim.links)
    )
    _note_end(claim, error, clock())
    return error, True


def _persons_due(at: datetime) -> list[int]:
    """Return the persons for whom something is due, who waits longest first."""
    session = db.session()
    query = (
        select(Notice.user_id)
        .where(Notice.status == MailStatus.WAITING, Notice.due_at <= at)
        .group_by(Notice.user_id)
        .order_by(func.min(Notice.due_at), Notice.user_id)
        .limit(AT_MOST)
    )
    found = list(session.scalars(query))
    session.rollback()
    return found


def _claim(user_id: int, at: datetime, *, security: bool) -> Claim | None:
    """Take the right to write to a person now, or None where nothing may go at this moment."""
    lease = secrets.token_hex(16)
    with transaction() as work:
        session = work.session
        if not _take_lease(session, user_id, lease, at):
            return None
        mailbox = session.get_one(Mailbox, user_id, populate_existing=True)
        notices = _due(session, user_id, at, security=security)
        user = session.get_one(User, user_id)
        if not security:
            notices = _held_back(mailbox, user, notices, at)
        if not notices:
            mailbox.lease = mailbox.leased_until = None
            return None
        mail_id = next((n.mail_id for n in notices if n.mail_id), None) or secrets.token_hex(16)
        for notice in notices:
            notice.attempts += 1
            notice.mail_id = mail_id
        to = Addressee(str(user.email), user.locale or "en", user.public_id)
        links = tuple(n.link for n in notices if n.link)
        return Claim(user_id, lease, mail_id, to, tuple(n.id for n in notices), security, links)


def _take_lease(session: Session, user_id: int, lease: str, at: datetime) -> bool:
    """Take the mailbox, unless somebody holds it; the update decides between two at once."""
    if session.get(Mailbox, user_id) is None:
        try:
            with session.begin_nested():
                values = {"user_id": user_id, "every": MailEvery.AT_ONCE.value}
                session.execute(insert(Mailbox).values(values))
        except IntegrityError:
            log.debug("mailbox made by another process")
    free = or_(Mailbox.leased_until.is_(None), Mailbox.leased_until <= at)
    taken = session.execute(
        update(Mailbox)
        .where(Mailbox.user_id == user_id, free)
        .values(lease=lease, leased_until=at + LEASE)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def _due(session: Session, user_id: int, at: datetime, *, security: bool) -> list[Notice]:
    is_security = Notice.kind == NoticeKind.SECURITY
    query = select(Notice).where(
        Notice.user_id == user_id,
        Notice.status == MailStatus.WAITING,
        Notice.due_at <= at,
        is_security if security else ~is_security,
    )
    return list(session.scalars(query.order_by(Notice.id).with_for_update()))


def _held_back(mailbox: Mailbox, user: User, notices: list[Notice], at: datetime) -> list[Notice]:
    """Return what may go now: nothing to who wants none, nothing before the window is over."""
    every = MailEvery(mailbox.every)
    if every is MailEvery.NEVER or not user.active or user.confirmed_at is None:
        for notice in notices:
            notice.status, notice.link = MailStatus.CANCELLED.value, None
        return []
    opens_at = mailbox.mailed_at + WINDOW[every] if mailbox.mailed_at else at
    if opens_at > at:
        for notice in notices:
            notice.due_at = opens_at
        return []
    return notices


def _is_still_wanted(claim: Claim) -> bool:
    """Tell whether anything of the mail still waits: a town may have hidden since the claim."""
    session = db.session()
    waiting = (Notice.id.in_(claim.notices), Notice.status == MailStatus.WAITING)
    found = session.scalar(select(Notice.id).where(*waiting).limit(1))
    session.rollback()
    return found is not None


def _hand_over(write: Callable[[], EmailMessage]) -> str | None:
    """Write a mail and give it to the server; return a code where that failed."""
    try:
        message = write()
    except Exception:  # tried again later: what stands in the way may be a template
        log.exception("mail_not_written")
        return UNSENDABLE
    return give(message)


def _note_end(claim: Claim, error: str | None, at: datetime) -> None:
    """Write down what became of the mail and give the mailbox free."""
    with transaction() as work:
        held = (Mailbox.user_id == claim.user_id) & (Mailbox.lease == claim.lease)
        free: dict[str, Any] = {"lease": None, "leased_until": None}
        if error is None and not claim.security:
            free["mailed_at"] = at
        work.session.execute(update(Mailbox).where(held).values(free))
        waiting = select(Notice).where(
            Notice.id.in_(claim.notices), Notice.status == MailStatus.WAITING
        )
        for notice in work.session.scalars(waiting.with_for_update()):
            if error is None:
                notice.status, notice.sent_at = MailStatus.SENT.value, at
                notice.link = None
                notice.locale = claim.to.locale
            else:
                _put_off(notice, error, at)


def _put_off(notice: Notice | Letter, error: str, at: datetime) -> None:
    notice.last_error = error
    if notice.attempts > len(BACKOFF):
        notice.status = MailStatus.GIVEN_UP.value
        if isinstance(notice, Notice):
            notice.link = None
    else:
        notice.due_at = at + BACKOFF[notice.attempts - 1]
