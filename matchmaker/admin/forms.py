"""The filters of the audit trail, and the reason for a change of a membership."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import Select

from matchmaker.admin.audit_words import kind_label, sentence_of
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import DayField, LineField, LongTextField, SeveralField


class AuditFilterForm(FlaskForm):
    """What to narrow the list of events to; lives in the address."""

    class Meta:
        csrf = False

    kind = SelectField(_l("What it is about"), widget=GovSelect(), validate_choice=False)
    event = SelectField(_l("Event"), widget=GovSelect(), validate_choice=False)
    subject_id = StringField(_l("Number of the thing"), widget=GovTextInput())
    person = StringField(
        _l("Number of the person"),
        widget=GovTextInput(),
        description=_l("As it stands in the list of accounts; its beginning is enough."),
    )
    since = DayField(_l("From day"))
    until = DayField(_l("To day"))

    def offer(self, kinds: list[str], events: list[str]) -> None:
        """Offer the codes that occur."""
        self.kind.choices = _by_label({code: kind_label(code) for code in kinds})
        self.event.choices = _by_label(
            {code: sentence_of(code, code.partition(".")[0]) for code in events}
        )


def _by_label(labels: dict[str, str]) -> list[SelectChoice]:
    """Return choices in the order of what is read, "All" first."""
    found = sorted(labels.items(), key=lambda pair: pair[1].casefold())
    return [SelectChoice("", _l("All")), *(SelectChoice(code, label) for code, label in found)]


class SearchForm(FlaskForm):
    """Whom to look for; lives in the address."""

    class Meta:
        csrf = False

    q = StringField(
        _l("Search"),
        [Length(max=200)],
        widget=GovTextInput(),
        description=_l("An address or a part of it, or the name of an organisation."),
    )
    lacks = SelectField(
        _l("Show"),
        widget=GovSelect(),
        choices=[
            SelectChoice("", _l("All")),
            SelectChoice("factor", _l("Staff without a second factor")),
        ],
        validate_choice=False,
    )

    @property
    def asked(self) -> str:
        """What was typed, of a length that is looked for."""
        return (self.q.data or "").strip()[:200]


class ScopeForm(BaseForm):
    """The countries and sides that the coordinators of an association see, chosen from lists."""

    countries = SelectMultipleField(
        _l("Countries"),
        widget=Select(multiple=True),
        description=_l(
            "Chosen: these only. None chosen: all countries. "
            "On a computer, hold the key Ctrl to choose several or to take one back."
        ),
    )
    sides = SeveralField(
        _l("Sides of a divide"),
        description=_l(
            "As they stand with the municipalities. None chosen: all sides. "
            "With a side chosen, municipalities without a side are not seen."
        ),
    )

    def offer(self, sides: list[str]) -> None:
        """Offer every country by name, and the sides that occur."""
        self.countries.choices = choices.all_countries()
        self.sides.choices = [SelectChoice(side, side) for side in sides]

    @property
    def country_codes(self) -> list[str]:
        """The codes of the countries that were chosen."""
        return list(self.countries.data or [])

    @property
    def side_codes(self) -> list[str]:
        """The codes of the sides that were chosen."""
        return list(self.sides.data or [])


class NewAssociationForm(ScopeForm):
    """An association with what its coordinators see."""

    name = LineField(
        _l("Name of the association"), _l("Enter the name of the association."), longest=200
    )


class LegalTextForm(BaseForm):
    """The next version of a legal text."""

    seen = HiddenField()
    text = LongTextField(
        _l("Text"),
        longest=20_000,
        description=_l(
            "Plain text; an empty line begins a new paragraph. Left empty, the built-in text is "
            "shown again."
        ),
    )

    @property
    def seen_version(self) -> int:
        """The version that was shown when the form was opened."""
        seen = str(self.seen.data or "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
