"""The start page, the home page of each role, and the language switch."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.memberships.queries import lost_memberships
from matchmaker.pages.waiting import waiting_for, was_rejected
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.navigation import AT_HOME
from matchmaker.web.one_button import new_key

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@guard(Permission.SEE_PUBLIC_PAGE)
def start() -> ResponseReturnValue:
    """Say what this is and for whom."""
    return render_template("pages/start.html")


@blueprint.get("/home")
@guard(Permission.SEE_HOME)
def home() -> ResponseReturnValue:
    """Say what waits for the reader."""
    actor = current_actor()
    gather = AT_HOME.get(actor.role or "")
    more = gather(actor) if gather else {}
    return render_template(
        "pages/home.html",
        waiting=waiting_for(db.session(), actor) + more.get("waiting", []),
        key=new_key(),
        lost=lost_memberships(db.session(), actor.user_id),
        state=more.get("state", []),
        pages=more.get("pages", []),
        rejected=was_rejected(db.session(), actor),
    )


@blueprint.post("/language")
@guard(Permission.SEE_PUBLIC_PAGE)
def language() -> ResponseReturnValue:
    """Go back to the page on which the language was switched; the switch itself is done before."""
    return redirect(_local_path(request.form.get("next", "")) or url_for("pages.start"), 303)


def _local_path(target: str) -> str | None:
    """Return the path where it stays on this site, else None."""
    try:
        parts = urlsplit(target)
    except ValueError:  # an address that cannot be taken apart leads nowhere
        return None
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return (
        target if inside and not parts.netloc and not parts.scheme and "\\" not in target else None
    )
