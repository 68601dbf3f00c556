"""Forms of signing in and of the account: the library's fields under our labels."""

from typing import Any
from zoneinfo import available_timezones

from flask import request, session
from flask_babel import lazy_gettext as _l
from flask_security.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.proxies import _security
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSelect, GovTextInput
from wtforms import PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, ValidationError

from matchmaker.web.base_form import BaseForm
from matchmaker.web.language import LANGUAGES

TYPED_EMAIL = "typed_email"
"""Session key: the address typed before the language was switched."""
LABELS = {
    "email": _l("Email address"),
    "password": _l("Password"),
    "password_confirm": _l("The password again"),
    "new_password": _l("New password"),
    "new_password_confirm": _l("The new password again"),
    "code": _l("Code from your authenticator app"),
}
AREAS = [
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
]


class _InOurWords:
    """Mixin: our labels and the widgets of our pages on the library's fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self._fields  # type: ignore[attr-defined]
        for name, label in LABELS.items():
            if name not in fields:
                continue
            field = fields[name]
            field.label.text, field.description, field.render_kw = label, "", {}
            hidden = isinstance(field, PasswordField)
            field.widget = GovPasswordInput() if hidden else GovTextInput()
        if request.method == "GET" and "email" in fields and TYPED_EMAIL in session:
            fields["email"].data = session.pop(TYPED_EMAIL)


class SignInForm(_InOurWords, LoginForm):
    """Sign in; there is no "remember me": a session ends with the day."""

    remember = None


class RegistrationForm(_InOurWords, RegisterFormV2):
    """Make an account."""


class ForgottenPasswordForm(_InOurWords, ForgotPasswordForm):
    """Ask for a link to choose a new password."""


class NewPasswordForm(_InOurWords, ResetPasswordForm):
    """Choose a new password under such a link."""


class OtherPasswordForm(_InOurWords, ChangePasswordForm):
    """Change the password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = _l("Your present password")


class ConfirmationForm(_InOurWords, SendConfirmationForm):
    """Ask for the confirmation mail again."""


class PasswordAgainForm(_InOurWords, VerifyForm):
    """Enter the password again before something weighty."""


class AuthenticatorForm(_InOurWords, TwoFactorSetupForm):
    """Set up an authenticator app, the one method there is."""

    setup = RadioField(
        _l("Method"),
        choices=[SelectChoice("authenticator", _l("Authenticator app"))],
        validate_choice=False,
    )


class CodeForm(_InOurWords, TwoFactorVerifyCodeForm):
    """Enter the code of the authenticator app."""


class FirstPasswordForm(BaseForm):
    """Choose the first password under a one-time link."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter a password."))],
        widget=GovPasswordInput(),
        description=_l("At least 12 characters. Three or four unrelated words work well."),
    )
    password_confirm = PasswordField(
        _l("The password again"),
        [EqualTo("password", _l("The two passwords are not the same."))],
        widget=GovPasswordInput(),
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is short or easy to guess."""
        problems, field.data = _security.password_util.validate(field.data or "", False)
        if problems:
            raise ValidationError(problems[0])


def time_zones() -> list[SelectChoice]:
    """Return the time zones to choose from, UTC first."""
    named = sorted(zone for zone in available_timezones() if zone.split("/")[0] in AREAS)
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in ["UTC", *named]]


class PreferencesForm(BaseForm):
    """In which language and time zone pages and mails are written for me."""

    locale = SelectField(
        _l("Language"),
        choices=[SelectChoice(*pair) for pair in LANGUAGES.items()],
        widget=GovSelect(),
        default="en",
    )
    time_zone = SelectField(
        _l("Time zone"),
        widget=GovSelect(),
        default="UTC",
        description=_l("Dates and times are shown in this zone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = time_zones()
