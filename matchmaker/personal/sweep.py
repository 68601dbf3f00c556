"""What time deletes, by the table in ``retention``; each kind in a transaction of its own."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, exists, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM
from matchmaker.engagements.places import DEAD
from matchmaker.errors import MatchmakerError
from matchmaker.models import (
    Application,
    AuditEvent,
    AuditText,
    Engagement,
    HeldPost,
    IdempotencyKey,
    IdentityChange,
    Invitation,
    Job,
    KnownDevice,
    Membership,
    Message,
    Need,
    NeedEntry,
    Offer,
    OneTimeLink,
    OtherActor,
    PreconditionAnswer,
    Proposal,
    Receipt,
    RightsFlag,
    SignInSession,
    Thread,
    now,
)
from matchmaker.models.base import Base
from matchmaker.outbox import forget_notices
from matchmaker.personal.erasing import (
    APPLICATION_TEXTS,
    EVIDENCE_TEXTS,
    GONE,
    erase_account,
    erase_application,
    erase_change,
    erase_flag,
    erase_judgements,
    erase_texts,
    erase_work,
)
from matchmaker.personal.queries import due_requests, never_confirmed
from matchmaker.personal.service import delete_when_due
from matchmaker.retention import KINDS
from matchmaker.safeguards.impact_service import erase_check_texts
from matchmaker.unit_of_work import transaction
from matchmaker.verification.queries import expired_applications
from matchmaker.verification.service import expire_application
from matchmaker.vocabulary import JobStatus

log = logging.getLogger(__name__)
AT_MOST = 500
"""Rows of one kind in one transaction, so that nobody waits long for a lock."""


def sweep(at: datetime | None = None) -> dict[str, int]:
    """Delete what has run out at this moment; return how many rows of each kind.

    Each kind goes whatever became of the others; `not_done` counts what failed unforeseen.
    """
    at = at or now()
    done = dict.fromkeys(("deletions_done", *ACTS, "not_done"), 0)
    _deletions(at, done)
    for name, act in ACTS.items():
        _run(name, act, at, done)
    return done


def _deletions(at: datetime, done: dict[str, int]) -> None:
    """Carry out the deletions that are due; one that cannot be yet comes round again."""
    ids: list[int] = []
    with _one("deletion", done), transaction() as work:
        ids = due_requests(work.session, at)
    for request_id in ids:
        with _one("deletion", done):
            with transaction() as work:
                n = delete_when_due(work.session, request_id, at)
            done["deletions_done"] += n


def _run(
    name: str, act: Callable[[Session, datetime], int], at: datetime, done: dict[str, int]
) -> None:
    n = AT_MOST
    while n >= AT_MOST:
        n = 0
        with _one(name, done):
            with transaction() as work:
                n = act(work.session, at)
            done[name] += n


@contextmanager
def _one(name: str, done: dict[str, int]) -> Iterator[None]:
    """Do one piece: what fails is logged and comes round again at the next tick."""
    try:
        yield
    except (DBAPIError, MatchmakerError) as error:
        log.info("sweep_not_done kind=%s error=%s", name, type(error).__name__)
    except Exception:  # a fault in one kind must not keep all others beyond their time
        log.exception("sweep_not_done kind=%s", name)
        done["not_done"] += 1


def _before(kind: str, at: datetime) -> datetime:
    return at - KINDS[kind].time


def _count(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount


def _delete(session: Session, model: type[Base], keys: Select[Any]) -> int:
    (key,) = model.__table__.primary_key.columns  # type: ignore[attr-defined]
    found = session.scalars(keys.limit(AT_MOST)).all()
    return _count(session.execute(delete(model).where(key.in_(found)))) if found else 0


def _unconfirmed(session: Session, at: datetime) -> int:
    users = never_confirmed(session, _before("unconfirmed", at), AT_MOST)
    for user in users:
        erase_account(session, user)
    return len(users)


def _held(session: Session, at: datetime) -> int:
    return _delete(session, HeldPost, select(HeldPost.id).where(HeldPost.expires_at < at))


def _resend(session: Session, at: datetime) -> int:
    old = IdempotencyKey.created_at < _before("resend", at)
    return _delete(session, IdempotencyKey, select(IdempotencyKey.key).where(old))


def _links(session: Session, at: datetime) -> int:
    old = OneTimeLink.expires_at < _before("link", at)
    return _delete(session, OneTimeLink, select(OneTimeLink.id).where(old))


def _invitations(session: Session, at: datetime) -> int:
    old = Invitation.expires_at < _before("invitation", at)
    return _delete(session, Invitation, select(Invitation.id).where(old))


def _receipts(session: Session, at: datetime) -> int:
    return _delete(session, Receipt, select(Receipt.id).where(Receipt.expires_at < at))


def _sessions(session: Session, at: datetime) -> int:
    old = SignInSession.last_used_at < _before("session", at)
    return _delete(session, SignInSession, select(SignInSession.id).where(old))


def _devices(session: Session, at: datetime) -> int:
    old = KnownDevice.last_used_at < _before("device", at)
    return _delete(session, KnownDevice, select(KnownDevice.id).where(old))


def _jobs(session: Session, at: datetime) -> int:
    ended = Job.status.not_in((JobStatus.QUEUED.value, JobStatus.RUNNING.value))
    old = Job.created_at < _before("job", at)
    return _delete(session, Job, select(Job.id).where(ended, old))


def _read_back(session: Session, at: datetime) -> int:
    old = NeedEntry.code_expires_at < at
    return _count(
        session.execute(update(NeedEntry).where(old).values(code=None, code_expires_at=None))
    )


def _labels(session: Session, at: datetime) -> int:
    left = Membership.ended_at < _before("membership", at)
    query = update(Membership).where(left, Membership.label.is_not(None)).values(label=None)
    return _count(session.execute(query))


def _drafts(session: Session, at: datetime) -> int:
    """Delete drafts that were never submitted, with everything that hangs on them."""
    old = _before("draft", at)
    rows: list[Any] = []
    for model in (Need, Offer):
        found = session.scalars(
            select(model)
            .where(
                model.status.in_(("draft", "withdrawn")),
                model.submitted_at.is_(None),
                model.created_at < old,
            )
            .limit(AT_MOST)
        ).all()
        rows += found
    for row in rows:
        session.delete(row)
    return len(rows)


def _ended_texts(session: Session, at: datetime) -> int:
    """Empty the text of needs and offers that ended long enough ago."""
    n_done = 0
    for model, kind in ((Need, "need"), (Offer, "offer")):
        ended = (
            select(AuditEvent.subject_id)
            .where(
                AuditEvent.subject_kind == kind,
                AuditEvent.event.in_((f"{kind}.closed", f"{kind}.withdrawn")),
            )
            .group_by(AuditEvent.subject_id)
            .having(func.max(AuditEvent.at) < _before("need", at))
        )
        over = model.status.in_(("closed", "withdrawn"))
        rows: Sequence[Any] = session.scalars(
            select(model)
            .where(over, model.title != GONE, model.public_id.in_(ended))
            .limit(AT_MOST)
        ).all()
        for row in rows:
            erase_texts(row)
        erase_judgements(session, [row for row in rows if isinstance(row, Need)])
        n_done += len(rows)
    return n_done


def _areas(session: Session, at: datetime) -> int:
    """Forget who was at work in an area, and the words beside its preconditions, once old."""
    cutoff = _before("area", at)
    old = PreconditionAnswer.area_id.is_not(None), PreconditionAnswer.created_at < cutoff
    answers = [
        row
        for row in session.scalars(select(PreconditionAnswer).where(*old))
        if row.source or row.text
    ]
    for row in answers:
        row.source = row.text = ""
    entered = OtherActor.need_id.is_(None), OtherActor.created_at < cutoff
    return len(answers) + _count(session.execute(delete(OtherActor).where(*entered)))


def _plans(session: Session, at: datetime) -> int:
    old = Engagement.ended_at < _before("engagement", at)
    rows = session.scalars(select(Engagement).where(old)).all()
    return sum(erase_work(session, row) > 0 for row in rows)


def _checks(session: Session, at: datetime) -> int:
    """Empty the checks of matches that ended long enough ago, with or without work."""
    cutoff = _before("impact", at)
    ended = (
        select(AuditEvent.subject_id)
        .where(
            AuditEvent.subject_kind == "proposal",
            AuditEvent.event.in_([f"proposal.{status}" for status in DEAD]),
            AuditEvent.at < cutoff,
        )
        .scalar_subquery()
    )
    over = (
        select(Proposal.id)
        .outerjoin(Engagement, Engagement.proposal_id == Proposal.id)
        .where(
            (Proposal.status.in_(DEAD) & Proposal.public_id.in_(ended))
            | (Engagement.ended_at < cutoff)
        )
    )
    return erase_check_texts(session, list(session.scalars(over)))


def _messages(session: Session, at: datetime) -> int:
    """Delete what was written about matches that are over."""
    cutoff = _before("message", at)
    over = (
        select(Thread.id)
        .join(Thread.proposal)
        .outerjoin(Engagement, Engagement.proposal_id == Proposal.id)
        .where(Proposal.status.in_(DEAD) | (Engagement.ended_at < cutoff))
    )
    old = Message.created_at < cutoff
    return _delete(session, Message, select(Message.id).where(Message.thread_id.in_(over), old))


def _applications_ended(session: Session, at: datetime) -> int:
    """End applications in which nothing happened for too long."""
    keys = expired_applications(session, at)[:AT_MOST]
    rows = session.scalars(select(Application).where(Application.public_id.in_(keys))).all()
    for row in rows:
        expire_application(session, PLATFORM, row)
    return len(rows)


def _applications(session: Session, at: datetime) -> int:
    """Empty applications that were decided long enough ago, and flags that were lifted."""
    cutoff, n_done = _before("application", at), 0
    ended = select(Application).where(Application.changed_at < cutoff)
    for application in session.scalars(ended).all():
        told = [application, *application.evidence]
        if not application.is_open and any(_texts_of(row) for row in told):
            erase_application(application)
            n_done += 1
    for change in session.scalars(
        select(IdentityChange).where(IdentityChange.changed_at < cutoff)
    ).all():
        if not change.is_open and change.reason:
            erase_change(change)
            n_done += 1
    lifted = select(RightsFlag).where(RightsFlag.lifted_at < cutoff)
    for flag in session.scalars(lifted).all():
        if flag.source:
            erase_flag(flag)
            n_done += 1
    return n_done


def _texts_of(row: Any) -> list[str]:
    names = APPLICATION_TEXTS if isinstance(row, Application) else EVIDENCE_TEXTS
    return [getattr(row, name) for name in names if getattr(row, name)]


def _reasons(session: Session, at: datetime) -> int:
    """Erase the words of old events; the chain keeps their digests and still holds."""
    old = exists().where(AuditEvent.seq == AuditText.seq, AuditEvent.at < _before("reason", at))
    query = update(AuditText).where(old, AuditText.text.is_not(None))
    return _count(
        session.execute(
            query.values(text=None, erased_at=at), execution_options={"synchronize_session": False}
        )
    )


def _notices(session: Session, at: datetime) -> int:
    return forget_notices(session, _before("notice", at))


ACTS: dict[str, Callable[[Session, datetime], int]] = {
    "unconfirmed_deleted": _unconfirmed,
    "held_deleted": _held,
    "keys_deleted": _resend,
    "links_deleted": _links,
    "invitations_deleted": _invitations,
    "receipts_deleted": _receipts,
    "codes_erased": _read_back,
    "labels_erased": _labels,
    "drafts_deleted": _drafts,
    "texts_erased": _ended_texts,
    "areas_erased": _areas,
    "plans_erased": _plans,
    "checks_erased": _checks,
    "messages_deleted": _messages,
    "applications_ended": _applications_ended,
    "applications_erased": _applications,
    "reasons_erased": _reasons,
    "notices_deleted": _notices,
    "sessions_ended": _sessions,
    "devices_forgotten": _devices,
    "jobs_deleted": _jobs,
}


def sweep_sessions(folder: Path, at: float | None = None) -> int:
    """Delete the files of sessions that nobody has used for a day; Redis does this by itself."""
    oldest = (at or time.time()) - KINDS["session"].time.total_seconds()
    n_done = 0
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            n_done += 1
    return n_done
