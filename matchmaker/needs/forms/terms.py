"""When, how much, where, and in which languages."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matchmaker.models import Need
from matchmaker.needs import steps
from matchmaker.needs.drafts import (
    SettingDraft,
    TimeDraft,
)
from matchmaker.vocabulary import Setting
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import check_period, refuse
from matchmaker.web.fields import (
    DayField,
    OneOfField,
    SeveralField,
    WholeNumberField,
)
from matchmaker.web.languages_form import LanguagesForm, split


class TimeForm(BaseForm):
    """When and how much."""

    window_start = DayField(_l("Help is of use from"), ask=_l("Enter the first day."))
    window_end = DayField(_l("Help is of use until"), ask=_l("Enter the last day."))
    overlap_days = WholeNumberField(
        _l("Least number of days a helper must have time within this period"),
        least=1,
        most=3660,
        ask=_l("Enter a number of days."),
    )
    effort_days = WholeNumberField(
        _l("Working days of experts you need (optional)"),
        least=1,
        most=5000,
        description=_l("One person for one day counts 1. Leave empty if you do not know."),
    )
    commitment_months = WholeNumberField(
        _l("Months you would like the co-operation to last (optional)"), least=1, most=240
    )
    places = WholeNumberField(
        _l("At most how many helping municipalities?"),
        least=1,
        most=50,
        ask=_l("Enter a number; 1 is usual."),
    )
    minimum = WholeNumberField(
        _l("At least how many must help, so that it works at all? (optional)"),
        least=0,
        most=50,
        description=_l("Only if one helper alone is of no use to you."),
    )

    def __init__(self, need: Need, **more: Any) -> None:
        self.was_start = need.window_start
        super().__init__(**more)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each answer, then the answers against each other."""
        good = super().validate(extra_validators)
        return all([good, self._check_days(), self._check_minimum()])

    def _check_days(self) -> bool:
        if not check_period(self.window_start, self.window_end, self.was_start):
            return False
        assert self.window_start.data and self.window_end.data
        length = (self.window_end.data - self.window_start.data).days + 1
        if (self.overlap_days.data or 0) > length:
            return refuse(self.overlap_days, gettext("The period is shorter than that."))
        return True

    def _check_minimum(self) -> bool:
        if (self.minimum.data or 0) > (self.places.data or 50):
            return refuse(self.minimum, gettext("This is more than the number at most."))
        return True

    def draft(self) -> TimeDraft:
        """Return what was typed."""
        assert self.window_start.data and self.window_end.data
        assert self.overlap_days.data and self.places.data
        return TimeDraft(
            window_start=self.window_start.data,
            window_end=self.window_end.data,
            overlap_days=self.overlap_days.data,
            effort_days=self.effort_days.data,
            commitment_months=self.commitment_months.data,
            places=self.places.data,
            minimum=self.minimum.data or 0,
        )

    @classmethod
    def of(cls, need: Need) -> "TimeForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "window_start": need.window_start,
                "window_end": need.window_end,
                "overlap_days": need.overlap_days,
                "effort_days": need.effort_days,
                "commitment_months": need.commitment_months,
                "places": need.places or 1,
                "minimum": need.minimum or None,
            },
        )


class SettingForm(LanguagesForm):
    """Where, and in which languages."""

    settings = SeveralField(
        _l("Where may the help take place?"),
        ask=_l("Choose at least one setting."),
        description=_l("Only what this activity allows is shown. More answers, more helpers."),
        choices=[],
    )
    interpretation = OneOfField(
        _l("Can you arrange interpretation?"),
        ask=_l("Choose an answer; “we do not know yet” is one."),
        choices=lambda: choices.marked(choices.YES_NO_UNKNOWN),
    )

    def __init__(self, need: Need, **more: Any) -> None:
        super().__init__(**more)
        possible = steps.allowed_settings(need.activity)
        self.settings.choices = [
            SelectChoice(code, gettext(Setting(code).label)) for code in possible
        ]
        self.offer_languages(need.municipality.languages)

    def draft(self) -> SettingDraft:
        """Return what was typed."""
        return SettingDraft(
            tuple(self.settings.data),
            self.chosen_languages,
            choices.TRUTHS.get(self.interpretation.data),
        )

    @classmethod
    def of(cls, need: Need) -> "SettingForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "settings": need.settings,
                **split(need.languages, need.municipality.languages),
                "interpretation": choices.truth_code(need.interpretation),
            },
        )
