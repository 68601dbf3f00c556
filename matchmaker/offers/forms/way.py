"""One stage of the way to a decision, and how likely a yes is."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.models import MandateStep, Offer, now
from matchmaker.offers.drafts import OutlookDraft, StepDraft
from matchmaker.vocabulary import N_
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import FARTHEST, refuse
from matchmaker.web.fields import DayField, OneOfField, WholeNumberField

ANSWERS = {"open": N_("Not yet"), "yes": N_("Yes"), "no": N_("No, it was refused")}
MEANS: dict[str, bool | None] = {"open": None, "yes": True, "no": False}


class StepForm(BaseForm):
    """When a stage is planned, and how it ended."""

    planned_on = DayField(
        _l("For which day is it planned? (optional)"),
        description=_l("We remind you a week before, without saying of what."),
    )
    answer = OneOfField(
        _l("Is it done?"),
        ask=_l("Say whether it is done."),
        choices=lambda: choices.marked(ANSWERS),
    )
    decided_on = DayField(_l("On which day? (optional)"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a day too far away, and a day of a decision that is still to come."""
        good = super().validate(extra_validators)
        today = now().date()
        if self.planned_on.data and self.planned_on.data > today + FARTHEST:
            good = refuse(self.planned_on, gettext("Enter a day within the next ten years."))
        if self.decided_on.data and self.decided_on.data > today:
            good = refuse(
                self.decided_on, gettext("The day of a decision must not be in the future.")
            )
        if self.decided_on.data and self.answer.data == "open":
            good = refuse(self.decided_on, gettext("Say what was decided on that day."))
        return good

    def draft(self) -> StepDraft:
        """Return what was typed."""
        return StepDraft(
            planned_on=self.planned_on.data,
            agreed=MEANS[self.answer.data],
            decided_on=self.decided_on.data,
        )

    @classmethod
    def of(cls, row: MandateStep | None) -> "StepForm":
        """Return the form as the stage stands."""
        if row is None:
            return cls(data={"answer": "open"})
        answer = next(code for code, means in MEANS.items() if means is row.agreed)
        return cls(
            data={"planned_on": row.planned_on, "answer": answer, "decided_on": row.decided_on}
        )


class OutlookForm(BaseForm):
    """How likely a yes is, and until when it is waited for."""

    chance = WholeNumberField(
        _l("How likely is a yes, in percent? (optional)"),
        most=100,
        description=_l("Leave empty if you cannot say."),
    )
    lapses = DayField(
        _l("Until when can the council decide?"),
        ask=_l("Enter the last day for the decision."),
        description=_l("Without a decision the offer lapses then."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a day that is over."""
        good = super().validate(extra_validators)
        if self.lapses.data and self.lapses.data < now().date():
            return refuse(self.lapses, gettext("The last day must not be in the past."))
        return good

    def draft(self) -> OutlookDraft:
        """Return what was typed."""
        assert self.lapses.data is not None
        chance = self.chance.data
        return OutlookDraft(None if chance is None else chance / 100, self.lapses.data)

    @classmethod
    def of(cls, offer: Offer) -> "OutlookForm":
        """Return the form as the offer stands."""
        chance = offer.mandate_chance
        return cls(
            data={
                "chance": None if chance is None else round(100 * chance),
                "lapses": offer.mandate_lapses,
            }
        )
