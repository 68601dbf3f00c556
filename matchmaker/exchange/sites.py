"""Towns of files of partnerships: which rows speak of the same one, and what is known of them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from babel.core import get_global

from matchmaker import places
from matchmaker.exchange.partnerships import Partnership, Site
from matchmaker.matching.learned.towns import EARTH_KM, Countries, Floats, Ints, Towns, make_towns
from matchmaker.places.spelling import fold
from matchmaker.places.store import gazetteer

SAME_TOWN_KM = 30.0
"""A town without number is one of the same name and country, so near, that has been named."""
_OFFICIAL = {"official", "de_facto_official"}


class Sites:
    """Towns named so far, by position."""

    def __init__(self) -> None:
        self.records: list[Site] = []
        self._numbered: dict[str, int] = {}
        self._named: dict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, rows: list[Partnership]) -> tuple[Ints, Ints]:
        """Add the towns of a file; return the positions of both sides of each row.

        Towns with a number come first, so that one without can be found to be one of them.
        """
        sides = [site for row in rows for site in (row.a, row.b)]
        at = [self._of_number(site) if site.geonameid else -1 for site in sides]
        at = [self._of_name(site) if k < 0 else k for site, k in zip(sides, at, strict=True)]
        positions = np.array(at, np.int64)
        return positions[0::2], positions[1::2]

    def towns(self, codes: tuple[str, ...]) -> Towns:
        """Return the towns as arrays; countries by their position in `codes`, the last unknown."""
        at = {code: position for position, code in enumerate(codes[:-1])}
        return make_towns(
            [site.latitude for site in self.records],
            [site.longitude for site in self.records],
            [site.population for site in self.records],
            [at.get(site.country, len(codes) - 1) for site in self.records],
        )

    def _of_number(self, site: Site) -> int:
        position = self._numbered.get(site.geonameid)
        if position is None:
            position = self._numbered[site.geonameid] = self._unnumbered(site)
        self.records[position] = _completed(self.records[position], site)
        return position

    def _unnumbered(self, site: Site) -> int:
        """Return the town an earlier file named without its number, or a new one."""
        for position in self._named.get(_name_key(site), ()):
            known = self.records[position]
            if site.name and not known.geonameid and _may_be_same(known, site):
                return position
        return self._new(site)

    def _of_name(self, site: Site) -> int:
        if site.name:
            for position in self._named[_name_key(site)]:
                if _may_be_same(self.records[position], site):
                    return position
        return self._new(site)

    def _new(self, site: Site) -> int:
        self.records.append(site)
        position = len(self.records) - 1
        if site.name:
            self._named[_name_key(site)].append(position)
        return position


def country_codes(sites: Iterable[Site]) -> tuple[str, ...]:
    """Return the codes of all countries known or named, sorted, and "" for unknown as the last."""
    named = {site.country for site in sites if site.country}
    return (*sorted(named | set(places.countries())), "")


def country_facts(codes: tuple[str, ...], conflict: Iterable[str]) -> Countries:
    """Gather what is known of countries: borders and towns from GeoNames, languages from CLDR."""
    at = {code: position for position, code in enumerate(codes)}
    n = len(codes)
    neighbour = np.zeros((n, n), dtype=bool)
    for code in codes:
        for other in places.neighbours(code):
            if other in at:
                neighbour[at[code], at[other]] = neighbour[at[other], at[code]] = True
    spoken = [_official_languages(code) for code in codes]
    same = np.array([[bool(one & other) for other in spoken] for one in spoken])
    asks = np.zeros(n, dtype=bool)
    asks[[at[code] for code in conflict if code in at]] = True
    listed = _populations()
    return Countries(
        codes, neighbour, same, asks, tuple(listed.get(code, np.zeros(0)) for code in codes)
    )


@lru_cache(maxsize=1)
def _populations() -> dict[str, Floats]:
    """Return the inhabitants of the towns of each country, ascending."""
    found = defaultdict(list)
    store = gazetteer()
    for rank, country in enumerate(store.country_at):
        found[country].append(store.population_at(rank))
    return {country: np.sort(np.array(listed, float)) for country, listed in found.items()}


def _official_languages(country: str) -> set[str]:
    listed = get_global("territory_languages").get(country, {})
    return {
        language.split("_")[0]
        for language, facts in listed.items()
        if facts.get("official_status") in _OFFICIAL
    }


def _name_key(site: Site) -> tuple[str, str]:
    return fold(site.name), site.country


def _completed(known: Site, new: Site) -> Site:
    """Fill what the first row that named a town left open."""
    if known == new:
        return known
    located = not math.isnan(known.latitude + known.longitude)
    place = known if located else new
    peopled = known.population > 0
    return Site(
        known.geonameid or new.geonameid,
        known.name or new.name,
        known.country or new.country,
        place.latitude,
        place.longitude,
        known.population if peopled else new.population,
    )


def _may_be_same(one: Site, other: Site) -> bool:
    """Tell whether towns of one name and country are near, or not to be told apart."""
    north = math.radians(one.latitude - other.latitude)
    east = math.radians(one.longitude - other.longitude)
    east *= math.cos(math.radians(one.latitude))
    apart_km = EARTH_KM * math.hypot(north, east)
    return not apart_km > SAME_TOWN_KM
