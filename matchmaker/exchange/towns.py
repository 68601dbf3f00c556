"""Municipalities of the files: found in the list of places, named once, with their area."""

import difflib
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from babel import Locale

from matchmaker import places
from matchmaker.exchange.row import Row
from matchmaker.matching.snapshot import Town
from matchmaker.places.spelling import fold, transliterate
from matchmaker.vocabulary import N_

_CLEARLY_LARGER = 10
"""Among places of one name, one with ten times the inhabitants of the next is taken, and said."""
_NAME_LANGUAGES = ("en", "uk", "es", "ar", "fr", "de")
_MOST_CHOICES = 3


@dataclass
class Towns:
    """The municipalities named so far, by key."""

    records: dict[str, Town] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    """Where a name could mean several places and the largest was taken, once for each place."""

    def of_row(self, row: Row) -> str | None:
        """Return the key of the municipality a row names; None and a problem where it has none."""
        name, land = row.required("municipality"), row.required("country")
        country = country_code(land)
        if land and country is None:
            row.complain("country", COUNTRY_EXPECTED, suggestions=_near_countries(land))
        if not name or country is None:
            return None
        region = row.text("region")
        if row.flag("unlisted"):
            return self._unlisted(row, name, country, region)
        found = self._choose(row, "municipality", name, country, region)
        return self._add(found, row) if found else None

    def named(self, row: Row, column: str, text: str) -> str | None:
        """Return the key for "Name (CC)" or "Name (CC/Region)" in a list."""
        name, bracket, inside = text.rstrip(")").rpartition("(")
        country_text, _, region = inside.partition("/")
        country = country_code(country_text.strip()) if bracket else None
        if country is None:
            row.complain(
                column, N_("“Name (country)” or “Name (country/region)” is expected."), text
            )
            return None
        key = _unlisted_key(name.strip(), country, region.strip())
        if key in self.records:
            return key
        found = self._choose(row, column, name.strip(), country, region.strip())
        return self._add(found, None) if found else None

    def _choose(
        self, row: Row, column: str, name: str, country: str, region: str
    ) -> places.Place | None:
        found = _find(name, country, region)
        if not found:
            self._complain_unknown(row, column, name, country, region)
            return None
        found = _of_that_name(name, _of_that_region(country, region, found))
        first, rest = found[0], found[1:]
        cannot_tell = {place.region for place in found} == {first.region}
        clear = rest and first.population >= _CLEARLY_LARGER * max(rest[0].population, 1)
        if rest and not (clear or cannot_tell):
            expected = N_("Several places bear this name; give the region.")
            row.complain(column, expected, name, [_shown(p) for p in found[:_MOST_CHOICES]])
            return None
        if rest:
            self.notes.setdefault(
                first.geonameid,
                f"{row.file}, line {row.number}: {name} is taken as {_shown(first)}, the largest "
                f"of {len(found)} places of this name (here and below)",
            )
        return first

    def _complain_unknown(
        self, row: Row, column: str, name: str, country: str, region: str
    ) -> None:
        elsewhere = _find(name, country, "") if region else ()
        if elsewhere:
            expected = N_("No place of this name lies in the region given.")
            row.complain(column, expected, name, [_shown(p) for p in elsewhere[:_MOST_CHOICES]])
            return
        near = _near(name, country)
        expected = N_(
            "No place of this name is on the list for %(country)s; correct it, or write “yes” "
            "in the column unlisted."
        )
        row.complain(column, expected, name, near, country=country)

    def _unlisted(self, row: Row, name: str, country: str, region: str) -> str:
        key = _unlisted_key(name, country, region)
        area = region_name(country, region) if region else ""
        self._keep(
            Town(key, country, area, languages=tuple(places.languages(country)[:1])), name, row
        )
        return key

    def _add(self, place: places.Place, row: Row | None) -> str:
        town = Town(
            key=f"g{place.geonameid}",
            country=place.country,
            region=region_name(place.country, place.region or place.region_code),
            population=place.population or None,
            latitude=place.latitude,
            longitude=place.longitude,
            languages=tuple(places.languages(place.country)[:1]),
        )
        self._keep(town, place.name, row)
        return town.key

    def _keep(self, town: Town, name: str, row: Row | None) -> None:
        """Keep a municipality, with what its row says of it."""
        known = self.records.get(town.key, town)
        if row is not None:
            stated = row.entries("area_languages")
            known = Town(
                key=known.key,
                country=known.country,
                region=known.region,
                population=row.whole("population", 0, 10**9, known.population),
                latitude=known.latitude,
                longitude=known.longitude,
                languages=tuple(language_codes(row, "area_languages", stated))
                if stated
                else known.languages,
                temporary=known.temporary or row.flag("temporary"),
            )
        self.records[town.key] = known
        self.names[town.key] = name


COUNTRY_EXPECTED = N_("A country is expected, as a two-letter code or by name.")


def _of_that_region(
    country: str, region: str, found: tuple[places.Place, ...]
) -> tuple[places.Place, ...]:
    """Keep the places of just this region (Saxony, not Saxony-Anhalt), where there are any."""
    asked = region_name(country, region) if region else ""
    return tuple(place for place in found if asked and place.region == asked) or found


def _of_that_name(name: str, found: tuple[places.Place, ...]) -> tuple[places.Place, ...]:
    """Keep the places that bear the name as their first, where there are any."""
    for same in (
        [place for place in found if place.name == unicodedata.normalize("NFC", name)],
        [place for place in found if fold(place.name) == fold(name)],
    ):
        if same:
            return tuple(same)
    return found


@lru_cache(maxsize=20_000)
def _find(name: str, country: str, region: str) -> tuple[places.Place, ...]:
    return tuple(places.find(name, country, region or None))


@lru_cache(maxsize=2_000)
def _near(name: str, country: str) -> tuple[str, ...]:
    return tuple(_shown(place) for place in places.suggest(name, country, _MOST_CHOICES))


def _shown(place: places.Place) -> str:
    return f"{place.name} ({place.country}/{place.region or place.region_code})"


def _unlisted_key(name: str, country: str, region: str) -> str:
    return f"x:{country}:{fold(region)}:{fold(name)}"


@lru_cache(maxsize=2_000)
def country_code(text: str) -> str | None:
    """Return the two-letter code for a code or a name in one of six languages."""
    if text.upper() in places.countries():
        return text.upper()
    return _country_names().get(fold(text))


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _NAME_LANGUAGES:
        territories = Locale.parse(language).territories
        for code in places.countries():
            names.setdefault(fold(territories.get(code, code)), code)
    return names


def _near_countries(text: str) -> list[str]:
    near = difflib.get_close_matches(fold(text), list(_country_names()), _MOST_CHOICES, 0.6)
    english = Locale.parse("en").territories
    return list(dict.fromkeys(english[_country_names()[name]] for name in near))


@lru_cache(maxsize=20_000)
def region_name(country: str, text: str) -> str:
    """Return one spelling for a region given by name or code, the same for all its towns.

    A region that the list of regions has no near name for keeps its own spelling.
    """
    asked = transliterate(fold(text))
    for code, name in _regions().get(country, ()):
        known = transliterate(fold(name))
        if fold(text) in (fold(code), fold(f"{country} {code}"), fold(name)) or asked == known:
            return name
    for _, name in _regions().get(country, ()):
        short, long = sorted((asked, transliterate(fold(name))), key=len)
        if len(short) >= 4 and long.startswith(short):
            return name
    return unicodedata.normalize("NFC", text.strip())


@lru_cache(maxsize=1)
def _regions() -> dict[str, list[tuple[str, str]]]:
    text = files("matchmaker.places").joinpath("regions.csv").read_text(encoding="utf-8")
    regions: dict[str, list[tuple[str, str]]] = {}
    for line in text.splitlines()[1:]:
        country, code, name = line.split(",", 2)
        regions.setdefault(country, []).append((code, name.strip('"')))
    return regions


def language_codes(row: Row, column: str, entries: tuple[str, ...] | None) -> list[str]:
    """Return language codes for codes or English names."""
    known = _languages()
    codes = []
    for text in entries or ():
        code = known.get(text.casefold()) or known.get(text.casefold().replace("-", "_"))
        if code is None:
            near = difflib.get_close_matches(text.casefold(), list(known), _MOST_CHOICES, 0.6)
            expected = N_("A language is expected, as a code like “uk” or by its English name.")
            row.complain(column, expected, text, near)
        elif code not in codes:
            codes.append(code)
    return codes


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    names: dict[str, str] = dict(Locale.parse("en").languages.items())
    codes = {code: code for code in names if 2 <= len(code) <= 3}
    codes |= {name.casefold(): code for code, name in names.items() if 2 <= len(code) <= 3}
    return codes
