"""The code of a receipt, as somebody types it from paper."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from matchmaker.codes import typed_code
from matchmaker.receipts.service import LENGTH
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LineField


class CodeForm(BaseForm):
    """Sixteen digits in any script, with or without spaces."""

    code = LineField(
        _l("Code on your receipt"),
        ask=_l("Type the code."),
        longest=60,
        description=_l("16 digits, for example 1234 5678 9012 3456."),
    )

    def validate_code(self, field: LineField) -> None:
        """Find slips of the finger by the check digit, before anything is looked up."""
        if field.data and typed_code(field.data, LENGTH) is None:
            raise ValidationError(
                gettext("One of the digits is not right. Compare with the paper.")
            )

    def digits(self) -> str:
        """Return the code."""
        return typed_code(self.code.data or "", LENGTH) or ""
