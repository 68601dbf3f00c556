"""What it is about: words, topics, and how well each topic is known."""

from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.models import Offer
from matchmaker.offers.drafts import AboutDraft, LevelsDraft
from matchmaker.offers.writing import MOST_TOPICS
from matchmaker.vocabulary import LESSONS, N_, TOPICS
from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import LineField, LongTextField, SelectOneField, SeveralField
from matchmaker.web.topics_form import TopicsForm, by_group


class AboutForm(TopicsForm):
    """What it is about."""

    most_topics = MOST_TOPICS
    title = LineField(
        _l("Title"),
        ask=_l("Give the offer a title."),
        longest=120,
        description=_l("A few words, for example “Help with water supply”."),
    )
    description = LongTextField(
        _l("Description"),
        description=_l("What can your municipality really do? Name no persons."),
    )
    text_language = SelectOneField(
        _l("Language of the title and the description"),
        ask=_l("Choose the language in which you wrote."),
        choices=choices.languages,
    )
    learns = SeveralField(
        _l("What would you like to learn in return? (optional)"),
        description=_l("A match in which you can learn something counts for more."),
        choices=lambda: choices.marked({row.code: row.label for row in LESSONS.values()}),
    )

    def draft(self) -> AboutDraft:
        """Return what was typed."""
        return AboutDraft(
            self.title.data or "",
            self.description.data or "",
            self.text_language.data,
            tuple(self.topics),
            tuple(self.learns.data or ()),
        )

    @classmethod
    def of(cls, offer: Offer) -> "AboutForm":
        """Return the form as the offer stands."""
        return cls(
            data={
                "title": offer.title,
                "description": offer.description,
                "text_language": offer.text_language,
                "learns": offer.learns or [],
                **by_group(row.topic_code for row in offer.topics),
            }
        )


class LevelsForm(BaseForm):
    """The level of each chosen topic; made for one offer by `of`."""

    codes: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """Return (topic, level field) of each topic."""
        return [(code, self[_name(code)]) for code in self.codes]

    def draft(self) -> LevelsDraft:
        """Return what was typed."""
        return LevelsDraft(
            tuple((code, int(field.data) if field.data else None) for code, field in self.rows)
        )

    @classmethod
    def of(cls, offer: Offer) -> "LevelsForm":
        """Return a form with one question for each topic of the offer."""
        fields: dict[str, Any] = {"codes": tuple(row.topic_code for row in offer.topics)}
        data = {}
        for row in offer.topics:
            fields[_name(row.topic_code)] = SelectOneField(
                _l(TOPICS[row.topic_code].label),
                choices=lambda: choices.marked(choices.LEVELS, N_("Not stated")),
            )
            data[_name(row.topic_code)] = str(row.level or "")
        form: LevelsForm = type("LevelsOfOfferForm", (cls,), fields)(data=data)
        return form


def _name(code: str) -> str:
    return f"level_{code.replace('.', '_')}"
