"""The forms of a plan: its text, a milestone, a visit, working days."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.models import now
from matchmaker.vocabulary import VisitPlace
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import FARTHEST, refuse
from matchmaker.web.fields import (
    DayField,
    LineField,
    LongTextField,
    OneOfField,
    WholeNumberField,
)

LONGEST_PLAN = 6000
MOST_PERSONS, MOST_DAYS = 200, 5000
LONGEST_VISIT = timedelta(days=366)


class PlanForm(BaseForm):
    """What is planned, in one's own words."""

    text = LongTextField(
        _l("The plan"),
        _l("Write down the plan, in a few lines at least."),
        longest=LONGEST_PLAN,
        description=_l(
            "A rough guide: who does what, in which order, and what you will look at again. "
            "Either side may change it at any time; earlier versions stay readable."
        ),
    )
    political_contact = LineField(
        _l("Political contact (a role, not a name)"),
        description=_l(
            "Who stands behind this project politically, for example “deputy mayor for services”. "
            "Each pulse asks whether this person is still in touch with the work."
        ),
    )

    def __init__(self, *args: Any, with_contact: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        if not with_contact:
            del self.political_contact


class MilestoneForm(BaseForm):
    """One step: what, by when, and how both sides will see that it is done."""

    what = LineField(_l("What"), _l("Say what is to be reached."), longest=200)
    due_on = DayField(_l("By when"), _l("Enter the day by which it should be reached."))
    done_when = LineField(_l("How you will both see that it is done (optional)"), longest=200)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a day that is far away."""
        well_formed = super().validate(extra_validators)
        return _within_reach(self.due_on) and well_formed


class VisitForm(BaseForm):
    """When, how many people, and where."""

    starts_on = DayField(_l("First day"), _l("Enter the first day."))
    ends_on = DayField(_l("Last day"), _l("Enter the last day."))
    persons = WholeNumberField(
        _l("How many people travel"), 1, MOST_PERSONS, _l("Enter how many people travel.")
    )
    place = OneOfField(
        _l("Where"),
        _l("Choose where you meet."),
        choices=lambda: [(code, gettext(label)) for code, label in VisitPlace.choices()],
        description=_l("No address and no names: agree on those in another way."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a period that is reversed, too long or too far away."""
        well_formed = super().validate(extra_validators)
        first, last = self.starts_on.data, self.ends_on.data
        if not isinstance(first, date) or not isinstance(last, date):
            return False
        if last < first:
            return refuse(self.ends_on, gettext("The last day must not come before the first."))
        if last - first > LONGEST_VISIT:
            return refuse(self.ends_on, gettext("A visit lasts a year at most."))
        return _within_reach(self.ends_on) and well_formed


class DaysForm(BaseForm):
    """How many working days one's own side has spent."""

    days = WholeNumberField(
        _l("Working days"),
        1,
        MOST_DAYS,
        _l("Enter the number of working days."),
        description=_l("Of all people of your side together, since the last entry."),
    )
    until = DayField(_l("Up to which day"), _l("Enter the day up to which you counted."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse days that have not come yet."""
        well_formed = super().validate(extra_validators)
        if isinstance(self.until.data, date) and self.until.data > now().date():
            return refuse(self.until, gettext("Enter a day that has passed, or today."))
        return well_formed


def _within_reach(field: Any) -> bool:
    if isinstance(field.data, date) and field.data > now().date() + FARTHEST:
        return refuse(field, gettext("Enter a day within the next ten years."))
    return True
