"""The pages on which a municipality says what it asks for; each gives a checked draft."""

from typing import Any

from matchmaker.needs.forms.about import AboutForm, LevelsForm
from matchmaker.needs.forms.around import ConfirmForm, FilterForm, ReturnForm
from matchmaker.needs.forms.impact import ImpactForm
from matchmaker.needs.forms.kind import ActivityForm, CategoryForm
from matchmaker.needs.forms.terms import SettingForm, TimeForm
from matchmaker.needs.forms.visibility import VisibilityForm

__all__ = ["FORMS", "CategoryForm", "ConfirmForm", "FilterForm", "ReturnForm"]

FORMS: dict[str, Any] = {
    "category": CategoryForm,
    "activity": ActivityForm,
    "about": AboutForm,
    "levels": LevelsForm,
    "time": TimeForm,
    "setting": SettingForm,
    "visibility": VisibilityForm,
    "impact": ImpactForm,
}
