"""The forms around a need: to confirm, to ask back, to narrow the list."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from matchmaker.needs.queries import UNCONFIRMED
from matchmaker.needs.service import LONGEST_QUESTION
from matchmaker.vocabulary import Category, NeedStatus
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import (
    LineField,
    LongTextField,
    SelectOneField,
)


class ConfirmForm(BaseForm):
    """A form with nothing but its button."""


class ReturnForm(BaseForm):
    """The coordinator's question."""

    question = LongTextField(
        _l("Your question"),
        ask=_l("Write the question."),
        longest=LONGEST_QUESTION,
        description=_l("The municipality sees this text beside its need."),
    )


def _statuses() -> list[SelectChoice]:
    """Return the statuses, with what waits for a municipality's word among them."""
    waits = SelectChoice(UNCONFIRMED, gettext("Waits for confirmation"))
    return [*choices.codes(NeedStatus, gettext("All")), waits]


class FilterForm(Form):
    """What narrows the list; its state stands in the address."""

    words = LineField(_l("Words in the title"), longest=120)
    category = SelectOneField(
        _l("Kind of help"), choices=lambda: choices.codes(Category, gettext("All"))
    )
    status = SelectOneField(_l("Status"), choices=lambda: _statuses())
    topic = SelectOneField(_l("Topic"), choices=lambda: choices.all_topics(gettext("All")))
    country = SelectOneField(_l("Country"), choices=lambda: choices.all_countries(gettext("All")))
    sort = SelectOneField(
        _l("Order"),
        choices=lambda: [
            SelectChoice("newest", gettext("Newest first")),
            SelectChoice("window", gettext("Earliest start first")),
        ],
    )
