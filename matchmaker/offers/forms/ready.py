"""Who does the work, why the municipality helps, and whether that has to be known."""

from flask_babel import lazy_gettext as _l

from matchmaker.models import Offer
from matchmaker.offers.drafts import ReadyDraft
from matchmaker.vocabulary import Motive, Publicity
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import OneOfField, SeveralField


class ReadyForm(BaseForm):
    """What it takes; nothing of it has to be answered."""

    staffed = OneOfField(
        _l("Is there an official whose job this is?"),
        choices=lambda: choices.marked(choices.YES_NO_UNKNOWN),
    )
    motives = SeveralField(
        _l("Why does your municipality want to help? (optional)"),
        description=_l("Several motives are usual. Only coordinators read this."),
        choices=lambda: choices.codes(Motive),
    )
    publicity = OneOfField(
        _l("Do you need publicity while the work goes on? (optional)"),
        description=_l("A municipality in danger may refuse it; then you are not matched with it."),
        choices=lambda: choices.codes(Publicity),
    )

    def draft(self) -> ReadyDraft:
        """Return what was typed."""
        return ReadyDraft(
            staffed=choices.TRUTHS.get(self.staffed.data),
            motives=tuple(self.motives.data or ()),
            publicity=self.publicity.data or None,
        )

    @classmethod
    def of(cls, offer: Offer) -> "ReadyForm":
        """Return the form as the offer stands."""
        return cls(
            data={
                "staffed": choices.truth_code(offer.staffed),
                "motives": offer.motives,
                "publicity": offer.publicity,
            }
        )
