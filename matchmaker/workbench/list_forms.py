"""What narrows the lists of a round; the state stands in the address and names no town."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from matchmaker.access import Actor
from matchmaker.exchange.sentences import REASONS, UNUSED_REASONS
from matchmaker.proposals.wording import SIGNATURE_REASONS
from matchmaker.rounds.overview import sides_in_scope
from matchmaker.vocabulary import N_, Category, ProposalStatus
from matchmaker.web import choices
from matchmaker.web.fields import SelectOneField, WholeNumberField
from matchmaker.web.showing import country_name
from matchmaker.workbench.lists import ListFilter

SIGNATURES = {
    "missing": N_("Signatures are missing"),
    "none": N_("Nobody has signed"),
    "complete": N_("All signatures are given"),
}
NOT_USED = {"not_needed": REASONS["not_needed"], **UNUSED_REASONS}
"""Why an offer is not used, by code."""


class ListForm(Form):
    """What all lists of a round are narrowed by."""

    category = SelectOneField(
        _l("Kind of help"), choices=lambda: choices.codes(Category, gettext("All"))
    )

    def limit(self, countries: Iterable[str], sides: Iterable[str]) -> None:
        """Offer the countries and sides that there are."""
        named = sorted((country_name(code), code) for code in countries)
        for name, found in (
            ("country", [(code, shown) for shown, code in named]),
            ("side", [(side, side) for side in sorted(sides)]),
        ):
            if name not in self:
                continue
            if len(found) > 1 or (name == "side" and found):
                head = SelectChoice("", gettext("All"))
                self[name].choices = [head, *(SelectChoice(*one) for one in found)]
            else:
                del self[name]

    def chosen(self) -> ListFilter:
        """Return what is asked; a value that was not offered counts as not asked."""
        found = {name: data for name, data in self.data.items() if self[name].validate(self)}
        return ListFilter(**{name: data for name, data in found.items() if data is not None})


class ProposalForm(ListForm):
    """What narrows the proposals."""

    status = SelectOneField(
        _l("Status"), choices=lambda: choices.codes(ProposalStatus, gettext("All"))
    )
    signatures = SelectOneField(
        _l("Signatures"), choices=lambda: choices.marked(SIGNATURES, gettext("All"))
    )
    reason = SelectOneField(
        _l("Why two signatures"), choices=lambda: choices.marked(SIGNATURE_REASONS, gettext("All"))
    )
    least = WholeNumberField(_l("Score from, of 100"), most=100)
    most = WholeNumberField(_l("Score to, of 100"), most=100)
    country = SelectOneField(_l("Country that asks"), choices=[])
    side = SelectOneField(_l("Side that asks"), choices=[])
    sort = SelectOneField(
        _l("Order"),
        choices=lambda: [
            SelectChoice("", gettext("Best first")),
            SelectChoice("weakest", gettext("Weakest first")),
        ],
    )


class LeftForm(ListForm):
    """What narrows the needs that were left."""

    reason = SelectOneField(
        _l("Why it was left"), choices=lambda: choices.marked(_left(), gettext("All"))
    )
    country = SelectOneField(_l("Country that asks"), choices=[])
    side = SelectOneField(_l("Side that asks"), choices=[])


class UnusedForm(ListForm):
    """What narrows the offers that are not used."""

    reason = SelectOneField(
        _l("Why it is not used"), choices=lambda: choices.marked(NOT_USED, gettext("All"))
    )
    country = SelectOneField(_l("Country that helps"), choices=[])


def _left() -> dict[str, str]:
    return {code: text for code, text in REASONS.items() if code != "not_needed"}


def form_of(
    kind: type[ListForm], arguments: Any, figures: Mapping[str, Any], actor: Actor
) -> ListForm:
    """Return the form of a list, with the countries and sides that the reader works for."""
    form = kind(arguments)
    if kind is UnusedForm:
        form.limit(figures.get("helping_countries", ()), ())
    else:
        rows = sides_in_scope(figures, actor)
        form.limit({row["country"] for row in rows}, {row["side"] for row in rows} - {""})
    return form
