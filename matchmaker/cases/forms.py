"""What is asked on the pages around a case."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from matchmaker.models import Municipality
from matchmaker.needs.service import MOST_TOPICS
from matchmaker.vocabulary import GROUPS, TOPICS
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LinesField, SelectOneField, SeveralField
from matchmaker.web.showing import own_name


class AskForm(BaseForm):
    """Which municipality is asked to carry a need together with another."""

    town = SelectOneField(_l("Municipality to ask"), ask=_l("Choose a municipality."), choices=[])

    def __init__(self, towns: list[Municipality], **more: Any) -> None:
        super().__init__(**more)
        found = [SelectChoice(town.public_id, f"{own_name(town)}, {town.region}") for town in towns]
        self.town.choices = [SelectChoice("", gettext("Choose")), *found]


class AgendaForm(Form):
    """Topics of the municipal agenda; the state of the page stands in its address."""

    @property
    def topic_fields(self) -> list[Any]:
        """Return the fields with the topics, one for each group."""
        return [self[f"topics_{group}"] for group in GROUPS]

    @property
    def topics(self) -> list[str]:
        """Return the chosen topics that there are, no more than a need may have."""
        chosen = (code for field in self.topic_fields for code in field.data or ())
        return [code for code in dict.fromkeys(chosen) if code in TOPICS][:MOST_TOPICS]


def _topics_of(group: str) -> Any:
    return lambda: choices.topics(group)


for _code, _label in GROUPS.items():
    setattr(AgendaForm, f"topics_{_code}", SeveralField(_l(_label), choices=_topics_of(_code)))


class JoinForm(BaseForm):
    """Whom a municipality rules out that joins a need."""

    veto_names = LinesField(
        _l("Municipalities that must not help (optional)"),
        description=_l(
            "One on each line. Where a name is common, add the region or country after a comma."
        ),
    )
