"""Proving once more who one is before a weighty step, and sending the step that waited."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user, verify_password
from flask_security.proxies import _security
from flask_security.utils import _get_post_verify_redirect

from matchmaker.access import Permission
from matchmaker.accounts.forms import CodeAgainForm, PasswordAgainForm
from matchmaker.accounts.limits import against_guessing
from matchmaker.accounts.routes import blueprint
from matchmaker.accounts.wording import MESSAGES
from matchmaker.web.guard import guard
from matchmaker.web.step_object import waiting_words
from matchmaker.web.step_up import (
    note_proof,
    page_before,
    proved_lately,
    waiting_step,
)


@blueprint.route("/again", methods=["GET", "POST"])
@guard(Permission.MANAGE_OWN_ACCOUNT)
@against_guessing
def again() -> ResponseReturnValue:
    """Ask for the second factor, or for the password where the account has none."""
    with_code = bool(current_user.tf_primary_method and current_user.tf_totp_secret)
    form = CodeAgainForm() if with_code else PasswordAgainForm()
    with_key = bool(current_user.webauthn)
    words = waiting_words() if request.args.get("next") == url_for("accounts.step") else None
    if with_key and not with_code:  # the password is no way around the key
        return render_template("accounts/again_by_key.html", words=words)
    if form.is_sent():
        if _is_right(form):
            note_proof()
            return redirect(_get_post_verify_redirect(), 303)
        field, message = ("code", "INVALID_CODE") if with_code else ("password", "INVALID_PASSWORD")
        form[field].errors = [gettext(MESSAGES[message][0])]
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template("accounts/again.html", form=form, with_key=with_key, words=words)
    return page, code


def _is_right(form: CodeAgainForm | PasswordAgainForm) -> bool:
    """Check the code, or the password, of the person who is signed in."""
    if isinstance(form, CodeAgainForm):
        return bool(
            _security.totp_factory.verify_totp(
                token=form.code.data or "",
                totp_secret=current_user.tf_totp_secret,
                user=current_user,
                window=30,
            )
        )
    normal = _security.password_util.normalize(form.password.data or "")
    kept = current_user.password
    return bool(kept) and bool(verify_password(normal, kept))


@blueprint.get("/step")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def step() -> ResponseReturnValue:
    """Show the step that waited, with the one button that sends it."""
    waiting = waiting_step()
    if waiting is None:
        return redirect(url_for("pages.home"), 303)
    if not proved_lately():
        return redirect(url_for("accounts.again", next=url_for("accounts.step")), 303)
    sent, fields = waiting
    return render_template(
        "accounts/step.html",
        address=sent["address"],
        fields=list(fields.items(multi=True)),
        words=waiting_words(),
        back=page_before(sent["path"]),
    )
