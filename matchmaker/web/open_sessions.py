"""How long a session lasts, which ones are open, and what ends them: checked at every request.

Each sign-in writes a row; a session whose row is gone is over with its next request, whatever the
store of sessions still holds (a slow request may write an ended session back into it).
"""

import time
from collections.abc import Sequence

from flask import Flask, Response, current_app, flash, g, request, session
from flask_babel import gettext
from flask_security import current_user, logout_user
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from sqlalchemy import delete, select, update

from matchmaker.extensions import db
from matchmaker.models import (
    SignInSession,
    User,
    new_public_id,
    now,
    this_hour,
)
from matchmaker.outbox import queue_notice
from matchmaker.unit_of_work import Work, transaction
from matchmaker.vocabulary import N_, NoticeKind, Role
from matchmaker.web.actor import current_actor
from matchmaker.web.device import device_code
from matchmaker.web.held_post import SESSION_KEY as HELD_POST
from matchmaker.web.known_devices import remember
from matchmaker.web.language import SESSION_KEY as LOCALE
from matchmaker.web.language import keep_first_language
from matchmaker.web.session_id import new_session_id
from matchmaker.web.step_up import PROVED_AT

ROW, STARTED, SEEN = "sign_in_row", "signed_in_at", "seen_at"
"""Session keys: public id of the row, begin, last use."""
KEPT_AFTERWARDS = (LOCALE, HELD_POST)
"""What of a session outlives its sign-in: the language, and a form that was sent too late."""
STRICT_ROLES = {Role.COORDINATOR.value, Role.ADMINISTRATOR.value}

UNUSED = N_("We signed you out because the site was not used for a while. Sign in to go on.")
TOO_LONG = N_("We signed you out, as a session lasts 12 hours at most. Sign in to go on.")
ENDED = N_("This session was ended. Sign in to go on.")


def init_open_sessions(app: Flask) -> None:
    """Watch over the sessions of the app."""
    user_authenticated.connect(begin, app)
    for change in (password_changed, password_reset):
        change.connect(end_others_afterwards, app)
    for change in (tf_disabled, tf_profile_changed, wan_deleted, wan_registered):
        change.connect(tell_and_end_others_afterwards, app)
    app.before_request(end_what_is_over)
    app.after_request(write_down)


def begin(app: Flask, user: User, authn_via: Sequence[str] | None = None, **extra: object) -> None:
    """Start a session under a new id; the row is written once the library has committed."""
    new_session_id()
    if "change" in (authn_via or ()) and has_second_factor(user):
        # The library signs in again after a change of the password: that is no second factor.
        session[PROVED_AT] = g.get("proved_before", 0)
    g.ended_row = session.get(ROW)
    session[ROW] = new_public_id()
    session[STARTED] = session[SEEN] = time.time()
    g.begun_for = user.id


def end_others_afterwards(app: Flask, user: User, **extra: object) -> None:
    """End the other sessions of a person whose password or second factor has changed."""
    g.end_others_of = user.id


def tell_and_end_others_afterwards(app: Flask, user: User, **extra: object) -> None:
    """Do so, and have the person told by mail; the library tells of passwords itself."""
    g.end_others_of = g.tell = user.id


def write_down(response: Response) -> Response:
    """Write what began and what ended in this request, after the library's own commit."""
    begun_for, end_others_of = g.pop("begun_for", None), g.pop("end_others_of", None)
    if begun_for is None and end_others_of is None:
        return response
    with transaction() as work:
        if begun_for is not None:
            _add_row(work, begun_for)
            keep_first_language(work, begun_for)
            remember(work, begun_for, response)
        if end_others_of is not None:
            end_others(work, end_others_of)
        if tell := g.pop("tell", None):
            queue_notice(work.session, tell, NoticeKind.SECURITY)
    return response


def _add_row(work: Work, user_id: int) -> None:
    """Write the row of this session; rows of sessions that have run out go."""
    oldest = now() - current_app.permanent_session_lifetime
    work.session.execute(
        delete(SignInSession).where(
            (SignInSession.created_at < oldest) | (SignInSession.public_id == g.pop("ended_row"))
        )
    )
    device = device_code(request.headers.get("User-Agent", ""))
    work.session.add(SignInSession(public_id=session[ROW], user_id=user_id, device=device))


def end_others(work: Work, user_id: int) -> None:
    """End all sessions of a person but this one."""
    work.session.execute(
        delete(SignInSession).where(
            SignInSession.user_id == user_id, SignInSession.public_id != session.get(ROW, "")
        )
    )


def end_one(work: Work, user_id: int, public_id: str) -> None:
    """End one session of a person."""
    work.session.execute(
        delete(SignInSession).where(
            SignInSession.user_id == user_id, SignInSession.public_id == public_id
        )
    )


def open_sessions_of(user_id: int) -> Sequence[SignInSession]:
    """Return the open sessions of a person, the latest first."""
    oldest = now() - current_app.permanent_session_lifetime
    return db.session.scalars(
        select(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.created_at >= oldest)
        .order_by(SignInSession.id.desc())
    ).all()


def end_what_is_over() -> None:
    """Sign out whose session has ended; otherwise note that it is in use."""
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    g.proved_before = session.get(PROVED_AT, 0)
    message = _why_over()
    if message:
        leave()
        flash(gettext(message), "info")
    elif request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        session[SEEN] = time.time()  # what a script fetches in the background is no use


def _why_over() -> str | None:
    """Return why the session is over, or None while it goes on."""
    began, seen, present = session.get(STARTED, 0), session.get(SEEN, 0), time.time()
    row = db.session.scalars(
        select(SignInSession).where(
            SignInSession.public_id == session.get(ROW, ""),
            SignInSession.user_id == current_user.id,
        )
    ).one_or_none()
    if row is None:
        return ENDED
    if present - began >= current_app.permanent_session_lifetime.total_seconds():
        return TOO_LONG
    if present - seen >= idle_limit_s():
        return UNUSED
    if row.last_used_at < this_hour():
        _note_hour(row.id)
    return None


def idle_limit_s() -> float:
    """Return how long the session may stay unused: shorter for who can see more."""
    current_actor()
    strict = any(row.role in STRICT_ROLES for row in g.memberships)
    limit = current_app.config["IDLE_STRICT" if strict else "IDLE"]
    return float(limit.total_seconds())


def _note_hour(row_id: int) -> None:
    """Note the hour of use, once an hour, for the list of one's open sessions."""
    with transaction() as work:
        work.session.execute(
            update(SignInSession).where(SignInSession.id == row_id).values(last_used_at=this_hour())
        )


def has_second_factor(user: User) -> bool:
    """Tell whether the person has set up an authenticator app or a security key."""
    return bool(user.tf_primary_method and user.tf_totp_secret) or bool(user.webauthn)


def leave() -> None:
    """Sign out: nothing of the session is left but the language and a form sent too late."""
    kept = {key: session[key] for key in KEPT_AFTERWARDS if key in session}
    if current_user.is_authenticated:
        with transaction() as work:
            end_one(work, current_user.id, session.get(ROW, ""))
        logout_user()
    new_session_id()  # first: an empty session gets no new one
    session.clear()
    session.update(kept)
    for name in ("actor", "membership", "memberships"):
        g.pop(name, None)
