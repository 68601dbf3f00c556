"""What is known of countries: neighbours and languages; names come from Babel."""

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = files("matchmaker.places").joinpath("countries.csv").read_text(encoding="utf-8")
    return {row["country"]: row for row in csv.DictReader(text.splitlines())}


def countries() -> list[str]:
    """Return the ISO 3166 codes of all countries, sorted."""
    return sorted(_table())


def neighbours(country: str) -> list[str]:
    """Return the codes of the countries with a land border; none for an unknown code."""
    return _table().get(country, {}).get("neighbours", "").split()


def languages(country: str) -> list[str]:
    """Return the language codes spoken in a country, the most spoken first."""
    return _table().get(country, {}).get("languages", "").split()


def continent(country: str) -> str:
    """Return the two-letter code of the continent, "" for an unknown code."""
    return _table().get(country, {}).get("continent", "")
