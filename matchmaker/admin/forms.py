"""The filters of the audit trail."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice


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
