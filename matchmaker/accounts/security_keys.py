"""Security keys and passkeys as a second factor: the library's steps, bound to one session."""

import hmac
from typing import Any

from flask import session
from flask_babel import lazy_gettext as _l
from flask_security import (
    TwoFactorSelectForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninResponseForm,
    WebauthnUtil,
)
from flask_security.utils import get_message
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

CHALLENGE = "key_challenge"
"""Session key: what the browser's key is asked to sign; it counts once, in this session."""
METHODS = {"authenticator": _l("Code from an app"), "webauthn": _l("Security key")}


class Challenges(WebauthnUtil):
    """Makes challenges that only the session they were made for can answer."""

    def generate_challenge(self, nbytes: int | None = None) -> str:
        """Return a challenge and keep it in the session."""
        challenge = super().generate_challenge(nbytes)
        session[CHALLENGE] = challenge
        return str(challenge)


def _spend(challenge: str) -> bool:
    """Tell whether this session asked this question, and let it be asked no more."""
    return hmac.compare_digest(session.pop(CHALLENGE, ""), challenge)


class NewKeyForm(WebAuthnRegisterForm):
    """Name a new key; it is a second factor always."""

    usage = HiddenField(default="secondary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _l("Name of the key")
        self.name.description = _l("So that you can tell your keys apart, for example: blue key.")
        self.name.widget = GovTextInput()


class NewKeyAnswerForm(WebAuthnRegisterResponseForm):
    """What the browser says of the new key."""

    def validate(self, **kwargs: Any) -> bool:
        """Check it against the question of this session."""
        if not _spend(self.challenge):
            self.credential.errors = [get_message("API_ERROR")[0]]
            return False
        return bool(super().validate(**kwargs))


class KeyAnswerForm(WebAuthnSigninResponseForm):
    """What the key has signed, at sign-in or before a weighty step."""

    def validate(self, **kwargs: Any) -> bool:
        """Check it, and that the key belongs to the person who gave the password.

        The library would sign in whose key it is, whoever's password was given before.
        """
        if not _spend(self.challenge):
            self.credential.errors = [get_message("API_ERROR")[0]]
            return False
        if not super().validate(**kwargs):
            return False
        half = session.get("tf_user_id")
        if self.is_secondary and (self.user is None or self.user.fs_uniquifier != half):
            self.credential.errors = [get_message("WEBAUTHN_UNKNOWN_CREDENTIAL_ID")[0]]
            return False
        return True


class _MethodField(RadioField):
    """Takes the library's methods, under our names."""

    @property
    def choices(self) -> Any:
        """Return the methods."""
        return RadioField.choices.fget(self)

    @choices.setter
    def choices(self, methods: Any) -> None:
        named = [SelectChoice(code, METHODS[code]) for code, _ in methods or ()]
        RadioField.choices.fset(self, named)


class MethodForm(TwoFactorSelectForm):
    """Choose between the app and the key."""

    which = _MethodField(_l("Method"))
