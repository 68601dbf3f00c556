"""The filters of the audit trail, and the reason for a change of a membership."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea, GovTextInput
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from matchmaker.web.base_form import BaseForm


class AuditFilterForm(FlaskForm):
    """What to narrow the list of events to; lives in the address."""

    class Meta:
        csrf = False

    kind = SelectField(_l("What it is about"), widget=GovSelect(), validate_choice=False)
    event = SelectField(_l("Event"), widget=GovSelect(), validate_choice=False)
    subject_id = StringField(_l("Number of the thing"), widget=GovTextInput())

    def offer(self, kinds: list[str], events: list[str]) -> None:
        """Offer the codes that occur."""
        for field, codes in ((self.kind, kinds), (self.event, events)):
            field.choices = [SelectChoice("", _l("All")), *(SelectChoice(c, c) for c in codes)]


class MembershipReasonForm(BaseForm):
    """Why a membership changes; kept in the audit trail."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason.")), Length(max=2000)],
        widget=GovTextArea(),
    )
