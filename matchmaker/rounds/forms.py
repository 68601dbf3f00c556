"""What a coordinator fills in for a round."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxInput,
    GovRadioInput,
    GovTextInput,
)
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import Category, Criterion, Policy, UnknownAs
from matchmaker.web.base_form import BaseForm


class RoundForm(BaseForm):
    """What a new round is called."""

    title = StringField(
        _l("Title of the round"),
        widget=GovTextInput(),
        description=_l("For example the season and the area. Only coordinators read it."),
        validators=[
            DataRequired(_l("Enter a title")),
            Length(max=120, message=_l("Write at most %(max)d characters")),
        ],
    )


class WholePercentField(IntegerField):
    """A whole number of percent."""

    widget = GovTextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; say what is expected where it is none."""
        try:
            super().process_formdata([value.strip().rstrip("%").strip() for value in valuelist])
        except ValueError:
            raise ValueError(gettext("Enter a whole number from 0 to 100")) from None


def _percent(label: Any, hint: Any = "") -> WholePercentField:
    return WholePercentField(
        label,
        description=hint,
        validators=[
            InputRequired(_l("Enter a whole number from 0 to 100")),
            NumberRange(0, 100, message=_l("Enter a whole number from 0 to 100")),
        ],
    )


def _choices(codes: Any) -> Any:
    return lambda: [SelectChoice(code, gettext(label)) for code, label in codes.choices()]


class SettingsForm(BaseForm):
    """Weights, policy, limits and signatures of a round."""

    policy = RadioField(
        _l("What the round strives for first"),
        widget=GovRadioInput(),
        choices=_choices(Policy),
        validators=[InputRequired(_l("Choose what the round strives for"))],
    )
    unknown_as = RadioField(
        _l("What nobody told us"),
        widget=GovRadioInput(),
        choices=_choices(UnknownAs),
        validators=[InputRequired(_l("Choose how to count what is not known"))],
    )
    minimum_score = _percent(
        _l("Least score of a proposal (percent)"), _l("Pairs below it are not proposed.")
    )
    low_score = _percent(
        _l("Two signatures below this score (percent)"),
        _l("A proposal with a lower score asks for a second person."),
    )
    keep_bonus = _percent(
        _l("Points for a pair of the last round"),
        _l(
            "A pair that was proposed in the last round, and neither agreed nor refused, counts so "
            "many points of 100 more while pairs are chosen. It then changes only where another "
            "choice is better by more than that. With 0 the pairs are chosen afresh. The scores "
            "that are shown never hold these points."
        ),
    )
    always_two = BooleanField(
        _l("Ask for two signatures on every proposal"), widget=GovCheckboxInput()
    )
    both_associations = BooleanField(
        _l("Ask both national associations to sign"),
        widget=GovCheckboxInput(),
        description=_l(
            "Where another association works for the country of the helping side: "
            "each of the two signs once."
        ),
    )
    offers_from_elsewhere = BooleanField(
        _l("Take in offers from outside our scope"),
        widget=GovCheckboxInput(),
        description=_l(
            "You see of them what a municipality sees, without a name. "
            "A coordinator of the association they belong to signs too."
        ),
    )

    complement = BooleanField(
        _l("Complement what others do"),
        widget=GovCheckboxInput(),
        description=_l(
            "A topic that somebody else covers in the area of a need then counts only where the "
            "need asks for nothing else. It is settled when needs and offers are taken in."
        ),
    )

    @classmethod
    def of(cls, settings: RoundSettings) -> "SettingsForm":
        """Return the form as the settings stand."""
        matching = settings.matching
        data: dict[str, Any] = {
            "policy": matching.policy,
            "unknown_as": matching.unknown_as,
            "minimum_score": round(100 * matching.minimum_score),
            "low_score": round(100 * settings.low_score),
            "keep_bonus": round(100 * matching.keep_bonus),
            "always_two": settings.always_two,
            "both_associations": settings.both_associations,
            "offers_from_elsewhere": settings.offers_from_elsewhere,
            "complement": settings.complement,
        }
        for category, weights in matching.weights.items():
            for criterion, weight in weights.items():
                data[f"{category}_{criterion}"] = round(100 * weight)
        return cls(data=data)

    @property
    def weights(self) -> list[tuple[str, list[Any]]]:
        """The weights of each category, as fields."""
        return [
            (category.value, [self[f"{category}_{criterion}"] for criterion in Criterion])
            for category in Category
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the weights of each category sum to 100."""
        good = super().validate(extra_validators)
        for _, fields in self.weights:
            numbers = [field.data for field in fields if not field.errors]
            if len(numbers) == len(fields) and sum(numbers) != 100:
                message = gettext("The three weights must sum to 100; they sum to %(sum)s")
                fields[0].errors = [message % {"sum": sum(numbers)}]
                good = False
        return good

    def changed(self, settings: RoundSettings) -> RoundSettings:
        """Return the settings with what was typed."""
        weights = {
            category: {
                criterion.value: field.data / 100
                for criterion, field in zip(Criterion, fields, strict=True)
            }
            for category, fields in self.weights
        }
        matching = replace(
            settings.matching,
            weights=weights,
            policy=self.policy.data,
            unknown_as=self.unknown_as.data,
            minimum_score=self.minimum_score.data / 100,
            keep_bonus=self.keep_bonus.data / 100,
        )
        return replace(
            settings,
            matching=matching,
            always_two=self.always_two.data,
            both_associations=self.both_associations.data,
            low_score=self.low_score.data / 100,
            offers_from_elsewhere=self.offers_from_elsewhere.data,
            complement=self.complement.data,
        )


for _category in Category:
    for _criterion in Criterion:
        setattr(SettingsForm, f"{_category}_{_criterion}", _percent(_l(_criterion.label)))
