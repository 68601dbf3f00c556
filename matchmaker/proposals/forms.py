"""What the helping municipality fills in when its council has yet to decide."""

from datetime import date

from flask_babel import lazy_gettext as _l

from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import DayField


class CouncilForm(BaseForm):
    """Until when the council decides."""

    lapses_on = DayField(
        _l("Until when will your council decide?"),
        _l("Enter the date until which your council decides."),
        description=_l("The place is held for you until then. If you say nothing more, it lapses."),
    )

    @property
    def day(self) -> date:
        """The date that was entered."""
        assert self.lapses_on.data is not None
        return self.lapses_on.data
