"""Which kind of help: category, activities, and how often they were done before."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.models import Offer
from matchmaker.offers import steps
from matchmaker.offers.drafts import ActivitiesDraft, CategoryDraft, ExperienceDraft
from matchmaker.vocabulary import ACTIVITIES, Category, Depth
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import OneOfField, SelectOneField, SeveralField, WholeNumberField


class CategoryForm(BaseForm):
    """Which of the three kinds of help, and perhaps a second one."""

    category = OneOfField(
        _l("Kind of help"),
        ask=_l("Choose what kind of help you offer."),
        choices=lambda: choices.codes(Category),
    )
    second_category = SelectOneField(
        _l("A second kind of help (optional)"),
        choices=lambda: choices.codes(Category, gettext("No second kind")),
    )

    @property
    def category_params(self) -> dict[str, Any]:
        """Return the hints under each choice."""
        hints = choices.OFFER_CATEGORY_HINTS.values()
        return {"items": [{"hint": {"text": gettext(text)}} for text in hints]}

    def draft(self) -> CategoryDraft:
        """Return what was typed."""
        return CategoryDraft(self.category.data, self.second_category.data or None)

    @classmethod
    def of(cls, offer: Offer) -> "CategoryForm":
        """Return the form as the offer stands."""
        second = offer.second_category or ""
        return cls(data={"category": offer.category, "second_category": second})


class ActivitiesForm(BaseForm):
    """What the municipality would do; one field for each kind of help."""

    kinds: tuple[str, ...] = ()

    @property
    def fields(self) -> list[tuple[Any, dict[str, Any]]]:
        """Return (field, parameters with hints) for each kind of help."""
        return [(self[kind], {"items": choices.activity_hints(kind)}) for kind in self.kinds]

    @property
    def chosen(self) -> list[str]:
        """Return the activities that are ticked."""
        return [code for kind in self.kinds for code in self[kind].data or ()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for at least one activity."""
        good = super().validate(extra_validators)
        if good and not self.chosen:
            self[self.kinds[0]].errors = [gettext("Choose at least one activity.")]
            return False
        return good

    def draft(self) -> ActivitiesDraft:
        """Return what was typed."""
        return ActivitiesDraft(tuple(self.chosen))

    @classmethod
    def of(cls, offer: Offer) -> "ActivitiesForm":
        """Return the form as the offer stands."""
        kinds = steps.categories_of(offer)
        fields: dict[str, Any] = {"kinds": kinds}
        data = {}
        for kind in kinds:
            fields[kind] = SeveralField(_l(Category(kind).label), choices=_activities_of(kind))
            data[kind] = [
                row.activity
                for row in offer.activities
                if ACTIVITIES[row.activity].category == kind
            ]
        form: ActivitiesForm = type("ActivitiesOfOfferForm", (cls,), fields)(data=data)
        return form


def _activities_of(kind: str) -> Any:
    return lambda: choices.activities(kind)


class ExperienceForm(BaseForm):
    """How often each activity was done before, and how deep a dialogue may go."""

    depths = SeveralField(
        _l("How deep may a dialogue go with your help?"),
        ask=_l("Say how deep a dialogue may go."),
        choices=lambda: choices.codes(Depth),
    )
    codes: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """Return (activity, field) of each activity."""
        return [(code, self[_name(code)]) for code in self.codes]

    def draft(self) -> ExperienceDraft:
        """Return what was typed."""
        depths = tuple(self.depths.data) if self.depths is not None else ()
        return ExperienceDraft(tuple((code, field.data) for code, field in self.rows), depths)

    @classmethod
    def of(cls, offer: Offer) -> "ExperienceForm":
        """Return a form with one question for each activity of the offer."""
        fields: dict[str, Any] = {"codes": tuple(row.activity for row in offer.activities)}
        data: dict[str, Any] = {"depths": offer.depths}
        for row in offer.activities:
            fields[_name(row.activity)] = WholeNumberField(
                _l(ACTIVITIES[row.activity].label),
                most=999,
                description=_l("How many times? 0 if never; leave empty if you do not know."),
            )
            data[_name(row.activity)] = row.times
        form: ExperienceForm = type("ExperienceOfOfferForm", (cls,), fields)(data=data)
        if Category.DIALOGUE not in steps.categories_of(offer):
            del form.depths
        return form


def _name(code: str) -> str:
    return f"times_{code.replace('.', '_')}"
