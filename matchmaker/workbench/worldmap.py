"""The map of a round: helping cities as points, conflict areas as one mark for a country.

A municipality that asks for help, ever, gets no point, also where it helps as well. Marks come from
the areas that coordinators entered, whoever asks.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import ConflictArea, Municipality, Need, Offer, Round, RoundOffer
from matchmaker.places import Place
from matchmaker.places.equal_earth import HEIGHT, WIDTH, project
from matchmaker.places.store import gazetteer
from matchmaker.vocabulary import AreaLevel, Phase

STEP = 12
"""Cities nearer to each other than this, in units of the drawing, share a point."""
SIZES = ((1, 14), (2, 20), (5, 28), (20, 38))
"""From how many cities on a point is drawn so wide."""
LARGEST = 50
"""The middle of a country is that of so many of its largest places."""


@dataclass(frozen=True)
class WorldMap:
    """What is drawn, and what the tables under it say."""

    width: int
    height: int
    points: list[tuple[int, str]]
    """(width, path) of the helping cities."""
    marks: list[tuple[float, float]]
    helpers: list[tuple[str, int]]
    """(country, cities drawn)."""
    areas: list[ConflictArea]


def helping_cities(round_: Round, actor: Actor) -> Select[Any, Any, Any]:
    """Select country, latitude and longitude of the helping cities that may be drawn."""
    offering = (
        select(Offer.municipality_id)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .where(RoundOffer.round_id == round_.id)
    )
    return select(Municipality.country, Municipality.latitude, Municipality.longitude).where(
        Municipality.id.in_(offering),
        Municipality.id.not_in(select(Need.municipality_id)),
        Municipality.hidden.is_(False),
        Municipality.latitude.is_not(None),
        Municipality.longitude.is_not(None),
        *towns_of(actor),
    )


def conflict_areas(actor: Actor) -> Select[Any]:
    """Select the areas in conflict now, of countries and regions, in the actor's countries."""
    query = select(ConflictArea).where(
        ConflictArea.level.in_((AreaLevel.COUNTRY.value, AreaLevel.REGION.value)),
        ConflictArea.phase != Phase.PAST.value,
    )
    if actor.scope:
        query = query.where(ConflictArea.country.in_(actor.scope))
    return query.order_by(ConflictArea.country, ConflictArea.region)


def map_of(session: Session, round_: Round, actor: Actor) -> WorldMap:
    """Return the map of a round as its reader may see it."""
    cities = [tuple(row) for row in session.execute(helping_cities(round_, actor))]
    areas = list(session.scalars(conflict_areas(actor)))
    found = (middle_of(country) for country in sorted({area.country for area in areas}))
    return WorldMap(
        WIDTH,
        HEIGHT,
        _points((latitude, longitude) for _, latitude, longitude in cities),
        [_rounded(*project(*place)) for place in found if place is not None],
        sorted(Counter(country for country, *_ in cities).items()),
        areas,
    )


def _points(places: Iterable[tuple[float, float]]) -> list[tuple[int, str]]:
    """Return one path for each size of point; what would overlap is drawn as one."""
    cells: Counter[tuple[int, int]] = Counter()
    for latitude, longitude in places:
        x, y = project(latitude, longitude)
        cells[round(x / STEP), round(y / STEP)] += 1
    paths: dict[int, list[str]] = {width: [] for _, width in SIZES}
    for (x, y), n in sorted(cells.items()):
        width = max(width for least, width in SIZES if n >= least)
        paths[width].append(f"M{x * STEP} {y * STEP}h0")
    return [(width, "".join(path)) for width, path in paths.items() if path]


@lru_cache(maxsize=300)
def middle_of(country: str) -> tuple[float, float] | None:
    """Return latitude and longitude of the middle of a country's largest places."""
    places = _largest(country)
    if not places:
        return None
    x = y = z = 0.0
    for place in places:
        north, east = radians(place.latitude), radians(place.longitude)
        x, y, z = x + cos(north) * cos(east), y + cos(north) * sin(east), z + sin(north)
    return degrees(atan2(z, hypot(x, y))), degrees(atan2(y, x))


def _largest(country: str) -> list[Place]:
    known = gazetteer()
    found: list[Place] = []
    for rank, code in enumerate(known.country_at):
        if code == country:
            found.append(known.place(rank))
            if len(found) == LARGEST:
                break
    return found


def _rounded(x: float, y: float) -> tuple[float, float]:
    return round(x, 1), round(y, 1)
