"""Find the places of the list that a name could be taken for."""

from collections import defaultdict
from functools import lru_cache

from matchmaker.places.shapes import appearance, one_letter_off, spelling
from matchmaker.places.store import Place, gazetteer

_EDGE = 2
"""Names one letter apart have their first or their last two letters in common."""
_SHORTEST = 4


def look_alikes(name: str, country: str, place: Place | None = None) -> list[Place]:
    """Return the places of a country that the name looks like without being theirs.

    Parameters
    ----------
    name, country
        As typed by who registers.
    place
        The place that was chosen from the list, if any.

    Notes
    -----
    A name that stands on the list for the chosen place, in any script, is that place's own and
    looks like none; so is its own name without accents. A name of no chosen place is compared with
    all: that of a listed place is a look-alike too, for who is that place would have chosen it.
    """
    if place is not None and _is_own_name(name, place):
        return []
    index = _index(country)
    looks = {appearance(name), spelling(name)}
    ranks = {rank for form in looks for rank in index.named.get(form, ())}
    ranks |= {rank for form in looks for rank in index.near(form)}
    return [gazetteer().place(rank) for rank in sorted(ranks)]


def listed_as(name: str, country: str) -> bool:
    """Tell whether a name stands on the list of a country as it is typed."""
    ranks = _index(country).named.get(spelling(name), set())
    places = [gazetteer().place(rank) for rank in sorted(ranks)]
    wanted = name.casefold()
    return any(wanted == own.casefold() for place in places for own in (place.name, *place.names))


def _is_own_name(name: str, place: Place) -> bool:
    own = {one.casefold() for one in (place.name, *place.names)}
    if name.casefold() in own:
        return True
    # without its accents a name deceives nobody; with letters of another alphabet it may
    plain = name.isascii() and all(letter.isalpha() or letter in " -'" for letter in name)
    return plain and any(spelling(name) == spelling(one) for one in own)


class _Index:
    """The names of a country, by their forms, and by the edges of their forms."""

    def __init__(self, country: str) -> None:
        store = gazetteer()
        self.named: dict[str, set[int]] = defaultdict(set)
        self._edges: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for rank in (r for r, code in enumerate(store.country_at) if code == country):
            place = store.place(rank)
            for own in (place.name, *place.names):
                for form in {appearance(own), spelling(own)}:
                    if len(form) >= _SHORTEST:
                        self.named[form].add(rank)
            # near spellings are looked for around the name in use only: the list has so many
            # others that half of all names are near one of them
            for form in {appearance(place.name), spelling(place.name)}:
                self._edges["^" + form[:_EDGE]].add((form, rank))
                self._edges[form[-_EDGE:] + "$"].add((form, rank))

    def near(self, form: str) -> set[int]:
        """Return the ranks of the places whose name is one letter off."""
        pool = self._edges.get("^" + form[:_EDGE], set()) | self._edges.get(
            form[-_EDGE:] + "$", set()
        )
        return {rank for other, rank in pool if one_letter_off(form, other)}


@lru_cache(maxsize=8)
def _index(country: str) -> _Index:
    return _Index(country)
