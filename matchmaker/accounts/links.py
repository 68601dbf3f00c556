"""Links that work once: made, looked at without a change, and used up."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.errors import BadInput
from matchmaker.models import OneTimeLink, User, now
from matchmaker.vocabulary import N_

FIRST_PASSWORD = "first_password"  # noqa: S105 - the name of a purpose
LIFETIME = timedelta(minutes=10)


def issue_link(
    session: Session, user: User | int, purpose: str, until: datetime | None = None
) -> str:
    """Make a link for this person and purpose; return its token, which is kept nowhere.

    It works until the moment that is given, or for ten minutes.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            token_digest=_digest(token),
            user_id=user.id if isinstance(user, User) else user,
            purpose=purpose,
            expires_at=until or now() + LIFETIME,
        )
    )
    session.flush()
    return token


def find_link(session: Session, token: str, purpose: str, *, lock: bool = False) -> OneTimeLink:
    """Return the link of a token while it can still be used.

    Raises
    ------
    BadInput
        If there is none for this purpose, or it was used, or its time is over.
    """
    digest = _digest(token)
    query = select(OneTimeLink).where(OneTimeLink.token_digest == digest)
    link = session.scalars(query.with_for_update() if lock else query).one_or_none()
    good = (
        link is not None
        and hmac.compare_digest(link.token_digest, digest)
        and _is_for(link.purpose, purpose)
        and link.used_at is None
        and link.expires_at > now()
        and link.user.active
    )
    if not good or link is None:
        raise BadInput("", N_("This link is no longer valid. Ask for a new one."))
    return link


def _is_for(has: str, asked: str) -> bool:
    """Compare purposes; one asked that ends in a colon stands for all that begin with it."""
    return hmac.compare_digest(has[: len(asked)] if asked.endswith(":") else has, asked)


def void_links(session: Session, user_id: int, purpose: str) -> None:
    """Use up every link of a person for a purpose: what it leads to was done in another way."""
    unused = OneTimeLink.used_at.is_(None), OneTimeLink.purpose == purpose
    session.execute(
        update(OneTimeLink).where(OneTimeLink.user_id == user_id, *unused).values(used_at=now())
    )


def use_link(session: Session, token: str, purpose: str) -> User:
    """Use the link up and return its person; of several at once exactly one succeeds."""
    link = find_link(session, token, purpose, lock=True)
    link.used_at = now()
    session.flush()
    return link.user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
