"""The administrator's list of accounts: closed and opened again, each with a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.accounts.service import change_user_activity
from matchmaker.admin.association_routes import blueprint
from matchmaker.admin.forms import SearchForm
from matchmaker.admin.queries import roles_of, user_with, users_asked_for
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.memberships.forms import ReasonForm
from matchmaker.models import User
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.paging import page_of


def load_user(public_id: str) -> User | None:
    """Return the account that an address names."""
    return user_with(db.session(), public_id)


@blueprint.get("/users")
@guard(Permission.MANAGE_USERS)
def users() -> ResponseReturnValue:
    """List the accounts, or those that a search finds, newest first."""
    form = SearchForm(request.args)
    without = form.lacks.data == "factor"
    query = users_asked_for(db.session(), form.asked, without_factor=without)
    page = page_of(db.session(), query)
    roles = roles_of(db.session(), [user.id for user in page.items])
    return render_template("admin/users.html", page=page, roles=roles, form=form)


@blueprint.route("/users/<public_id>/close", methods=["GET", "POST"])
@guard(Permission.MANAGE_USERS, load_user)
def user_close(user: User) -> ResponseReturnValue:
    """Close an account: it loses its sessions with the next request."""
    return _change(user, active=False)


@blueprint.route("/users/<public_id>/reopen", methods=["GET", "POST"])
@guard(Permission.MANAGE_USERS, load_user)
def user_reopen(user: User) -> ResponseReturnValue:
    """Let the person sign in again."""
    return _change(user, active=True)


def _change(user: User, *, active: bool) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"admin.user_{active}") as work:
                reason = form.reason.data or ""
                change_user_activity(work.session, actor, user, active=active, reason=reason)
                target = work.leads_to(url_for("admin.users"))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("admin/user.html", form=form, user=user, opens=active)
    return page, 422 if request.method == "POST" and not form.switches_language else 200
