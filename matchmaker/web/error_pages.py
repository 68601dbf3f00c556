"""What a person reads when something cannot be done."""

import math
import time

from flask import (
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from matchmaker.access import ANONYMOUS
from matchmaker.audit.openings import raise_alert
from matchmaker.errors import (
    AlreadyChanged,
    ChangedSince,
    NoPlaceLeft,
    NotAllowed,
    TooMuchOpened,
    WrongStep,
)
from matchmaker.extensions import db, limiter
from matchmaker.unit_of_work import AlreadyDone, transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.changed import changed_page
from matchmaker.web.guard import to_sign_in

PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}


def init_error_pages(app: Flask) -> None:
    """Answer every error with a plain page that says what to do next."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(SecurityError, refuse_host)
    app.register_error_handler(CSRFError, on_missing_token)
    app.register_error_handler(NotAllowed, lambda error: page(404))
    for conflict in (AlreadyChanged, NoPlaceLeft, WrongStep):
        app.register_error_handler(conflict, show_conflict)
    app.register_error_handler(ChangedSince, show_what_changed)
    app.register_error_handler(TooMuchOpened, refuse_more_openings)
    app.register_error_handler(AlreadyDone, lambda done: redirect(done.location, 303))
    app.register_error_handler(OperationalError, show_database_gone)


def page(code: int, **values: object) -> ResponseReturnValue:
    """Render the page of an error code; unknown codes get the nearest plain one."""
    shown = code if code in PAGES else (400 if code < 500 else 500)
    if shown == 405:
        shown = 404
    return render_template(f"errors/{shown}.html", **values), code


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show an HTTP error, its headers (Allow, Retry-After) kept."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError):
        db.session.rollback()
    headers = [(k, v) for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")]
    answer = make_response(page(error.code))
    answer.headers.extend(headers)
    if error.code == 429 and limiter.current_limit is not None:
        wait = max(1, math.ceil(limiter.current_limit.reset_at - time.time()))
        answer.headers["Retry-After"] = str(wait)
    return answer


def refuse_host(error: SecurityError) -> ResponseReturnValue:
    """Refuse a host name that is not the site's; no page, for its links would need a host."""
    return "This host name is not served here.\n", 400, {"Content-Type": "text/plain"}


def on_missing_token(error: CSRFError) -> ResponseReturnValue:
    """Without a session: sign in, what was typed comes back. With one: the form is refused.

    Who leaves by the exit button leaves, though the session ended before.
    """
    if not current_actor().signed_in:
        if request.endpoint == "pages.leave":
            return redirect(url_for("pages.blank"), 303)
        return to_sign_in()
    return page(400)


def show_conflict(error: Exception) -> ResponseReturnValue:
    """Say that somebody else was first and that nothing was changed."""
    db.session.rollback()
    return page(409, error=error)


def show_what_changed(error: ChangedSince) -> ResponseReturnValue:
    """Show what others did since the page was opened, and let the person decide once more."""
    db.session.rollback()
    return changed_page(db.session(), error)


def refuse_more_openings(error: TooMuchOpened) -> ResponseReturnValue:
    """Refuse to show more in this hour, and have the administrators told."""
    with transaction() as work:
        raise_alert(work.session, current_actor(), error.what)
    current_app.logger.warning("alert what=%s endpoint=%s", error.what, request.endpoint)
    answer = make_response(render_template("errors/429.html", opened=True), 429)
    answer.headers["Retry-After"] = "3600"
    return answer


def show_database_gone(error: OperationalError) -> ResponseReturnValue:
    """Say that the service is not reachable now; nothing is lost.

    Who is asking cannot be read either: the page is written as for somebody who is not signed in.
    """
    current_app.logger.error("database_not_reachable")
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    g.actor, g.membership, g.memberships = ANONYMOUS, None, []
    answer = make_response(page(503))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Retry-After"] = "10"
    return answer
