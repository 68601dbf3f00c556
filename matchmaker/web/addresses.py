"""One question for every form that takes a mail address: is it one that mail can be sent to?"""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

MALFORMED = _l("Enter an email address, like name@example.org.")


def is_address(form: Any, field: Any) -> None:
    """Refuse what an account could not have as its address: the same check, with the same rules.

    Raises
    ------
    ValidationError
        If it is none.
    """
    try:
        validate_email(field.data or "", **current_app.config["SECURITY_EMAIL_VALIDATOR_ARGS"])
    except EmailNotValidError:
        raise ValidationError(MALFORMED) from None
