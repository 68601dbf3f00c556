"""The part of a form in which topics of municipal work are chosen, group by group."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.extensions import db
from matchmaker.models.reference import closed_topics
from matchmaker.vocabulary import GROUPS, TOPICS
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import refuse
from matchmaker.web.fields import SeveralField


class TopicsForm(BaseForm):
    """A form that asks for topics, one field for each group."""

    most_topics = 8

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = closed_topics(db.session())
        for field in self.topic_fields:
            gone = closed - set(field.object_data or ())  # what a row has may stay
            field.choices = [choice for choice in field.choices if choice.value not in gone]

    @property
    def topic_fields(self) -> list[SeveralField]:
        """Return the fields with the topics, one for each group."""
        return [self[f"topics_{group}"] for group in GROUPS]

    @property
    def topics(self) -> list[str]:
        """Return the chosen topics."""
        return [code for field in self.topic_fields for code in field.data or ()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse more topics than allowed."""
        good = super().validate(extra_validators)
        if len(self.topics) <= self.most_topics:
            return good
        message = gettext(
            "Choose at most %(count)s topics. You chose %(chosen)s.",
            count=self.most_topics,
            chosen=len(self.topics),
        )
        return refuse(next(field for field in self.topic_fields if field.data), message)


def by_group(topics: Iterable[str]) -> dict[str, list[str]]:
    """Return the data of the topic fields for these topics."""
    chosen = list(topics)
    return {
        f"topics_{group}": [code for code in chosen if TOPICS[code].group == group]
        for group in GROUPS
    }


def _topics_of(group: str) -> Any:
    return lambda: choices.topics(group)


for _code, _label in GROUPS.items():
    setattr(TopicsForm, f"topics_{_code}", SeveralField(_l(_label), choices=_topics_of(_code)))
