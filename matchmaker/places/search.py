"""Find places by any spelling, and suggest near ones."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from matchmaker.places.spelling import fold, skeleton, transliterate
from matchmaker.places.store import Gazetteer, Place, gazetteer

_LIKE_ENOUGH = 0.6
_LONGEST_QUERY = 80
_MOST_PREFIX_NAMES = 20_000
_MOST_COMPARED = 600
_SOUND_LETTERS = "kstvplrmn"


def find(name: str, country: str | None = None, region: str | None = None) -> list[Place]:
    """Return the places that bear exactly this name, greatest population first.

    Case, diacritics and punctuation do not count. A name in Cyrillic or Arabic letters that the
    list lacks is tried in Latin letters. `region` is the name or the code of a first-order
    division.
    """
    store = gazetteer()
    for spelling in _spellings(name):
        ranks = _of_country(store, store.ranks_named(spelling), country)
        places = [store.place(rank) for rank in ranks]
        places = [place for place in places if region is None or _lies_in(place, region)]
        if places:
            return places
    return []


def suggest(text: str, country: str | None = None, limit: int = 8) -> list[Place]:
    """Return at most `limit` places the text may mean.

    Exact names come first, then names that begin with the text, then near spellings.
    """
    store = gazetteer()
    spellings = _spellings(text)
    ranks: dict[int, None] = {}
    for step in (_exact, _beginning, _near):
        for spelling in spellings:
            if len(ranks) < limit:
                found = _of_country(store, step(store, spelling), country)
                ranks.update(dict.fromkeys(found[:limit]))
    return [store.place(rank) for rank in list(ranks)[:limit]]


def get(geonameid: int) -> Place | None:
    """Return the place with this GeoNames number, None where the list lacks it."""
    rank = gazetteer().rank_of(geonameid)
    return None if rank is None else gazetteer().place(rank)


def _spellings(text: str) -> list[str]:
    """Return the folded text and its spelling in Latin letters, without repeats."""
    readable = text[:_LONGEST_QUERY].encode("utf-8", "ignore").decode("utf-8")
    folded = fold(readable)
    return list(dict.fromkeys(s for s in (folded, transliterate(folded)) if s))


def _of_country(store: Gazetteer, ranks: Iterable[int], country: str | None) -> list[int]:
    """Keep the ranks of places in the country, in their order; all where no country is given."""
    return [rank for rank in ranks if country is None or store.country_at[rank] == country]


def _lies_in(place: Place, region: str) -> bool:
    """Tell whether a region given by name or code is the place's, as far as spelling tells."""
    asked, known = fold(region), fold(place.region)
    if not asked or asked == fold(place.region_code) or asked == known:
        return True
    asked_latin, known_latin = transliterate(asked), transliterate(known)
    shorter, longer = sorted((asked_latin, known_latin), key=len)
    return len(shorter) >= 4 and longer.startswith(shorter)


def _exact(store: Gazetteer, spelling: str) -> list[int]:
    return store.ranks_named(spelling)


def _beginning(store: Gazetteer, spelling: str) -> list[int]:
    if len(spelling) < 2:
        return []
    ranks: set[int] = set()
    for position in store.names_starting(spelling, _MOST_PREFIX_NAMES):
        ranks.update(store.name_at(position)[1])
    largest = sorted(ranks)[:_MOST_COMPARED]
    latin = transliterate(spelling)
    own = [rank for rank in largest if fold(store.place(rank).name).startswith(latin)]
    return own + sorted(ranks - set(own))


def _near(store: Gazetteer, spelling: str) -> list[int]:
    """Return places whose name sounds alike, the most similar spelling first.

    Names with the same skeleton are compared; where none is similar enough, names whose skeleton
    differs by one sound.
    """
    latin = transliterate(spelling)
    sound = skeleton(latin)
    if len(latin) < 3 or not sound:
        return []
    alike = _ranked(store, latin, store.names_sounding(sound))
    if len(alike) < 3:
        for near_sound in _one_sound_off(sound):
            positions = store.names_sounding(near_sound)[:_MOST_COMPARED]
            alike.update(_ranked(store, latin, positions, _LIKE_ENOUGH + 0.12))
    return sorted(alike, key=lambda rank: (-alike[rank], rank))


def _ranked(
    store: Gazetteer, latin: str, positions: list[int], at_least: float = _LIKE_ENOUGH
) -> dict[int, float]:
    """Return rank -> similarity in [0, 1] for the names that are similar enough."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(latin)
    similar: dict[int, float] = {}
    for position in positions[:_MOST_COMPARED]:
        folded, ranks = store.name_at(position)
        matcher.set_seq1(transliterate(folded))
        if matcher.real_quick_ratio() < at_least or matcher.quick_ratio() < at_least:
            continue
        ratio = matcher.ratio()
        if ratio >= at_least:
            for rank in ranks:
                similar[rank] = max(similar.get(rank, 0.0), round(ratio, 2))
    return similar


def _one_sound_off(sound: str) -> list[str]:
    """Return the skeletons one left-out, added or changed sound away, in a fixed order."""
    splits = [(sound[:cut], sound[cut:]) for cut in range(len(sound) + 1)]
    dropped = [head + tail[1:] for head, tail in splits if tail and len(sound) > 2]
    changed = [head + s + tail[1:] for head, tail in splits if tail for s in _SOUND_LETTERS]
    added = [head + s + tail for head, tail in splits for s in _SOUND_LETTERS]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1]
    return [s for s in dict.fromkeys(dropped + swapped + changed + added) if s != sound]
