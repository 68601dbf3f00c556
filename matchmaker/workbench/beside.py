"""A paper in one language with the English beside it, as long as nobody has reviewed the first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale

from matchmaker.web.language import direction
from matchmaker.workbench.texts import Texts, texts_in

Written = dict[str, Any]
"""A paper: keys and texts, nested in lists and mappings."""


@dataclass(frozen=True)
class Line:
    """A text, and the English where it has to stand under it."""

    text: str
    english: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is a text at all."""
        return bool(self.text)


@dataclass(frozen=True)
class Paper:
    """A paper as it is shown and printed."""

    texts: Texts
    content: dict[str, Any]
    """As written, with a `Line` in place of each text."""

    @property
    def direction(self) -> str:
        """Which way it is read."""
        return direction(self.texts.language)

    @property
    def notice(self) -> Line | None:
        """Says that the language is not reviewed, if so."""
        if self.texts.is_reviewed:
            return None
        return Line(self.texts.say("unreviewed"), texts_in("en").say("unreviewed"))


def paper_in(language: str, write: Callable[[Texts], Written]) -> Paper:
    """Have a paper written in a language, and in English too where that has to stand beside it."""
    texts = texts_in(language)
    with force_locale(language):
        own = write(texts)
    english = None
    if not texts.is_reviewed:
        with force_locale("en"):
            english = write(texts_in("en"))
    return Paper(texts, _beside(own, english))


def _beside(own: Any, english: Any) -> Any:
    """Put each text and its English together; both papers have the same build."""
    if isinstance(own, dict):
        return {key: _beside(own[key], english and english[key]) for key in own}
    if isinstance(own, list | tuple):
        others = english or [None] * len(own)
        return [_beside(one, other) for one, other in zip(own, others, strict=True)]
    if isinstance(own, str):
        return Line(own, english if english and _has_words(own) and english != own else "")
    return own


def _has_words(text: str) -> bool:
    """Tell whether there is anything to read beside figures."""
    return any(letter.isalpha() for letter in text)
