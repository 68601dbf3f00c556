"""Places of the world, found by any spelling; pure Python, no web and no database.

spelling  fold, transliterate, skeleton of sounds
store     the shipped list and the Place record
search    find (exact), suggest (near), get (by number)
countries neighbours and languages
"""

from matchmaker.places.countries import continent, countries, languages, neighbours
from matchmaker.places.search import find, get, suggest
from matchmaker.places.store import Place

__all__ = ["Place", "continent", "countries", "find", "get", "languages", "neighbours", "suggest"]
