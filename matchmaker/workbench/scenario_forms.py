"""What a coordinator fills in for a scenario."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovRadioInput,
    GovSelect,
    GovTextInput,
)
from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from matchmaker.models import Scenario
from matchmaker.vocabulary import OverrideReason
from matchmaker.web.base_form import BaseForm

LONGEST_WORDS = 1000
ROUND = "round"
"""What stands for the round itself where a scenario is chosen."""
NEW = "new"
"""What stands for a scenario that is not there yet."""


class NameForm(BaseForm):
    """What a scenario is called."""

    name = StringField(
        _l("Name of the scenario"),
        widget=GovTextInput(),
        description=_l("For example what you want to try out. Only coordinators read it."),
        validators=[
            DataRequired(_l("Enter a name")),
            Length(max=80, message=_l("Write at most %(max)d characters")),
        ],
    )


def _reasons() -> Any:
    return [SelectChoice(code, gettext(label)) for code, label in OverrideReason.choices()]


class WhyForm(BaseForm):
    """Why something is changed by hand; with the name of a scenario where it is a new one."""

    name = NameForm.name
    reason = RadioField(
        _l("Why do you change this?"),
        widget=GovRadioInput(),
        choices=_reasons,
        validators=[InputRequired(_l("Choose a reason"))],
    )
    words = TextAreaField(
        _l("The reason in your words"),
        widget=GovCharacterCount(),
        description=_l(
            "So that you can defend it later. Coordinators of your association and the "
            "administrators who check the audit trail can read it; it is kept encrypted."
        ),
        validators=[
            DataRequired(_l("Write the reason in your words")),
            Length(max=LONGEST_WORDS, message=_l("Write at most %(max)d characters")),
        ],
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.name


class ChooseForm(Form):
    """Which scenario, need, offer and number of places; read from the address."""

    NAMES = ("scenario", "need_words", "need", "offer_words", "offer", "places")

    scenario = SelectField(_l("Scenario"), widget=GovSelect(), validate_choice=False)
    need_words = StringField(
        _l("Find a need"),
        widget=GovTextInput(),
        description=_l("Municipality or words in the title"),
    )
    need = RadioField(_l("Need"), widget=GovRadioInput(), validate_choice=False)
    offer_words = StringField(
        _l("Find an offer"),
        widget=GovTextInput(),
        description=_l("Municipality or words in the title"),
    )
    offer = RadioField(_l("Offer"), widget=GovRadioInput(), validate_choice=False)
    places = StringField(_l("Places from now on"), widget=GovTextInput())

    def offer_scenarios(self, scenarios: list[Scenario]) -> None:
        """Fill the list of scenarios."""
        new = SelectChoice(NEW, gettext("A new scenario"))
        self.scenario.choices = [new, *_named(scenarios)]


class CompareForm(Form):
    """Which two results are put side by side."""

    a = SelectField(_l("Compare"), widget=GovSelect(), validate_choice=False)
    b = SelectField(_l("with"), widget=GovSelect(), validate_choice=False)

    def offer_choices(self, scenarios: list[Scenario]) -> None:
        """Fill the lists."""
        round_ = SelectChoice(ROUND, gettext("The round as it is"))
        self.a.choices = self.b.choices = [round_, *_named(scenarios)]


def _named(scenarios: list[Scenario]) -> list[SelectChoice]:
    return [SelectChoice(one.public_id, one.name) for one in scenarios]
