"""The forms with which somebody writes down who else is at work."""

from typing import Any

from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextInput
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from matchmaker.municipalities.forms import code_choices, country_choices
from matchmaker.safeguards.others_service import OtherDraft
from matchmaker.vocabulary.others import OtherKind
from matchmaker.web.fields import WholeNumberField
from matchmaker.web.topics_form import TopicsForm


class OtherForm(TopicsForm):
    """An organisation at work: who, on what, since when, and where that comes from."""

    name = StringField(
        _l("Name of the organisation"),
        [InputRequired(_l("Enter the name of the organisation.")), Length(max=200)],
        widget=GovTextInput(),
    )
    kind = RadioField(
        _l("What is it?"),
        [InputRequired(_l("Choose one."))],
        choices=code_choices(OtherKind),
        widget=GovRadioInput(),
    )
    since = WholeNumberField(
        _l("At work there since"),
        1900,
        2200,
        refusal=_l("Enter a year, like 1998."),
        description=_l("Year"),
    )
    until = WholeNumberField(
        _l("Until"),
        1900,
        2200,
        refusal=_l("Enter a year, like 1998."),
        description=_l("Year. Leave it empty if no end is known."),
    )
    source = StringField(
        _l("Source"),
        [InputRequired(_l("Enter where this comes from.")), Length(max=400)],
        widget=GovTextInput(),
    )

    def validate_until(self, field: WholeNumberField) -> None:
        """Refuse work that ends before it begins."""
        begun = self.since.data
        if field.data is not None and begun is not None and field.data < begun:
            raise ValidationError(_l("The end is before the beginning."))

    def draft(self, **place: str) -> OtherDraft:
        """Return what was typed."""
        return OtherDraft(
            name=self.name.data or "",
            kind=self.kind.data or "",
            topics=self.topics,
            since=self.since.data,
            until=self.until.data,
            source=self.source.data or "",
            **place,
        )


class OtherInAreaForm(OtherForm):
    """The same, with the place where it is at work."""

    country = SelectField(
        _l("Country"), [InputRequired(_l("Choose a country."))], widget=GovSelect()
    )
    region = StringField(
        _l("Region"),
        [Length(max=120)],
        widget=GovTextInput(),
        description=_l("Leave it empty if it works in the whole country."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(_l("Choose a country"))
