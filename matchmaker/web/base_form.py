"""The base of every form: resend key, owner mark, restored text, clean Unicode, error summary."""

import secrets
import unicodedata
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from matchmaker.errors import BadInput
from matchmaker.web.held_post import held_fields, owner_token

FORBIDDEN = {"Cc", "Cs", "Co", "Cn"}
"""Unicode categories no text may hold: controls, surrogates, private use, unassigned."""
INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}
"""Unicode categories that show nothing: a text of these alone is empty."""
UNREADABLE = "\ufffd"
"""What stands where bytes were no text, such as half a surrogate pair."""
KEPT_CONTROLS = {"\n", "\t"}
BIDI_OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Direction overrides: they make a text read other than it is stored."""


def clean_text(value: str | None) -> str:
    """Return the text as it is stored: NFC, unified line ends, no blank edges."""
    if not value:
        return ""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return "" if all(unicodedata.category(one) in INVISIBLE for one in text) else text


def forbidden_character(value: str) -> str | None:
    """Return the first character that a text may not hold, if any."""
    for character in value:
        if character in KEPT_CONTROLS:
            continue
        if character in BIDI_OVERRIDES or character == UNREADABLE:
            return character
        if unicodedata.category(character) in FORBIDDEN:
            return character
    return None


class BaseForm(FlaskForm):
    """A form whose resend is harmless and whose text survives an expired session."""

    idempotency_key = HiddenField()
    form_owner = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "formdata" not in kwargs and not args and request.method == "GET":
            held = held_fields()
            if held is not None:
                kwargs["formdata"] = held
        super().__init__(*args, **kwargs)
        self.idempotency_key.data = self.idempotency_key.data or secrets.token_urlsafe(24)
        self.form_owner.data = owner_token()
        for field in self:
            if isinstance(field, StringField | TextAreaField) and field.type != "PasswordField":
                field.filters = [*field.filters, clean_text]
                if isinstance(field.data, str):
                    field.data = clean_text(field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, odd characters first."""
        checks = {name: list(more) for name, more in (extra_validators or {}).items()}
        for name, field in self._fields.items():
            if isinstance(field.data, str) and field.type != "CSRFTokenField":
                checks.setdefault(name, []).append(_check_characters)
        return bool(super().validate(extra_validators=checks))

    def blame(self, error: BadInput) -> None:
        """Show what a service refused beside the field it names."""
        field = self._fields.get(error.field)
        message = gettext(error.message, **error.values)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    @property
    def key(self) -> str:
        """The resend key of this form."""
        return str(self.idempotency_key.data)[:64]

    @property
    def switches_language(self) -> bool:
        """Whether a language button was pressed: the page comes back filled, nothing is checked."""
        return request.method == "POST" and bool(request.form.get("switch_language"))

    def is_sent(self) -> bool:
        """Tell whether the form was sent to be acted on, and is well formed."""
        return not self.switches_language and bool(self.validate_on_submit())


def _check_characters(form: FlaskForm, field: Any) -> None:
    odd = forbidden_character(field.data)
    if odd is not None:
        raise ValidationError(
            _l("Remove the invisible or unreadable character %(code)s.", code=f"U+{ord(odd):04X}")
        )
