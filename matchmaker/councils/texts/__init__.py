"""The fixed texts of council papers, in the languages of the papers, with their review status."""

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from matchmaker.workbench.texts import Texts, texts_in


@cache
def council_texts(language: str) -> Texts:
    """Return the texts of council papers in a language, with the words of the platform."""
    papers = texts_in(language)
    text = (files(__package__) / f"{language}.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    return replace(papers, status=read["status"], texts={**papers.texts, **read["texts"]})
