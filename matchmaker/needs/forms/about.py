"""What it is about: words, topics, and how much each topic matters."""

from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.models import Need
from matchmaker.needs.drafts import (
    AboutDraft,
    LevelsDraft,
    TopicLevel,
)
from matchmaker.needs.service import MOST_TOPICS
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import (
    LineField,
    LongTextField,
    SelectOneField,
)
from matchmaker.web.topics_form import TopicsForm, by_group


class AboutForm(TopicsForm):
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

    most_topics = MOST_TOPICS

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
        return cls(
            data={
                "title": need.title,
                "description": need.description,
                "text_language": need.text_language,
                **by_group(row.topic_code for row in need.topics),
            }
        )


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
