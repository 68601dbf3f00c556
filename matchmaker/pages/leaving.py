"""The quick exit: signed out, what the browser kept wiped, and a page that tells nothing."""

from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.pages.routes import blueprint
from matchmaker.web.guard import guard
from matchmaker.web.session_id import new_session_id

WIPED = '"cache", "storage"'


@blueprint.post("/leave")
@guard(Permission.SEE_PUBLIC_PAGE)
def leave() -> ResponseReturnValue:
    """Sign out and show the blank page; the language goes too, for it tells something."""
    current_app.view_functions["security.logout"]()
    session.clear()
    new_session_id()
    answer = make_response(redirect(url_for("pages.blank"), 303))
    answer.headers["Clear-Site-Data"] = WIPED
    return answer


@blueprint.get("/blank")
@guard(Permission.SEE_PUBLIC_PAGE)
def blank() -> ResponseReturnValue:
    """Show nothing, or go on to where the operator leads people who leave in a hurry.

    A page of another site that opens this one wipes nothing.
    """
    answer = make_response(
        render_template("pages/blank.html", target=current_app.config["EXIT_TO"])
    )
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        answer.headers["Clear-Site-Data"] = WIPED
    return answer
