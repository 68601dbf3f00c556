"""The pages on which a municipality says what it asks for; each gives a checked draft."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from matchmaker.models import Need, now
from matchmaker.needs import steps
from matchmaker.needs.drafts import (
    AboutDraft,
    ActivityDraft,
    CategoryDraft,
    LevelsDraft,
    SettingDraft,
    TimeDraft,
    TopicLevel,
    VisibilityDraft,
)
from matchmaker.needs.service import LONGEST_QUESTION, MOST_TOPICS
from matchmaker.vocabulary import ACTIVITIES, GROUPS, TOPICS, Category, Depth, NeedStatus, Setting
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import (
    DayField,
    LineField,
    LinesField,
    LongTextField,
    OneOfField,
    SelectOneField,
    SeveralField,
    TickField,
    WholeNumberField,
)

FARTHEST = timedelta(days=3660)


class CategoryForm(BaseForm):
    """Which of the three kinds of help."""

    category = OneOfField(
        _l("Kind of help"),
        ask=_l("Choose what kind of help you ask for."),
        choices=lambda: choices.codes(Category),
    )

    @property
    def category_params(self) -> dict[str, Any]:
        """Return the hints under each choice."""
        return {
            "items": [{"hint": {"text": gettext(text)}} for text in choices.CATEGORY_HINTS.values()]
        }

    def draft(self) -> CategoryDraft:
        """Return what was typed."""
        return CategoryDraft(self.category.data)

    @classmethod
    def of(cls, need: Need) -> "CategoryForm":
        """Return the form as the need stands."""
        return cls(data={"category": need.category})


class ActivityForm(BaseForm):
    """What exactly, and how deep a dialogue goes."""

    activity = OneOfField(_l("Activity"), ask=_l("Choose what others should do."), choices=[])
    depth = OneOfField(
        _l("How deep should the dialogue go?"),
        description=_l("Asked only where the activity leaves it open."),
        choices=lambda: choices.codes(Depth),
    )
    second_category = SelectOneField(
        _l("A second kind of help, if this activity is also of another kind"),
        choices=[],
    )

    def __init__(self, need: Need, **more: Any) -> None:
        self.need_category = need.category
        super().__init__(**more)
        self.activity.choices = choices.activities(need.category)
        self.second_category.choices = [
            row
            for row in choices.codes(Category, gettext("No second kind"))
            if row.value != need.category
        ]
        if need.category != Category.DIALOGUE:
            del self.depth

    @property
    def activity_params(self) -> dict[str, Any]:
        """Return the hints under each choice."""
        return {"items": choices.activity_hints(self.need_category)}

    @property
    def depth_params(self) -> dict[str, Any]:
        """Return the hints under each choice."""
        hints = (
            gettext("Meeting each other: sports, culture, visits."),
            gettext("What divides the parties. All of them must consent."),
        )
        return {"items": [{"hint": {"text": text}} for text in hints]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the depth where the activity leaves it open."""
        good = super().validate(extra_validators)
        row = ACTIVITIES.get(self.activity.data or "")
        open_depth = row is not None and row.category == Category.DIALOGUE and row.depth is None
        if self.depth is not None and open_depth and not self.depth.data:
            self.depth.errors = [gettext("Say how deep the dialogue should go.")]
            good = False
        return good

    def draft(self) -> ActivityDraft:
        """Return what was typed."""
        depth = self.depth.data if self.depth is not None else None
        return ActivityDraft(self.activity.data, self.second_category.data or None, depth or None)

    @classmethod
    def of(cls, need: Need) -> "ActivityForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "activity": need.activity,
                "depth": need.depth,
                "second_category": need.second_category or "",
            },
        )


class AboutForm(BaseForm):
    """What it is about."""

    title = LineField(
        _l("Title"),
        ask=_l("Give the need a title."),
        longest=120,
        description=_l("A few words, for example “Repair of the water network”."),
    )
    description = LongTextField(
        _l("Description"),
        description=_l("What is the matter, and what would help? Name no persons."),
    )
    text_language = SelectOneField(
        _l("Language of the title and the description"),
        ask=_l("Choose the language in which you wrote."),
        choices=choices.languages,
    )

    @property
    def topic_fields(self) -> list[SeveralField]:
        """Return the fields with the topics, one for each group."""
        return [self[f"topics_{group}"] for group in GROUPS]

    @property
    def topics(self) -> list[str]:
        """Return the chosen topics."""
        return [code for field in self.topic_fields for code in field.data or ()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse more topics than one need can have."""
        good = super().validate(extra_validators)
        if len(self.topics) > MOST_TOPICS:
            first = next(field for field in self.topic_fields if field.data)
            first.errors = [
                gettext(
                    "Choose at most %(count)s topics. You chose %(chosen)s.",
                    count=MOST_TOPICS,
                    chosen=len(self.topics),
                )
            ]
            good = False
        return good

    def draft(self) -> AboutDraft:
        """Return what was typed."""
        return AboutDraft(
            self.title.data,
            self.description.data or "",
            self.text_language.data,
            tuple(self.topics),
        )

    @classmethod
    def of(cls, need: Need) -> "AboutForm":
        """Return the form as the need stands."""
        chosen = [row.topic_code for row in need.topics]
        by_group = {
            f"topics_{group}": [code for code in chosen if TOPICS[code].group == group]
            for group in GROUPS
        }
        return cls(
            data={
                "title": need.title,
                "description": need.description,
                "text_language": need.text_language,
                **by_group,
            }
        )


def _topics_of(group: str) -> Any:
    return lambda: choices.topics(group)


for _code, _label in GROUPS.items():
    setattr(AboutForm, f"topics_{_code}", SeveralField(_l(_label), choices=_topics_of(_code)))


class LevelsForm(BaseForm):
    """Importance and level of each chosen topic; made for one need by `of`."""

    codes: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """Return (topic, importance field, level field) of each topic."""
        return [
            (code, self[_name("importance", code)], self[_name("level", code)])
            for code in self.codes
        ]

    def draft(self) -> LevelsDraft:
        """Return what was typed."""
        return LevelsDraft(
            tuple(
                TopicLevel(code, int(importance.data), int(level.data))
                for code, importance, level in self.rows
            )
        )

    @classmethod
    def of(cls, need: Need) -> "LevelsForm":
        """Return a form with two questions for each topic of the need."""
        fields: dict[str, Any] = {"codes": tuple(row.topic_code for row in need.topics)}
        data = {}
        for row in need.topics:
            importance, level = _name("importance", row.topic_code), _name("level", row.topic_code)
            fields[importance] = SelectOneField(
                _l("Importance"),
                ask=_l("Choose how important the topic is."),
                choices=lambda: choices.marked(choices.IMPORTANCE),
            )
            fields[level] = SelectOneField(
                _l("Level of expertise you need"),
                ask=_l("Choose a level."),
                choices=lambda: choices.marked(choices.LEVELS),
            )
            data[importance], data[level] = str(row.importance), str(row.level)
        return type("LevelsOfNeedForm", (cls,), fields)(data=data)


def _name(what: str, code: str) -> str:
    return f"{what}_{code.replace('.', '_')}"


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
        start, end, today = self.window_start.data, self.window_end.data, now().date()
        if not isinstance(start, date) or not isinstance(end, date):
            return False
        if start < today and start != self.was_start:
            return _refuse(self.window_start, gettext("The first day must not be in the past."))
        if end < start:
            return _refuse(self.window_end, gettext("The end must not come before the start."))
        if end < today:
            return _refuse(self.window_end, gettext("The last day must not be in the past."))
        if end > today + FARTHEST:
            return _refuse(self.window_end, gettext("Enter a day within the next ten years."))
        if (self.overlap_days.data or 0) > (end - start).days + 1:
            return _refuse(self.overlap_days, gettext("The period is shorter than that."))
        return True

    def _check_minimum(self) -> bool:
        if (self.minimum.data or 0) > (self.places.data or 50):
            return _refuse(self.minimum, gettext("This is more than the number at most."))
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


def _refuse(field: Any, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False


class SettingForm(BaseForm):
    """Where, and in which languages."""

    settings = SeveralField(
        _l("Where may the help take place?"),
        ask=_l("Choose at least one setting."),
        description=_l("Only what this activity allows is shown. More answers, more helpers."),
        choices=[],
    )
    languages = SeveralField(
        _l("In which languages can you work?"),
        ask=_l("Choose at least one working language."),
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
        self.languages.choices = choices.languages(need.municipality.languages)

    def draft(self) -> SettingDraft:
        """Return what was typed."""
        return SettingDraft(
            tuple(self.settings.data),
            tuple(self.languages.data),
            choices.TRUTHS.get(self.interpretation.data),
        )

    @classmethod
    def of(cls, need: Need) -> "SettingForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "settings": need.settings,
                "languages": need.languages,
                "interpretation": choices.truth_code(need.interpretation),
            },
        )


class VisibilityForm(BaseForm):
    """Who may be involved."""

    low_profile = TickField(
        _l("Local governments only"),
        description=_l("No helper who brings a partner organisation is proposed."),
    )
    hidden = TickField(
        _l("Hide this need for now"),
        description=_l("It leaves every list and takes part in no round until you show it again."),
    )
    consent = OneOfField(
        _l("Do all parties to the disagreement consent to the dialogue?"),
        ask=_l("Choose an answer; “we do not know yet” is one."),
        choices=lambda: choices.marked(choices.YES_NO_UNKNOWN),
    )
    tie_waiver = TickField(
        _l("A municipality without a recorded partnership with us may help as well"),
    )
    urgent = TickField(
        _l("This is urgent"),
        description=_l("Your coordinator may then answer without waiting for a round."),
    )
    veto_names = LinesField(
        _l("Municipalities that must not help (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
    veto_countries = SeveralField(
        _l("Countries whose municipalities must not help"),
        choices=choices.all_countries,
    )

    def __init__(self, need: Need, **more: Any) -> None:
        super().__init__(**more)
        row = ACTIVITIES.get(need.activity or "")
        if need.depth != Depth.HEART:
            del self.consent
        if row is None or not row.needs_tie:
            del self.tie_waiver
        if need.category != Category.LOBBY:
            del self.urgent

    def draft(self) -> VisibilityDraft:
        """Return what was typed; a question that was not asked counts as not said."""
        return VisibilityDraft(
            low_profile=self.low_profile.data,
            hidden=self.hidden.data,
            veto_names=tuple(self.veto_names.lines),
            veto_countries=tuple(self.veto_countries.data or ()),
            consent=choices.TRUTHS.get(self.consent.data) if self.consent else None,
            tie_waiver=bool(self.tie_waiver and self.tie_waiver.data),
            urgent=bool(self.urgent and self.urgent.data),
        )

    @classmethod
    def of(cls, need: Need) -> "VisibilityForm":
        """Return the form as the need stands."""
        return cls(
            need,
            data={
                "low_profile": need.low_profile,
                "hidden": need.hidden,
                "consent": choices.truth_code(need.consent),
                "tie_waiver": need.tie_waiver,
                "urgent": need.urgent,
                "veto_names": "\n".join(need.veto_names),
                "veto_countries": need.veto_countries,
            },
        )


FORMS: dict[str, Any] = {
    "category": CategoryForm,
    "activity": ActivityForm,
    "about": AboutForm,
    "levels": LevelsForm,
    "time": TimeForm,
    "setting": SettingForm,
    "visibility": VisibilityForm,
}


class ConfirmForm(BaseForm):
    """A form with nothing but its button."""


class ReturnForm(BaseForm):
    """The coordinator's question."""

    question = LongTextField(
        _l("Your question"),
        ask=_l("Write the question."),
        longest=LONGEST_QUESTION,
        description=_l("The municipality sees this text beside its need."),
    )


class FilterForm(Form):
    """What narrows the list; its state stands in the address."""

    words = LineField(_l("Words in the title"), longest=120)
    category = SelectOneField(
        _l("Kind of help"), choices=lambda: choices.codes(Category, gettext("All"))
    )
    status = SelectOneField(_l("Status"), choices=lambda: choices.codes(NeedStatus, gettext("All")))
    topic = SelectOneField(_l("Topic"), choices=lambda: choices.all_topics(gettext("All")))
    country = SelectOneField(_l("Country"), choices=lambda: choices.all_countries(gettext("All")))
    sort = SelectOneField(
        _l("Order"),
        choices=lambda: [
            SelectChoice("newest", gettext("Newest first")),
            SelectChoice("window", gettext("Earliest start first")),
        ],
    )
