"""What the council has decided, whom the municipality knows, and whom it rules out."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.models import Offer, now
from matchmaker.offers.drafts import MandateDraft
from matchmaker.vocabulary import Mandate
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import refuse
from matchmaker.web.fields import DayField, LinesField, OneOfField, SeveralField, WholeNumberField


class MandateForm(BaseForm):
    """How far the decision has come."""

    mandate = OneOfField(
        _l("Mandate"),
        ask=_l("Say what your council has decided."),
        choices=lambda: choices.marked(
            {kind.value: kind.label for kind in (Mandate.ADOPTED, Mandate.CONDITIONAL)}
        ),
    )
    chance = WholeNumberField(
        _l("How likely is a yes, in percent? (optional)"),
        most=100,
        description=_l("Only if a decision is still to come. Leave empty if you cannot say."),
    )
    lapses = DayField(
        _l("Until when can the council decide?"),
        description=_l("Only if a decision is still to come. Without it the offer lapses then."),
    )
    wish_names = LinesField(
        _l("Is there a municipality you already know and would like to work with? (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
    veto_names = LinesField(
        _l("Municipalities you cannot help (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
    veto_countries = SeveralField(
        _l("Countries in which you cannot help"), choices=choices.all_countries
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the last day of a decision that is still to come."""
        good = super().validate(extra_validators)
        if self.mandate.data != Mandate.CONDITIONAL or self.lapses.errors:
            return good
        if self.lapses.data is None:
            return refuse(self.lapses, gettext("Enter the last day for the decision."))
        if self.lapses.data < now().date():
            return refuse(self.lapses, gettext("The last day must not be in the past."))
        return good

    def draft(self) -> MandateDraft:
        """Return what was typed."""
        return MandateDraft(
            mandate=self.mandate.data,
            chance=None if self.chance.data is None else self.chance.data / 100,
            lapses=self.lapses.data,
            wish_names=tuple(self.wish_names.lines),
            veto_names=tuple(self.veto_names.lines),
            veto_countries=tuple(self.veto_countries.data or ()),
        )

    @classmethod
    def of(cls, offer: Offer) -> "MandateForm":
        """Return the form as the offer stands."""
        chance = offer.mandate_chance
        return cls(
            data={
                "mandate": offer.mandate,
                "chance": None if chance is None else round(100 * chance),
                "lapses": offer.mandate_lapses,
                "wish_names": "\n".join(offer.wish_names or ()),
                "veto_names": "\n".join(offer.veto_names),
                "veto_countries": offer.veto_countries,
            }
        )
