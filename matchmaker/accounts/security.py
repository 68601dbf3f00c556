"""The sign-in library bound to our rows: our pages, our words, no roles of its own."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    user_authenticated,
)

from matchmaker.accounts import forms
from matchmaker.accounts.authenticator import authenticator_drawing
from matchmaker.accounts.passwords import PasswordRules
from matchmaker.accounts.wording import library_settings
from matchmaker.config import PACKAGE
from matchmaker.extensions import db, limiter
from matchmaker.models import Role, User, WebAuthn
from matchmaker.web.language import SESSION_KEY as LOCALE
from matchmaker.web.language import switch_language
from matchmaker.web.session_id import new_session_id

LIMITED = {
    "security.login": "10/minute;60/hour",
    "security.register": "6/minute;20/hour",
    "security.forgot_password": "6/minute;20/hour",
    "security.send_confirmation": "6/minute;20/hour",
    "security.reset_password": "10/minute",
    "security.verify": "10/minute;60/hour",
    "security.two_factor_token_validation": "10/minute",
    "security.two_factor_setup_validate": "10/minute",
}
"""Attempts per address at what can be guessed or used to flood a mailbox."""
GUESSED = {"security.login", "security.verify", "security.two_factor_token_validation"}
"""Where only wrong answers count: an office behind one address signs in as often as it likes."""
FORMS = {
    "login_form": forms.SignInForm,
    "register_form": forms.RegistrationForm,
    "forgot_password_form": forms.ForgottenPasswordForm,
    "reset_password_form": forms.NewPasswordForm,
    "change_password_form": forms.OtherPasswordForm,
    "send_confirmation_form": forms.ConfirmationForm,
    "verify_form": forms.PasswordAgainForm,
    "two_factor_setup_form": forms.AuthenticatorForm,
    "two_factor_verify_code_form": forms.CodeForm,
}


def init_security(app: Flask) -> None:
    """Bind the sign-in library to the app."""
    app.config.update(library_settings())
    app.config["SECURITY_I18N_DOMAIN"] = "messages"
    app.config["SECURITY_I18N_DIRNAME"] = [str(PACKAGE / "translations")]
    app.config["SECURITY_EMAIL_HTML"] = False
    app.config["SECURITY_STATIC_FOLDER"] = None
    app.config["SECURITY_CACHE_CONTROL"] = None  # ours is stricter, and on every page
    datastore = SQLAlchemyUserDatastore(db, User, Role, WebAuthn)
    security = Security(password_util_cls=PasswordRules)
    security.init_app(app, datastore, register_blueprint=True, **FORMS)
    security.tf_setup_context_processor(authenticator_drawing)
    # Sessions on the server are the only way in: no token in a header outlives a sign-out.
    app.login_manager.request_loader(lambda request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(rotate_session, app)
    app.before_request(keep_address_while_language_switches)
    _replace(app, "security.confirm_email", lambda view: _to_our_confirmation)
    _replace(app, "security.two_factor_rescue", lambda view: _not_here)
    _replace(app, "security.logout", _forgetting)
    _replace(app, "security.two_factor_token_validation", _while_signing_in)
    for endpoint, limit in LIMITED.items():
        counts = _was_wrong if endpoint in GUESSED else None
        _replace(app, endpoint, limiter.limit(limit, methods=["POST"], deduct_when=counts))


def _was_wrong(response: Response) -> bool:
    """Tell whether an answer was refused; the right one leads on to another page."""
    return response.status_code not in (302, 303)


def _replace(app: Flask, endpoint: str, wrap: Callable[[Any], Any]) -> None:
    app.view_functions[endpoint] = wrap(app.view_functions[endpoint])


def _to_our_confirmation(token: str) -> ResponseReturnValue:
    """Change nothing on a GET, as mail scanners follow links: lead to the page with the button."""
    return redirect(url_for("accounts.confirm", token=token), 303)


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
        answer = make_response(view())
        locale = session.get(LOCALE)
        session.clear()
        new_session_id()
        if locale:
            session[LOCALE] = locale
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    return sign_out


def keep_address_while_language_switches() -> ResponseReturnValue | None:
    """Show a sign-in page again in the chosen language, with the address that was typed."""
    pressed = request.method == "POST" and request.form.get("switch_language")
    if not pressed or request.blueprint != "security":
        return None
    switch_language()
    session[forms.TYPED_EMAIL] = request.form.get("email", "")[:254]
    return redirect(request.full_path.rstrip("?"), 303)


def rotate_session(app: Flask, **extra: object) -> None:
    """Give the session a new id whenever somebody has signed in: an id set before is worthless."""
    new_session_id()
