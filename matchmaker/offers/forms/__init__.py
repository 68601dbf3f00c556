"""The pages on which a municipality says what it offers; each gives a checked draft."""

from typing import Any

from matchmaker.offers.forms.about import AboutForm, LevelsForm
from matchmaker.offers.forms.around import ConfirmForm, FilterForm, ReturnForm
from matchmaker.offers.forms.context import KnowledgeForm, PartnersForm
from matchmaker.offers.forms.kind import ActivitiesForm, CategoryForm, ExperienceForm
from matchmaker.offers.forms.mandate import MandateForm
from matchmaker.offers.forms.ready import ReadyForm
from matchmaker.offers.forms.terms import SettingForm, TimeForm

__all__ = ["FORMS", "CategoryForm", "ConfirmForm", "FilterForm", "ReturnForm"]

FORMS: dict[str, Any] = {
    "category": CategoryForm,
    "activities": ActivitiesForm,
    "experience": ExperienceForm,
    "about": AboutForm,
    "levels": LevelsForm,
    "time": TimeForm,
    "setting": SettingForm,
    "knowledge": KnowledgeForm,
    "partners": PartnersForm,
    "mandate": MandateForm,
    "ready": ReadyForm,
}
