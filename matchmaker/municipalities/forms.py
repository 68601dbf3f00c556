"""Forms of municipalities, conflict areas and ties."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from matchmaker import places
from matchmaker.vocabulary import (
    TOPICS,
    AreaLevel,
    Code,
    MunicipalityKind,
    MunicipalityStatus,
    Phase,
    Presence,
    Role,
    TieKind,
)
from matchmaker.web.addresses import is_address
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import DayField, LineField, WholeNumberField
from matchmaker.web.showing import country_name, language_name

WORLD_LANGUAGES = ("en", "fr", "es", "ar", "ru")


def code_choices(codes: type[Code], only: tuple[Code, ...] = ()) -> list[SelectChoice]:
    """Return the codes of an enumeration with their labels, to be translated when shown."""
    return [SelectChoice(code.value, _l(code.label)) for code in only or tuple(codes)]


def country_choices(empty: Any) -> list[SelectChoice]:
    """Return all countries in the reader's language and order, an empty choice first."""
    named = [SelectChoice(code, country_name(code)) for code in places.countries()]
    named.sort(key=lambda choice: str(choice.label).casefold())
    return [SelectChoice("", empty), *named]


def language_choices(country: str, chosen: list[str]) -> list[SelectChoice]:
    """Return the languages of a country, world languages, and those chosen before."""
    codes = dict.fromkeys([*places.languages(country), *WORLD_LANGUAGES, *chosen])
    return [SelectChoice(code, language_name(code)) for code in codes]


ROLES = (Role.REQUESTER, Role.HELPER)


class SearchForm(BaseForm):
    """Where the municipality is found; sent as a POST, for an address is kept by many machines."""

    role = RadioField(
        _l("What do you want to do first?"),
        choices=[
            SelectChoice("requester", _l("Ask for help")),
            SelectChoice("helper", _l("Offer help")),
        ],
        widget=GovRadioInput(),
        description=_l("You can do the other later, with the same account."),
        default="requester",
    )
    country = SelectField(
        _l("Country"), [InputRequired(_l("Choose a country."))], widget=GovSelect()
    )
    text = LineField(
        _l("Name of the municipality"),
        _l("Enter the name of the municipality."),
        80,
        description=_l("In any spelling and script."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(_l("Choose a country"))


class FilterForm(Form):
    """Filters of the list of municipalities."""

    status = SelectField(
        _l("Status"),
        choices=[
            SelectChoice("", _l("All")),
            *code_choices(MunicipalityStatus),
            SelectChoice("hidden", _l("Hidden for now")),
        ],
        widget=GovSelect(),
    )
    country = SelectField(_l("Country"), widget=GovSelect())
    text = StringField(_l("Name, region or code"), widget=GovTextInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(_l("All"))


class MunicipalityForm(BaseForm):
    """What is known of a municipality."""

    name = StringField(
        _l("Name in Latin letters"),
        [InputRequired(_l("Enter the name.")), Length(max=200)],
        widget=GovTextInput(),
    )
    local_name = StringField(
        _l("Name in the local script"),
        [Optional(), Length(max=200)],
        widget=GovTextInput(),
        description=_l("If it differs."),
    )
    region = StringField(
        _l("Region"),
        [InputRequired(_l("Enter the region.")), Length(max=120)],
        widget=GovTextInput(),
        description=_l("Names repeat, so the region is always shown."),
    )
    official_code = StringField(
        _l("Official code of the municipality"),
        [
            Optional(),
            Length(max=40),
            Regexp(r"^[\w .:/-]+$", message=_l("Use letters, digits, spaces, . : / and -.")),
        ],
        widget=GovTextInput(),
        description=_l("As in the national register, for example KATOTTG. It speeds up checking."),
    )
    population = WholeNumberField(
        _l("Inhabitants"),
        most=50_000_000,
        refusal=_l("Enter a number between 0 and 50,000,000."),
        description=_l("About how many now, for example 12000."),
    )
    languages = SelectMultipleField(
        _l("Languages spoken there"), widget=GovCheckboxesInput(), choices=[]
    )
    kind = RadioField(
        _l("What is it?"),
        choices=code_choices(MunicipalityKind),
        widget=GovRadioInput(),
        default=MunicipalityKind.ELECTED.value,
        description=_l(
            "A temporary administration stands in for an elected council. It is shown as such."
        ),
    )
    contact_role = StringField(
        _l("Office to contact"),
        [Optional(), Length(max=200)],
        widget=GovTextInput(),
        description=_l("A role, not a name: for example International relations office."),
    )
    contact_email = StringField(
        _l("Email address of the office"),
        [
            Optional(),
            Length(max=255),
            is_address,
        ],
        widget=GovTextInput(),
    )
    contact_phone = StringField(
        _l("Telephone of the office"),
        [
            Optional(),
            Length(max=60),
            Regexp(r"^[+0-9 ()/.-]{5,60}$", message=_l("Use digits, spaces, + - / and ().")),
        ],
        widget=GovTextInput(),
        description=_l("With the country code."),
    )

    def __init__(self, country: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.languages.data if request.method == "GET" else []
        self.languages.choices = language_choices(country, list(chosen or []))

    def values(self) -> dict[str, Any]:
        """Return the values as the service takes them: empty ones as None."""
        taken = {}
        for name, field in self._fields.items():
            if name in MUNICIPALITY_FIELDS:
                taken[name] = field.data if field.data not in ("", None) else None
        if "languages" in taken:
            taken["languages"] = list(self.languages.data or [])
        return taken


class EditMunicipalityForm(MunicipalityForm):
    """Change what is known of a municipality."""

    sides = StringField(
        _l("Sides of a divide"),
        [
            Optional(),
            Length(max=200),
            Regexp(r"^[\w ,-]*$", message=_l("Use short codes, with commas between them.")),
        ],
        widget=GovTextInput(),
        description=_l("Short codes with commas between them. Seen by coordinators only."),
    )

    def __init__(self, country: str, fixed: set[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(country, *args, **kwargs)
        if isinstance(self.sides.data, list):
            self.sides.data = ", ".join(self.sides.data)
        for name in fixed:
            del self[name]

    def values(self) -> dict[str, Any]:
        """Return the values as the service takes them."""
        taken = super().values()
        if "sides" in self._fields:
            pieces = (self.sides.data or "").split(",")
            taken["sides"] = [piece.strip() for piece in pieces if piece.strip()]
        return taken


MUNICIPALITY_FIELDS = {
    "name",
    "local_name",
    "region",
    "official_code",
    "population",
    "languages",
    "kind",
    "contact_role",
    "contact_email",
    "contact_phone",
}


class ReasonForm(BaseForm):
    """A reason, kept in the audit trail."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Enter the reason.")), Length(max=2000)],
        widget=GovTextArea(),
    )


class AreaForm(BaseForm):
    """How things stand in a place in conflict."""

    phase = RadioField(
        _l("Phase"),
        [InputRequired(_l("Choose the phase."))],
        choices=code_choices(Phase),
        widget=GovRadioInput(),
    )
    presence = RadioField(
        _l("Who can go there?"),
        [InputRequired(_l("Choose who can go there."))],
        choices=code_choices(Presence),
        widget=GovRadioInput(),
        description=_l("No presence allows only remote and international work."),
    )
    valid_until = DayField(
        _l("Valid until"),
        _l("Enter a date."),
        description=_l("After this day the place counts as restricted until somebody confirms it."),
    )
    source = StringField(
        _l("Source"),
        [InputRequired(_l("Enter where this comes from.")), Length(max=400)],
        widget=GovTextInput(),
    )


class NewAreaForm(AreaForm):
    """Enter a place in conflict."""

    level = RadioField(
        _l("What is it?"),
        [InputRequired(_l("Choose one."))],
        choices=code_choices(AreaLevel),
        widget=GovRadioInput(),
    )
    country = SelectField(
        _l("Country"), [InputRequired(_l("Choose a country."))], widget=GovSelect()
    )
    region = StringField(
        _l("Region"),
        [Optional(), Length(max=120)],
        widget=GovTextInput(),
        description=_l("Written as on the pages of its municipalities. Not needed for a country."),
    )
    municipality = StringField(
        _l("Municipality"),
        [Optional(), Length(max=200)],
        widget=GovTextInput(),
        description=_l("Only if the entry is about one municipality."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(_l("Choose a country"))


class TieForm(BaseForm):
    """Enter a tie with another municipality."""

    country = SelectField(
        _l("Country of the other municipality"),
        [InputRequired(_l("Choose a country."))],
        widget=GovSelect(),
    )
    municipality = StringField(
        _l("Name of the other municipality"),
        [InputRequired(_l("Enter the name.")), Length(max=200)],
        widget=GovTextInput(),
    )
    kind = RadioField(
        _l("Kind"),
        [InputRequired(_l("Choose the kind."))],
        choices=code_choices(TieKind),
        widget=GovRadioInput(),
    )
    since = WholeNumberField(
        _l("Since"),
        1800,
        2200,
        refusal=_l("Enter a year, like 1998."),
        description=_l("Year"),
    )
    until = WholeNumberField(
        _l("Until"),
        1800,
        2200,
        refusal=_l("Enter a year, like 1998."),
        description=_l("Year. Leave it empty if the tie lasts."),
    )
    topics = SelectMultipleField(
        _l("Topics"),
        choices=[SelectChoice(code, _l(topic.label)) for code, topic in TOPICS.items()],
        widget=GovCheckboxesInput(),
    )
    source = StringField(
        _l("Source"),
        [InputRequired(_l("Enter where this comes from.")), Length(max=400)],
        widget=GovTextInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = country_choices(_l("Choose a country"))

    def validate_until(self, field: WholeNumberField) -> None:
        """Refuse a tie that ends before it begins."""
        begun = self.since.data
        if field.data is not None and begun is not None and field.data < begun:
            raise ValidationError(_l("The end is before the beginning."))
