"""What the helping municipality fills in when its council has yet to decide."""

from datetime import date

from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovDateInput
from wtforms import DateField
from wtforms.validators import InputRequired

from matchmaker.web.base_form import BaseForm


class CouncilForm(BaseForm):
    """Until when the council decides."""

    lapses_on = DateField(
        _l("Until when will your council decide?"),
        widget=GovDateInput(),
        format="%d %m %Y",
        description=_l("The place is held for you until then. If you say nothing more, it lapses."),
        validators=[InputRequired(_l("Enter the date until which your council decides"))],
    )

    @property
    def day(self) -> date:
        """The date that was entered."""
        assert self.lapses_on.data is not None
        return self.lapses_on.data
