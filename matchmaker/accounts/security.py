"""The sign-in library bound to our rows: our pages, our words, no roles of its own."""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
)

from matchmaker.accounts import forms, security_keys
from matchmaker.accounts.authenticator import (
    authenticator_drawing,
    keeping_the_key,
    showing_the_key,
)
from matchmaker.accounts.breached import check_file
from matchmaker.accounts.codes import AppCodes, PrintedCodes
from matchmaker.accounts.letters import Letters
from matchmaker.accounts.limits import against_flooding, against_guessing
from matchmaker.accounts.passwords import PasswordRules
from matchmaker.accounts.wording import library_settings
from matchmaker.config import PACKAGE
from matchmaker.extensions import db
from matchmaker.models import Role, User, WebAuthn
from matchmaker.models.encrypted import key_ring
from matchmaker.web.held_post import SESSION_KEY as HELD_POST
from matchmaker.web.language import switch_language
from matchmaker.web.open_sessions import leave
from matchmaker.web.step_up import waiting_step

GUESSED = (
    "security.login",
    "security.two_factor_token_validation",
    "security.two_factor_setup_validate",
    "security.mf_recovery",
    "security.change_password",
    "security.reset_password",
)
"""Where a password, a code or a token can be guessed."""
SENDING = ("security.register", "security.forgot_password", "security.send_confirmation")
"""What sends mail to an address that anybody may type."""
FORMS = {
    "login_form": forms.SignInForm,
    "register_form": forms.RegistrationForm,
    "forgot_password_form": forms.ForgottenPasswordForm,
    "reset_password_form": forms.NewPasswordForm,
    "change_password_form": forms.OtherPasswordForm,
    "send_confirmation_form": forms.ConfirmationForm,
    "two_factor_setup_form": forms.AuthenticatorForm,
    "two_factor_verify_code_form": forms.CodeForm,
    "two_factor_select_form": security_keys.MethodForm,
    "wan_register_form": security_keys.NewKeyForm,
    "wan_register_response_form": security_keys.NewKeyAnswerForm,
    "wan_signin_response_form": security_keys.KeyAnswerForm,
    "two_factor_rescue_form": forms.NoRescueForm,
    "mf_recovery_form": forms.PrintedCodeForm,
}


class SealedAddresses(SQLAlchemyUserDatastore):
    """Finds a person by an address that is ciphertext in the database."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Any:
        """Find by one attribute; addresses are kept and compared in one form of letters."""
        lowered = case_insensitive and "email" not in wanted
        return super().find_user(case_insensitive=lowered, **wanted)


def init_security(app: Flask) -> None:
    """Bind the sign-in library to the app."""
    app.config.update(library_settings())
    app.config["SECURITY_I18N_DOMAIN"] = "messages"
    app.config["SECURITY_I18N_DIRNAME"] = [str(PACKAGE / "translations")]
    if app.config["BREACHED_PASSWORDS"]:
        check_file(app.config["BREACHED_PASSWORDS"])
    app.config["SECURITY_EMAIL_HTML"] = False
    app.config["SECURITY_STATIC_FOLDER"] = None
    app.config["SECURITY_CACHE_CONTROL"] = None  # ours is stricter, and on every page
    datastore = SealedAddresses(db, User, Role, WebAuthn)
    security = Security(
        password_util_cls=PasswordRules,
        mail_util_cls=Letters,
        totp_cls=AppCodes,
        webauthn_util_cls=security_keys.Challenges,
        mf_recovery_codes_util_cls=PrintedCodes,
    )
    security.init_app(app, datastore, register_blueprint=True, **FORMS)
    security.tf_setup_context_processor(authenticator_drawing)
    # Sessions on the server are the only way in: no token in a header outlives a sign-out.
    app.login_manager.request_loader(lambda request: None)  # type: ignore[attr-defined]
    app.before_request(keep_address_while_language_switches)
    _replace(app, "security.confirm_email", lambda view: _to_our_confirmation)
    _replace(app, "security.verify", lambda view: _to_our_question)
    _replace(app, "security.wan_verify", _after_our_question)
    _replace(app, "security.wan_delete", _by_a_button)
    _replace(app, "security.two_factor_rescue", lambda view: _not_here)
    _replace(app, "security.logout", _forgetting)
    _replace(app, "security.two_factor_token_validation", _while_signing_in)
    _replace(app, "security.two_factor_setup", showing_the_key)
    _replace(app, "security.two_factor_setup_validate", keeping_the_key)
    for endpoint in GUESSED:
        _replace(app, endpoint, against_guessing)
    for endpoint in SENDING:
        _replace(app, endpoint, against_flooding)


def _replace(app: Flask, endpoint: str, wrap: Callable[[Any], Any]) -> None:
    app.view_functions[endpoint] = wrap(app.view_functions[endpoint])


def _to_our_confirmation(token: str) -> ResponseReturnValue:
    """Change nothing on a GET, as mail scanners follow links: lead to the page with the button."""
    return redirect(url_for("accounts.confirm", token=token), 303)


def _to_our_question() -> ResponseReturnValue:
    """Ask for the second factor where the library would be content with the password."""
    return redirect(url_for("accounts.again", next=request.args.get("next")), 303)


def _after_our_question(view: Callable[[], Any]) -> Callable[[], Any]:
    """Begin asking for the key on our page, which names what waits."""

    def ask_for_key() -> ResponseReturnValue:
        if request.method == "POST":
            answer: ResponseReturnValue = view()
            return answer
        waits = url_for("accounts.step") if waiting_step() else None
        return redirect(url_for("accounts.again", next=request.args.get("next", waits)), 303)

    return ask_for_key


def _by_a_button(view: Callable[[], Any]) -> Callable[[], Any]:
    """Remove a key by a POST only, and lead back to the list from anything else."""

    def remove_key() -> ResponseReturnValue:
        if request.method != "POST":
            return redirect(url_for("security.wan_register"), 303)
        answer: ResponseReturnValue = view()
        return answer

    return remove_key


def _not_here() -> ResponseReturnValue:
    """Answer for a page of the library that we do not offer."""
    abort(404)


def _while_signing_in(view: Callable[[], Any]) -> Callable[[], Any]:
    """Lead home who is signed in already: the library would sign them out by a mere link."""

    def enter_code() -> ResponseReturnValue:
        if current_user.is_authenticated and session.get("tf_state") != "validating_profile":
            return redirect(url_for("pages.home"), 303)
        answer: ResponseReturnValue = view()
        return answer

    return enter_code


def _forgetting(view: Callable[[], Any]) -> Callable[[], Any]:
    """Let a sign-out clear the session on the server and what the browser has kept."""

    def sign_out() -> ResponseReturnValue:
        session.pop(HELD_POST, None)
        leave()
        answer = make_response(view())
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return sign_out


def keep_address_while_language_switches() -> ResponseReturnValue | None:
    """Show a sign-in page again in the chosen language, with the address that was typed."""
    pressed = request.method == "POST" and request.form.get("switch_language")
    if not pressed or request.blueprint != "security":
        return None
    switch_language()
    typed = request.form.get("email", "")[:254]
    # Sessions lie in files or in Redis, which must not tell who signs in.
    session[forms.TYPED_EMAIL] = key_ring().seal(typed, forms.TYPED_EMAIL)
    return redirect(request.full_path.rstrip("?"), 303)
