"""When, how much, where, and in which languages."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matchmaker.models import Offer
from matchmaker.offers import steps
from matchmaker.offers.drafts import SettingDraft, TimeDraft
from matchmaker.vocabulary import Setting
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import check_period
from matchmaker.web.fields import DayField, OneOfField, SeveralField, WholeNumberField
from matchmaker.web.languages_form import LanguagesForm, split


class TimeForm(BaseForm):
    """When and how much."""

    window_start = DayField(_l("You have time from"), ask=_l("Enter the first day."))
    window_end = DayField(_l("You have time until"), ask=_l("Enter the last day."))
    effort_days = WholeNumberField(
        _l("Working days of experts you can give (optional)"),
        least=1,
        most=5000,
        description=_l("One person for one day counts 1. Leave empty if you do not know."),
    )
    commitment_months = WholeNumberField(
        _l("Months you are ready to commit yourselves (optional)"), least=1, most=240
    )
    places = WholeNumberField(
        _l("How many municipalities can you help at the same time?"),
        least=1,
        most=50,
        ask=_l("Enter a number; 1 is usual."),
    )

    def __init__(self, offer: Offer, **more: Any) -> None:
        self.was_start = offer.window_start
        super().__init__(**more)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each answer, then the period."""
        good = super().validate(extra_validators)
        return all([good, check_period(self.window_start, self.window_end, self.was_start)])

    def draft(self) -> TimeDraft:
        """Return what was typed."""
        assert self.window_start.data and self.window_end.data and self.places.data
        return TimeDraft(
            window_start=self.window_start.data,
            window_end=self.window_end.data,
            effort_days=self.effort_days.data,
            commitment_months=self.commitment_months.data,
            places=self.places.data,
        )

    @classmethod
    def of(cls, offer: Offer) -> "TimeForm":
        """Return the form as the offer stands."""
        return cls(
            offer,
            data={
                "window_start": offer.window_start,
                "window_end": offer.window_end,
                "effort_days": offer.effort_days,
                "commitment_months": offer.commitment_months,
                "places": offer.places or 1,
            },
        )


class SettingForm(LanguagesForm):
    """Where, and in which languages."""

    settings = SeveralField(
        _l("Where can your help take place?"),
        ask=_l("Choose at least one setting."),
        description=_l("Only what your activities allow is shown."),
        choices=[],
    )
    interpretation = OneOfField(
        _l("Can you arrange interpretation?"),
        ask=_l("Choose an answer; “we do not know yet” is one."),
        choices=lambda: choices.marked(choices.YES_NO_UNKNOWN),
    )
    context_stated = OneOfField(
        _l("Does staff of yours speak further languages of conflict areas?"),
        ask=_l("Choose an answer; “not stated” is one."),
        choices=lambda: choices.marked(choices.STATED),
    )
    context_languages = SeveralField(_l("Further languages of your staff"), choices=[])

    def __init__(self, offer: Offer, **more: Any) -> None:
        super().__init__(**more)
        self.settings.choices = [
            SelectChoice(code, gettext(Setting(code).label))
            for code in steps.allowed_settings(offer)
        ]
        self.offer_languages(offer.municipality.languages)
        self.context_languages.choices = choices.languages()

    def draft(self) -> SettingDraft:
        """Return what was typed."""
        known: dict[str, Any] = {
            "yes": tuple(self.context_languages.data or ()),
            "none": (),
        }
        return SettingDraft(
            tuple(self.settings.data),
            self.chosen_languages,
            choices.TRUTHS.get(self.interpretation.data),
            known.get(self.context_stated.data),
        )

    @classmethod
    def of(cls, offer: Offer) -> "SettingForm":
        """Return the form as the offer stands."""
        known = offer.context_languages
        return cls(
            offer,
            data={
                "settings": offer.settings,
                **split(offer.languages, offer.municipality.languages),
                "interpretation": choices.truth_code(offer.interpretation),
                "context_stated": choices.stated_code(known is not None, known),
                "context_languages": known or [],
            },
        )
