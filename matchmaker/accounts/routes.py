"""The person's own account: whom to act for, language, time zone, second factor; one-time links."""

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user, hash_password
from flask_security.confirmable import confirm_email_token_status

from matchmaker.access import Permission, allowed
from matchmaker.accounts import service
from matchmaker.accounts.forms import FirstPasswordForm, PreferencesForm
from matchmaker.accounts.links import FIRST_PASSWORD, find_link
from matchmaker.errors import BadInput
from matchmaker.extensions import db, limiter
from matchmaker.models import Mailbox, User
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MailEvery
from matchmaker.web.actor import CHOSEN, active_memberships, current_actor
from matchmaker.web.guard import guard
from matchmaker.web.language import SESSION_KEY as LOCALE
from matchmaker.web.language import chosen_locale, chosen_time_zone
from matchmaker.web.open_sessions import open_sessions_of
from matchmaker.web.session_id import new_session_id

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


@blueprint.route("", methods=["GET", "POST"])
@guard(Permission.MANAGE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """Show the account; save language and time zone."""
    known = {"locale": chosen_locale(), "time_zone": chosen_time_zone()}
    form = PreferencesForm(data=known)
    if form.is_sent():
        with transaction(current_actor(), form.key, "accounts.show") as work:
            user = cast(User, work.session.get(User, current_actor().user_id))
            service.set_preferences(work.session, user, form.locale.data, form.time_zone.data)
            target = work.leads_to(url_for("accounts.show"))
        session[LOCALE] = form.locale.data
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    may_register = allowed(Permission.REGISTER_MUNICIPALITY, current_actor())
    register_url = url_for("municipalities.register") if may_register else None
    mailbox = db.session().get(Mailbox, current_user.id)
    page = render_template(
        "accounts/show.html",
        form=form,
        user=current_user,
        mail_every=mailbox.every if mailbox else MailEvery.AT_ONCE.value,
        register_url=register_url,
        n_sessions=len(open_sessions_of(current_user.id)),
    )
    return page, code


@blueprint.post("/membership")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def choose_membership() -> ResponseReturnValue:
    """Choose whom to act for; the session gets a new id, as its rights change."""
    wanted = request.form.get("membership", "")
    if wanted in {row.public_id for row in active_memberships(current_user)}:
        session[CHOSEN] = wanted
        new_session_id()
    return redirect(url_for("pages.home"), 303)


@blueprint.get("/second-factor")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def second_factor() -> ResponseReturnValue:
    """Say that this role needs a second factor, and lead to setting it up."""
    return render_template("accounts/second_factor.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@guard(Permission.SIGN_IN)
@limiter.limit("30/hour", methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Show one button; only pressing it confirms the address, since mail scanners follow links."""
    expired, invalid, user = confirm_email_token_status(token)
    if expired or invalid or user is None:
        return _gone("security.send_confirmation")
    if request.method == "GET":
        return render_template("accounts/confirm.html", token=token)
    user_id = user.id
    with transaction() as work:
        service.confirm_address(work.session, cast(User, work.session.get(User, user_id)))
    flash(gettext("Your address is confirmed. You can sign in now."), "success")
    return redirect(url_for("security.login"), 303)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@guard(Permission.SIGN_IN)
@limiter.limit("30/hour", methods=["POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Let an invited person choose the first password, once."""
    try:
        find_link(db.session(), token, FIRST_PASSWORD)
        form = FirstPasswordForm()
        if form.is_sent():
            with transaction() as work:
                service.set_first_password(work.session, token, hash_password(form.password.data))
            flash(gettext("Your password is set. Sign in with it now."), "success")
            return redirect(url_for("security.login"), 303)
    except BadInput:
        return _gone("security.login")
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("accounts/invitation.html", form=form), code


def _gone(endpoint: str) -> ResponseReturnValue:
    """Say that a link is used up or too old, and lead to where a new one is asked for."""
    flash(gettext("This link is no longer valid. Ask for a new one."), "error")
    return redirect(url_for(endpoint), 303)
