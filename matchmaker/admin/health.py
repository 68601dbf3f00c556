"""Whether the platform can do its work now: each check is one code, without any detail."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker.config import PACKAGE
from matchmaker.delivery import BACKOFF
from matchmaker.mail import OF_ONE_MAIL
from matchmaker.models import Letter, Notice, now
from matchmaker.models.encrypted import WrongKey
from matchmaker.models.key_check import database_secret
from matchmaker.vocabulary import MailStatus

MAIL_WAITS_AT_MOST = timedelta(hours=6)
"""Longer than a mail server is usually away, shorter than the shortest term for an answer."""
FREE_AT_LEAST = 50 * 1024 * 1024


def database_answers(session: Session, folder: Path) -> bool:
    """Tell whether the database answers."""
    return session.scalar(text("SELECT 1")) == 1


def schema_is_present(session: Session, folder: Path) -> bool:
    """Tell whether the schema is the one this version was written for."""
    there = MigrationContext.configure(session.connection()).get_current_revision()
    return there == ScriptDirectory(str(PACKAGE / "migrations")).get_current_head()


def key_is_right(session: Session, folder: Path) -> bool:
    """Tell whether the database was sealed with a key of this process."""
    try:
        return bool(database_secret(session))
    except WrongKey:
        return False


def mail_goes_out(session: Session, folder: Path) -> bool:
    """Tell whether no mail waits much longer than it should.

    Either nobody takes what is due to the server, or the server has taken nothing since what it
    failed over was first tried. One address that is refused says nothing: others are served.
    """
    limit = now() - MAIL_WAITS_AT_MOST
    for kind in (Notice, Letter):
        waiting = kind.status == MailStatus.WAITING
        oldest = session.scalar(select(func.min(kind.due_at)).where(waiting))
        if oldest is not None and oldest <= limit:
            return False
        tried = select(kind.attempts, func.min(kind.due_at)).where(
            waiting, kind.last_error.is_not(None), kind.last_error.not_in(OF_ONE_MAIL)
        )
        for attempts, due_at in session.execute(tried.group_by(kind.attempts)):
            # Each attempt that failed moves the date, so that it does not tell the first one.
            first = due_at - sum(BACKOFF[:attempts], timedelta())
            if first <= limit and not _sent_since(session, limit):
                return False
    return True


def _sent_since(session: Session, moment: datetime) -> bool:
    return any(
        session.scalar(select(kind.id).where(kind.sent_at > moment).limit(1)) is not None
        for kind in (Notice, Letter)
    )


def disk_takes_more(session: Session, folder: Path) -> bool:
    """Tell whether the folder of sessions can be written and has room."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        return shutil.disk_usage(folder).free >= FREE_AT_LEAST
    except OSError:
        return False


CHECKS: dict[str, Callable[[Session, Path], bool]] = {
    "database": database_answers,
    "schema": schema_is_present,
    "key": key_is_right,
    "mail": mail_goes_out,
    "disk": disk_takes_more,
}


def failing(session: Session, folder: Path) -> list[str]:
    """Return the codes of the checks that fail; what builds on the database only if it answers."""
    failed: list[str] = []
    for code, check in CHECKS.items():
        if failed and code != "disk":
            continue
        try:
            good = check(session, folder)
        except SQLAlchemyError:
            session.rollback()
            good = False
        if not good:
            failed.append(code)
    session.rollback()
    return failed
