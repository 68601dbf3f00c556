"""The part of a form in which working languages are chosen: the likely ones first."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.web import choices
from matchmaker.web.base_form import BaseForm
from matchmaker.web.dates import refuse
from matchmaker.web.fields import SeveralField

N_SHOWN = 8


class LanguagesForm(BaseForm):
    """A form that asks for working languages; the rarer ones stand behind a fold."""

    languages = SeveralField(_l("In which languages can you work?"), choices=[])
    more_languages = SeveralField(_l("More languages"), choices=[])

    def offer_languages(self, of_place: Sequence[str]) -> None:
        """Show the languages of the place and the most used ones first."""
        listed = choices.languages(of_place)
        n_first = len(of_place) + N_SHOWN
        self.languages.choices, self.more_languages.choices = listed[:n_first], listed[n_first:]

    @property
    def chosen_languages(self) -> tuple[str, ...]:
        """Return the languages that are ticked."""
        return (*(self.languages.data or ()), *(self.more_languages.data or ()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for at least one language."""
        good = super().validate(extra_validators)
        if good and not self.chosen_languages:
            return refuse(self.languages, gettext("Choose at least one working language."))
        return good


def split(languages: Sequence[str], of_place: Sequence[str]) -> dict[str, list[str]]:
    """Return the data of the two fields for these languages."""
    listed = [choice.value for choice in choices.languages(of_place)]
    first = set(listed[: len(of_place) + N_SHOWN])
    return {
        "languages": [code for code in languages if code in first],
        "more_languages": [code for code in languages if code not in first],
    }
