"""Which kind of help: category and activity."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.models import Need
from matchmaker.needs.drafts import (
    ActivityDraft,
    CategoryDraft,
)
from matchmaker.vocabulary import ACTIVITIES, Category, Depth
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import (
    OneOfField,
    SelectOneField,
)


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
