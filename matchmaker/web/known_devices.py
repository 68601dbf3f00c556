"""Browsers that somebody has signed in with before: told apart by a mark in a cookie.

A new one is told by mail. A known one is still let in while somebody else's wrong passwords have
closed the account to browsers that nobody knows, so that guessing locks nobody out.
"""

import hashlib
import hmac
import secrets

from flask import Response, current_app, g, request
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import KnownDevice, User, this_hour
from matchmaker.models.encrypted import normal_address
from matchmaker.outbox import queue_notice
from matchmaker.unit_of_work import Work
from matchmaker.vocabulary import NoticeKind

LIFETIME_S = 400 * 24 * 3600
"""How long a browser is remembered; longer is what browsers allow."""


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _digest(email: str, mark: str) -> str:
    """Return what is stored: made of the address, it costs the same for accounts that are none."""
    key = f"known-device:{current_app.config['SECRET_KEY']}".encode()
    text = f"{normal_address(email)}\n{mark}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def device_of(email: str) -> str:
    """Return the digest of this browser for the account of an address, "" where it has no mark."""
    mark = request.cookies.get(_cookie_name(), "")[:64]
    return _digest(email, mark) if mark else ""


def is_known(email: str) -> bool:
    """Tell whether this browser has signed in to the account of this address before."""
    digest = device_of(email)
    if not digest:
        return False
    if g.get("device_asked") != digest:
        found = select(KnownDevice.id).where(KnownDevice.digest == digest)
        g.device_asked, g.device_known = digest, db.session.scalar(found) is not None
    return bool(g.device_known)


def remember(work: Work, user_id: int, response: Response) -> None:
    """Remember the browser; tell the person by mail when it is a new one, but not the first."""
    email = work.session.get_one(User, user_id).email
    mark = request.cookies.get(_cookie_name(), "")[:64] or secrets.token_urlsafe(32)
    digest = _digest(email, mark)
    known = select(KnownDevice).where(KnownDevice.user_id == user_id)
    device = work.session.scalars(known.where(KnownDevice.digest == digest)).one_or_none()
    if device is not None:
        device.last_used_at = this_hour()
    else:
        if work.session.scalars(known.limit(1)).first() is not None:
            queue_notice(work.session, user_id, NoticeKind.SECURITY)
        work.session.add(KnownDevice(user_id=user_id, digest=digest))
    response.set_cookie(
        _cookie_name(),
        mark,
        max_age=LIFETIME_S,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
