"""The fixed texts of papers: one small catalogue for each language, with its review status.

Papers are read in more languages than the site, so their texts stand apart from its catalogues.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "uk", "fr", "es", "de", "nl", "ar")
"""Languages a paper can be printed in; English first, the language of the source."""


@dataclass(frozen=True)
class Texts:
    """The fixed texts of papers in one language."""

    language: str
    name: str
    """What the language calls itself."""
    status: str
    """'source', 'reviewed' (by an official who speaks it) or 'unreviewed'."""
    texts: dict[str, str]
    labels: dict[str, str]
    """Words of the platform by their English, for languages that the site does not speak."""

    @property
    def is_reviewed(self) -> bool:
        """Tell whether the text may stand alone."""
        return self.status != "unreviewed"

    def say(self, key: str, **values: Any) -> str:
        """Return a text with its values."""
        return self.texts[key].format(**values)

    def label(self, word: str) -> str:
        """Return a word of the platform; in English where there is none in the language."""
        return self.labels.get(word, word)

    def yes_no(self, *, answer: bool | None) -> str:
        """Return yes, no or not stated."""
        return self.say("not_stated" if answer is None else "yes" if answer else "no")


@cache
def texts_in(language: str) -> Texts:
    """Return the texts in a language.

    Raises
    ------
    KeyError
        If papers are not printed in it.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    text = (files(__package__) / f"{language}.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    return Texts(language, read["name"], read["status"], read["texts"], read.get("labels", {}))
