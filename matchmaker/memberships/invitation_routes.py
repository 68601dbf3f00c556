"""Inviting a colleague; the invited person sees one button, then an account or sign-in."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user, hash_password

from matchmaker.access import Permission
from matchmaker.accounts.forms import FirstPasswordForm
from matchmaker.errors import BadInput
from matchmaker.extensions import db, limiter
from matchmaker.memberships import invitations, queries
from matchmaker.memberships.forms import ConfirmForm, InviteForm
from matchmaker.memberships.routes import blueprint, code_of
from matchmaker.models import Invitation, User
from matchmaker.outbox import queue_invitation
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role
from matchmaker.web.actor import CHOSEN, current_actor
from matchmaker.web.guard import guard
from matchmaker.web.language import chosen_locale
from matchmaker.web.one_button import press
from matchmaker.web.session_id import new_session_id


@blueprint.route("/invite", methods=["GET", "POST"])
@guard(Permission.INVITE_COLLEAGUE)
@limiter.limit("30/hour", methods=["POST"])
def invite() -> ResponseReturnValue:
    """Invite a colleague; the answer is the same whether or not the address has an account."""
    actor = current_actor()
    town = actor.municipality_id is not None
    form = InviteForm([Role.REQUESTER, Role.HELPER] if town else [Role.COORDINATOR])
    if form.is_sent():
        address, role = form.address.data or "", form.chosen
        try:
            with transaction(actor, form.key, "memberships.invite") as work:
                token = invitations.invite(work.session, actor, address, role)
                url = url_for("memberships.invitation", token=token, _external=True)
                made = invitations.find(work.session, token)
                queue_invitation(work.session, made, url, chosen_locale())
                target = work.leads_to(url_for("memberships.index"))
            flash(gettext("If the address can be used, a message is on its way to it."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return render_template("memberships/invite.html", form=form), code_of(form)


def load_invitation(public_id: str) -> Invitation | None:
    """Return the invitation that an address names."""
    return queries.invitation_with(db.session(), public_id)


@blueprint.post("/invitations/<public_id>/withdraw")
@guard(Permission.WITHDRAW_INVITATION, load_invitation)
def withdraw_invitation(found: Invitation) -> ResponseReturnValue:
    """Take an invitation back."""
    return press(
        "memberships.withdraw_invitation",
        url_for("memberships.index"),
        lambda rows, actor: invitations.withdraw(rows, actor, found),
        gettext("The invitation is withdrawn. Its link leads nowhere any more."),
    )


# --- The invited person ---------------------------------------------------------------------


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@guard(Permission.SIGN_IN)
@limiter.limit("30/hour", methods=["POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Show one button, the same for everybody; pressing it accepts, or leads to what is missing."""
    form = ConfirmForm()
    try:
        found = invitations.find(db.session(), token)
        if not form.is_sent():
            page = render_template("memberships/invitation.html", form=form, other=_is_other(found))
            return page, code_of(form)
        if current_user.is_authenticated:
            return _accept(token, current_user.id)
        if invitations.account_of(db.session(), found) is None:
            return redirect(url_for("memberships.invitation_password", token=token), 303)
    except BadInput:
        return _gone()
    back = url_for("memberships.invitation", token=token)
    return redirect(url_for("security.login", next=back), 303)


@blueprint.route("/invitation/<token>/password", methods=["GET", "POST"])
@guard(Permission.SIGN_IN)
@limiter.limit("30/hour", methods=["POST"])
def invitation_password(token: str) -> ResponseReturnValue:
    """Let an invited person without an account choose a password, and accept with it."""
    form = FirstPasswordForm()
    try:
        found = invitations.find(db.session(), token)
        known = invitations.account_of(db.session(), found) is not None
        if known or current_user.is_authenticated:
            return redirect(url_for("memberships.invitation", token=token), 303)
        if form.is_sent():
            hashed = hash_password(form.password.data)
            with transaction() as work:
                invitations.accept_with_new_account(work.session, token, hashed)
            flash(gettext("Your password is set. Sign in with it now."), "success")
            return redirect(url_for("security.login"), 303)
    except BadInput:
        return _gone()
    return render_template("memberships/invitation_password.html", form=form), code_of(form)


def _is_other(found: Invitation) -> bool:
    """Tell whether somebody else than the invited person is signed in."""
    return current_user.is_authenticated and not invitations.is_for(found, current_user)


def _accept(token: str, user_id: int) -> ResponseReturnValue:
    with transaction() as work:
        user = work.session.get_one(User, user_id)
        chosen = invitations.accept(work.session, token, user).public_id
    session[CHOSEN] = chosen
    new_session_id()
    flash(gettext("Welcome. You act for this organisation now."), "success")
    return redirect(url_for("pages.home"), 303)


def _gone() -> ResponseReturnValue:
    """Say that the invitation leads nowhere, and what to do."""
    flash(gettext(invitations.GONE), "error")
    signed_in = current_user.is_authenticated
    return redirect(url_for("pages.home" if signed_in else "security.login"), 303)
