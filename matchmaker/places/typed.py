"""Read lines as people type them: the name of a place, and after a comma its region or country."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from matchmaker.places.countries import countries
from matchmaker.places.search import find, suggest
from matchmaker.places.shapes import bare, one_letter_off, spelling
from matchmaker.places.store import Place

LOCALES = ("en", "uk", "ar", "es", "fr", "de", "nl", "it", "pt", "pl", "ru", "tr")
"""Languages in which names of countries are understood: those of the site, and large ones."""
_ALSO_CALLED = "usa:US america:US uk:GB england:GB scotland:GB wales:GB holland:NL czechrepublic:CZ"
_COMMAS = re.compile(r"[,،、;]")
_BRACKETS = re.compile(r"[,،、;()（）]")
_NOT_WRITTEN = re.compile(r"[aeiouyw]")
_SHORTEST_REGION = 4
_SAME_BEGINNING = 5
_SHORTEST_SOUND = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """A name and what narrows it: regions or countries."""

    name: str
    narrower: tuple[str, ...] = ()

    @property
    def countries(self) -> frozenset[str]:
        """Return the countries that the name itself is a name of."""
        return frozenset() if self.narrower else countries_named(self.name)


def readings(line: str) -> list[Typed]:
    """Return what a line can mean: brackets belong to the name, or hold what narrows it."""
    found = []
    for marks in (_COMMAS, _BRACKETS):
        first, *rest = [part.strip() for part in marks.split(line) if part.strip()] or [""]
        if spelling(first):
            found.append(Typed(first, tuple(rest)))
    return list(dict.fromkeys(found))


def fits(typed: Typed, country: str, regions: Iterable[str]) -> bool:
    """Tell whether a place of this country and region is one that the line narrows the name to."""
    known = [spelling(region) for region in regions]
    return all(
        part.upper() == country or country in countries_named(part) or _is_region(part, known)
        for part in typed.narrower
    )


def places_called(typed: Typed) -> list[Place]:
    """Return the places of the list that bear the name as typed, or without "City of"."""
    for name in dict.fromkeys((typed.name, bare(typed.name))):
        found = [place for place in find(name) if _holds(typed, place)]
        if found:
            return found
    return []


def places_nearly_called(typed: Typed) -> list[Place]:
    """Return the places whose name is one letter off, or the same but for unwritten vowels."""
    name = bare(typed.name)
    near = [place for place in suggest(name) if _holds(typed, place)]
    return [p for p in near if any(nearly_same(name, own) for own in (p.name, *p.names))]


def nearly_same(one: str, other: str) -> bool:
    """Tell whether two names are one letter off; Arabic letters leave vowels out."""
    return one_letter_off(spelling(one), spelling(other)) or (
        _consonants(one) == _consonants(other) and len(_consonants(one)) >= _SHORTEST_SOUND
        if _is_arabic(one) != _is_arabic(other)
        else False
    )


def unknown_names(lines: Iterable[str]) -> list[str]:
    """Return the lines that name no place of the list and no country.

    Only the list is asked, never who takes part: what this says tells nothing about anybody.
    """
    return [line for line in lines if not any(_is_known(one) for one in readings(line))]


@lru_cache(maxsize=4096)
def countries_named(name: str) -> frozenset[str]:
    """Return the codes of the countries with this name, in one of many languages."""
    spelt = spelling(name)
    return _countries_by_name().get(spelt.removeprefix("the"), frozenset()) | (
        _countries_by_name().get(spelt, frozenset())
    )


@lru_cache(maxsize=1)
def _countries_by_name() -> dict[str, frozenset[str]]:
    by_name: dict[str, set[str]] = {}
    for pair in _ALSO_CALLED.split():
        name, code = pair.split(":")
        by_name.setdefault(name, set()).add(code)
    known = countries()
    for locale in LOCALES:
        territories = Locale(locale).territories
        for code in known:
            by_name.setdefault(spelling(territories.get(code, code)), set()).add(code)
    return {name: frozenset(codes) for name, codes in by_name.items()}


def _is_known(typed: Typed) -> bool:
    return bool(typed.countries or places_called(typed))


def _holds(typed: Typed, place: Place) -> bool:
    return fits(typed, place.country, (place.region, place.region_code))


def _is_region(part: str, known: Iterable[str]) -> bool:
    asked = spelling(part)
    return any(asked == one or _begin_alike(asked, one) for one in known)


def _begin_alike(one: str, other: str) -> bool:
    """Tell whether two names of a region begin alike: Kherson, Khersonska oblast."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST_REGION:
        return False
    return longer.startswith(shorter) or (
        len(shorter) >= _SAME_BEGINNING and longer[:_SAME_BEGINNING] == shorter[:_SAME_BEGINNING]
    )


def _consonants(name: str) -> str:
    return _NOT_WRITTEN.sub("", spelling(name))


def _is_arabic(name: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in name)
