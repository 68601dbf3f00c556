"""The shipped list of places, read once on first use.

`places.txt.xz` (made by tools/build_places.py) has three sections, each a sorted or ranked list of
lines: the places, greatest population first; the folded names with the ranks of their places; the
skeletons of sounds with the positions of their names.
"""

import lzma
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

SECTION = "\f"
FIELD = "\t"
NAME = "|"


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place of the GeoNames gazetteer.

    `region` is the name of the first-order division, "" where not known; `names` are its other
    spellings in Latin, Cyrillic and Arabic letters.
    """

    geonameid: int
    name: str
    country: str
    region_code: str
    region: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    names: tuple[str, ...]


class Gazetteer:
    """Places by rank of population, with their folded names and skeletons in order.

    Lines stay UTF-8 bytes, which sort as their characters do, until they are asked for.
    """

    def __init__(self, data: bytes):
        places, names, sounds = data.split(SECTION.encode())
        self._places = places.split(b"\n")
        self._names = names.split(b"\n")
        self._sounds = sounds.split(b"\n")
        self._ids: dict[int, int] = {}
        self.country_at = [line[:2].decode() for line in self._places]

    def place(self, rank: int) -> Place:
        """Return the place of this rank."""
        country, geonameid, name, code, region, latitude, longitude, population, timezone, names = (
            self._places[rank].decode().split(FIELD)
        )
        return Place(
            int(geonameid),
            name,
            country,
            code,
            region,
            float(latitude),
            float(longitude),
            int(population),
            timezone,
            tuple(names.split(NAME)) if names else (),
        )

    def population_at(self, rank: int) -> int:
        """Return the inhabitants of the place of this rank."""
        return int(self._places[rank].split(FIELD.encode(), 8)[7])

    def rank_of(self, geonameid: int) -> int | None:
        """Return the rank of a place by its GeoNames number, None where the list lacks it."""
        if not self._ids:
            self._ids = {
                int(line.split(FIELD.encode(), 2)[1]): rank
                for rank, line in enumerate(self._places)
            }
        return self._ids.get(geonameid)

    def ranks_named(self, folded: str) -> list[int]:
        """Return the ranks of the places that bear this folded name."""
        position = _line_of(self._names, folded)
        return [] if position is None else self.name_at(position)[1]

    def names_starting(self, folded: str, most: int) -> range:
        """Return the positions of at most so many names that begin with the text."""
        first = bisect_left(self._names, folded.encode())
        last = bisect_left(self._names, (folded + "\U0010ffff").encode())
        return range(first, min(last, first + most))

    def name_at(self, position: int) -> tuple[str, list[int]]:
        """Return the folded name at a position and the ranks of its places."""
        folded, ranks = self._names[position].decode().split(FIELD)
        return folded, [int(rank) for rank in ranks.split(" ")]

    def names_sounding(self, sound: str) -> list[int]:
        """Return the positions of the names with this skeleton."""
        position = _line_of(self._sounds, sound)
        if position is None:
            return []
        return [int(name) for name in self._sounds[position].split(FIELD.encode())[1].split()]


def _line_of(lines: list[bytes], key: str) -> int | None:
    """Return the position of the line that begins with this key and a tab, None without one."""
    start = (key + FIELD).encode()
    position = bisect_left(lines, start)
    return position if position < len(lines) and lines[position].startswith(start) else None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the shipped gazetteer, read on first use and kept."""
    packed = files("matchmaker.places").joinpath("places.txt.xz").read_bytes()
    return Gazetteer(lzma.decompress(packed))


def number_of_places() -> dict[str, int]:
    """Return country -> how many places the list has of it."""
    return dict(Counter(gazetteer().country_at))
