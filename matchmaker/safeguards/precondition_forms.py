"""The form with which a coordinator answers one precondition."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovRadioInput, GovTextInput
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from matchmaker.safeguards.precondition_service import AnswerDraft
from matchmaker.vocabulary.precondition import Precondition
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import DayField

LONGEST = 2000


class AnswerForm(BaseForm):
    """How a precondition stands, since when, and where that comes from."""

    answer = RadioField(
        _l("How do things stand?"),
        [InputRequired(_l("Choose how things stand."))],
        widget=GovRadioInput(),
        description=_l("“Not known” takes an earlier answer back."),
    )
    as_of = DayField(
        _l("As of"),
        _l("Enter a date."),
        description=_l("The day for which your source tells it."),
    )
    source = StringField(
        _l("Source"),
        [Length(max=400, message=_l("Write at most %(max)d characters"))],
        widget=GovTextInput(),
        description=_l("Needed for “met” and “not met”: a report, a person in office, a visit."),
    )
    text = TextAreaField(
        _l("In a few words (optional)"),
        widget=GovCharacterCount(),
        description=_l("Coordinators read this, the municipalities do not."),
        validators=[Length(max=LONGEST, message=_l("Write at most %(max)d characters"))],
    )

    def ask(self, precondition: Precondition) -> None:
        """Offer the answers that the precondition takes."""
        self.answer.choices = [
            SelectChoice(one.value, gettext(one.label)) for one in precondition.answers
        ]

    def draft(self, question: str) -> AnswerDraft:
        """Return what was typed."""
        return AnswerDraft(
            question,
            self.answer.data or "",
            self.as_of.data or date.max,
            self.source.data or "",
            self.text.data or "",
        )
