"""The one place that commits: a write, its audit row and its resend key go together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.access import Actor
from matchmaker.errors import AlreadyChanged, MatchmakerError
from matchmaker.extensions import db
from matchmaker.models import IdempotencyKey


class AlreadyDone(MatchmakerError):
    """The same write was done before under this key; carries where its answer leads."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass
class Work:
    """One transaction in progress."""

    session: Session
    key: IdempotencyKey | None = None

    def leads_to(self, location: str) -> str:
        """Remember where the answer leads, so that a resend is sent to the same place."""
        if self.key is not None:
            self.key.location = location
        return location


@contextmanager
def transaction(
    actor: Actor | None = None, key: str | None = None, name: str = ""
) -> Iterator[Work]:
    """Run a write: everything is read afresh, one commit at the end.

    Parameters
    ----------
    actor, key, name
        Who resends what: with a key, a second run under the same key raises `AlreadyDone`.

    Raises
    ------
    AlreadyDone
        If this actor did this write before under the same key.
    AlreadyChanged
        If a row was changed by somebody else in the meantime.
    """
    session = db.session()
    session.rollback()  # ends the reading part of the request: what was loaded is read again
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    work = Work(session)
    try:
        if key and actor is not None and actor.user_id is not None:
            work.key = _claim(session, actor, key, name)
        yield work
        session.commit()
    except StaleDataError as stale:
        session.rollback()
        raise AlreadyChanged from stale
    except BaseException:
        session.rollback()
        raise


def _claim(session: Session, actor: Actor, key: str, name: str) -> IdempotencyKey:
    """Take the key, or tell that it was used; a second writer waits here for the first."""
    values = {"key": key, "user_id": actor.user_id, "endpoint": name, "location": ""}
    try:
        with session.begin_nested():
            session.execute(insert(IdempotencyKey).values(values))
    except IntegrityError:
        used = session.get_one(IdempotencyKey, key)
        if used.user_id != actor.user_id or used.endpoint != name:
            raise AlreadyChanged from None
        raise AlreadyDone(used.location) from None
    return session.get_one(IdempotencyKey, key)
