"""The person's own account: whom to act for, language, time zone, second factor."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from matchmaker.access import Permission
from matchmaker.web.actor import CHOSEN, active_memberships
from matchmaker.web.guard import guard

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


@blueprint.get("")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """Show the account."""
    return render_template("accounts/show.html", user=current_user)


@blueprint.post("/membership")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def choose_membership() -> ResponseReturnValue:
    """Choose whom to act for."""
    wanted = request.form.get("membership", "")
    if wanted in {row.public_id for row in active_memberships(current_user)}:
        session[CHOSEN] = wanted
    return redirect(url_for("pages.home"), 303)


@blueprint.get("/second-factor")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def second_factor() -> ResponseReturnValue:
    """Say that this role needs a second factor, and lead to setting it up."""
    return render_template("accounts/second_factor.html")
