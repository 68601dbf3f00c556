"""Forms of signing in and of the account: the library's fields under our labels."""

from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from flask import request, session
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import MfRecoveryForm, hash_password
from flask_security.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
)
from flask_security.proxies import _security
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSelect, GovTextInput
from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, ValidationError

from matchmaker.models.encrypted import key_ring
from matchmaker.vocabulary import N_
from matchmaker.web.base_form import BaseForm
from matchmaker.web.language import LANGUAGES

CLOSED = N_(
    "This account is closed: an administrator has ended its access. What you did under it is kept. "
    "Ask the administrator of your association, or the coordinator you know, why and what to do."
)
UNCONFIRMED = N_(
    "Your address is not confirmed yet. Open the message we sent to it and press the button, "
    "or have the message sent again: the link is below."
)
FOR_THE_TIME = "hashed only because it takes time"
TYPED_EMAIL = "typed_email"
"""Session key: the address typed before the language was switched, sealed."""
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
            fields["email"].data = key_ring().open(session.pop(TYPED_EMAIL), TYPED_EMAIL)


class SignInForm(_InOurWords, LoginForm):
    """Sign in; there is no "remember me": a session ends with the day."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """Say why the door stays shut, to who has given the right password and to nobody else."""
        good = bool(super().validate(**kwargs))
        if not good and self.user_authenticated and self.user is not None:
            self.email.errors = []
            self.form_errors.append(gettext(UNCONFIRMED if self.user.active else CLOSED))
        return good


class RegistrationForm(_InOurWords, RegisterFormV2):
    """Make an account."""


class ForgottenPasswordForm(_InOurWords, ForgotPasswordForm):
    """Ask for a link to choose a new password."""

    def validate(self, **kwargs: Any) -> bool:
        """Take as long for an account as the library takes where there is none."""
        good = bool(super().validate(**kwargs))
        if good:
            hash_password(FOR_THE_TIME)
        return good


class NewPasswordForm(_InOurWords, ResetPasswordForm):
    """Choose a new password under such a link."""


class OtherPasswordForm(_InOurWords, ChangePasswordForm):
    """Change the password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = _l("Your present password")


class ConfirmationForm(_InOurWords, SendConfirmationForm):
    """Ask for the confirmation mail again."""

    def validate(self, **kwargs: Any) -> bool:
        """Take so long that what an account adds cannot be told from it."""
        hash_password(FOR_THE_TIME)
        return bool(super().validate(**kwargs))


class AuthenticatorForm(_InOurWords, TwoFactorSetupForm):
    """Set up an authenticator app, the one method there is."""

    setup = RadioField(
        _l("Method"),
        choices=[SelectChoice("authenticator", _l("Authenticator app"))],
        validate_choice=False,
    )


class CodeForm(_InOurWords, TwoFactorVerifyCodeForm):
    """Enter the code of the authenticator app."""


class NoRescueForm(TwoFactorRescueForm):
    """What the library would offer besides recovery codes, which is nothing here."""

    help_setup = RadioField(_l("Method"), choices=[SelectChoice("help", _l("Recovery code"))])


class PrintedCodeForm(_InOurWords, MfRecoveryForm):
    """Enter a recovery code in place of a code of the app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = _l("Recovery code")


class PasswordAgainForm(BaseForm):
    """Enter the password again before something weighty."""

    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter a password."))], widget=GovPasswordInput()
    )


class CodeAgainForm(BaseForm):
    """Enter a code of the authenticator app again before something weighty."""

    code = StringField(
        LABELS["code"], [InputRequired(_l("Enter the code."))], widget=GovTextInput()
    )


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


def time_zones(kept: str = "") -> list[SelectChoice]:
    """Return the time zones to choose from, UTC first; an older name only where it is kept."""
    older, known = get_global("zone_aliases"), available_timezones()
    named = sorted(
        zone
        for zone in known
        if zone.split("/")[0] in AREAS and (zone == kept or older.get(zone) not in known)
    )
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
        self.time_zone.choices = time_zones(self.time_zone.object_data or "")
