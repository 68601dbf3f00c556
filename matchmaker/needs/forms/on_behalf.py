"""What a coordinator is asked who writes a need down, or hears the code of one."""

from flask_babel import lazy_gettext as _l

from matchmaker.needs.forms.kind import CategoryForm
from matchmaker.vocabulary import Channel
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LineField, OneOfField


class EntryForm(CategoryForm):
    """By what way the need came in, and which kind of help it asks for."""

    channel = OneOfField(
        _l("How did the municipality tell you?"),
        ask=_l("Choose how the municipality told you."),
        choices=lambda: choices.codes(Channel),
    )


class ReadBackForm(BaseForm):
    """The code, as it was heard."""

    # Not "code": fields of that name are second factors, which are never kept for later.
    heard = LineField(
        _l("Code that the municipality read to you"),
        ask=_l("Type the code you heard."),
        longest=40,
        description=_l("8 digits, for example 1234 5678."),
    )
