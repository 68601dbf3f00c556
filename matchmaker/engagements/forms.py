"""The forms with which an engagement ends, done or early with a reason, or is asked about."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovRadioInput
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from matchmaker.vocabulary import DeclineReason
from matchmaker.vocabulary.precondition import GoingOn
from matchmaker.web.base_form import BaseForm

LONGEST_REASON = 2000


class CompleteForm(BaseForm):
    """The button that says the work is done; what it means stands above it."""


class ReasonForm(BaseForm):
    """Why not."""

    reason = RadioField(
        _l("Reason"),
        widget=GovRadioInput(),
        choices=lambda: [
            SelectChoice(code, gettext(text)) for code, text in DeclineReason.choices()
        ],
        validators=[InputRequired(_l("Choose a reason."))],
    )
    text = TextAreaField(
        _l("In your own words (optional)"),
        widget=GovCharacterCount(),
        description=_l("Coordinators read this, the other municipality does not."),
        validators=[Length(max=LONGEST_REASON, message=_l("Write at most %(max)d characters"))],
    )

    @property
    def code(self) -> DeclineReason:
        """The reason that was chosen."""
        return DeclineReason(self.reason.data)


class GoingOnForm(BaseForm):
    """What becomes of work where a precondition is not met any more."""

    answer = RadioField(
        _l("What is to be done?"),
        widget=GovRadioInput(),
        validators=[InputRequired(_l("Choose what is to be done."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        widget=GovCharacterCount(),
        description=_l("Coordinators read this, the municipalities do not."),
        validators=[
            InputRequired(_l("Enter the reason.")),
            Length(max=LONGEST_REASON, message=_l("Write at most %(max)d characters")),
        ],
    )

    def offer(self, answers: tuple[GoingOn, ...]) -> None:
        """Offer the answers that are possible now."""
        self.answer.choices = [SelectChoice(one.value, gettext(one.label)) for one in answers]
