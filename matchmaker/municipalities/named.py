"""Which municipalities a person means by the names they typed, in any script and spelling."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models.municipality import Municipality
from matchmaker.places import Place, typed
from matchmaker.places.shapes import spelling
from matchmaker.places.typed import Typed


@dataclass(frozen=True, slots=True)
class _Bearer:
    """A municipality under one of its names, with the region it had then."""

    public_id: str
    name: str
    country: str
    region: str


class Names:
    """The municipalities by their names, so that many lists of names are read in one go.

    Parameters
    ----------
    rows
        Public id, name, name in the own script, country and region of each municipality, and
        where it is known its GeoNames number.
    """

    def __init__(self, rows: Iterable[Any]) -> None:
        self._bearers: dict[str, dict[_Bearer, None]] = defaultdict(dict)
        self._edges: dict[str, dict[_Bearer, None]] = defaultdict(dict)
        self._at: dict[int, dict[_Bearer, None]] = defaultdict(dict)
        self._of_country: dict[str, set[str]] = defaultdict(set)
        self._found: dict[tuple[str, bool], frozenset[str]] = {}
        for public_id, name, local_name, country, region, *number in rows:
            self._of_country[country].add(public_id)
            for own in {name, local_name or ""} - {""}:
                self._add(_Bearer(public_id, own, country, region), *number)

    def _add(self, bearer: _Bearer, geonameid: int | None = None) -> None:
        spelt = spelling(bearer.name)
        self._bearers[spelt][bearer] = None
        for edge in _edges(spelt):
            self._edges[edge][bearer] = None
        if geonameid is not None:
            self._at[geonameid][bearer] = None

    def meant_by(self, names: Iterable[str], *, countries: bool = True) -> tuple[str, ...]:
        """Return the public ids of every municipality that one of the names means, sorted.

        A name counts in any script that the list of places has it in, without case, accents and
        words such as "City of"; "Name, region" and "Name, country" are narrower. Where nothing
        bears it, a name one letter off counts: to rule out one too many does less harm than to
        overlook a veto. The name of a country means every municipality in it, unless `countries`
        is false: nobody knows a whole country.
        """
        return tuple(sorted(frozenset().union(*(self._meant(name, countries) for name in names))))

    def _meant(self, line: str, countries: bool) -> frozenset[str]:
        if (line, countries) not in self._found:
            self._found[line, countries] = frozenset().union(
                *(self._meant_so(reading, countries) for reading in typed.readings(line))
            )
        return self._found[line, countries]

    def _meant_so(self, reading: Typed, countries: bool) -> frozenset[str]:
        called = typed.places_called(reading)
        found = self._named(reading) | self._in_places(called, reading)
        # "Luxembourg" is a town of the country too, and then means the town
        for country in reading.countries - {place.country for place in called}:
            found |= self._of_country.get(country, set()) if countries else set()
        if not found and not called:
            found = self._nearly(reading)
        return frozenset(found)

    def _named(self, reading: Typed) -> set[str]:
        bearers = self._bearers.get(spelling(reading.name), ())
        return {one.public_id for one in bearers if _fits(reading, one)}

    def _in_places(self, places: Iterable[Place], reading: Typed) -> set[str]:
        """Return the municipalities of these places, by number or by one of the places' names."""
        found = set()
        for place in places:
            found |= {one.public_id for one in self._at.get(place.geonameid, ())}
            for name in {spelling(own) for own in (place.name, *place.names)}:
                found |= {
                    one.public_id
                    for one in self._bearers.get(name, ())
                    if one.country == place.country and (not one.region or _fits(reading, one))
                }
        return found

    def _nearly(self, reading: Typed) -> set[str]:
        near = self._in_places(typed.places_nearly_called(reading), reading)
        pool = {one for edge in _edges(spelling(reading.name)) for one in self._edges.get(edge, ())}
        return near | {
            one.public_id
            for one in pool
            if typed.nearly_same(reading.name, one.name) and _fits(reading, one)
        }


def names_of_municipalities(session: Session) -> Names:
    """Read the names of all municipalities, earlier ones and those that take no part included."""
    columns = (Municipality.public_id, Municipality.name, Municipality.local_name)
    places = (Municipality.country, Municipality.region, Municipality.geonameid)
    rows: list[Any] = []
    for *called, former in session.execute(
        select(*columns, *places, Municipality.former_names)
    ).all():
        public_id, _, _, country, *_ = called
        rows.append(called)
        rows += [(public_id, name, local, country, region) for name, local, region in former or ()]
    return Names(rows)


def _fits(reading: Typed, bearer: _Bearer) -> bool:
    return typed.fits(reading, bearer.country, (bearer.region,))


def _edges(spelt: str) -> tuple[str, str]:
    """Return the ends of a name: names one letter apart have one of them in common."""
    return f"^{spelt[:2]}", f"{spelt[-2:]}$"
