"""Places of the world, found by any spelling; pure Python, no web and no database.

spelling  fold, transliterate, skeleton of sounds
store     the shipped list and the Place record
search    find (exact), suggest (near), get (by number)
countries neighbours and languages
shapes    could two names be taken for each other
lookalike the places of the list that a name could be taken for
"""

from matchmaker.places.countries import continent, countries, languages, neighbours
from matchmaker.places.lookalike import listed_as, look_alikes
from matchmaker.places.search import find, get, suggest
from matchmaker.places.shapes import likeness, mixes_alphabets
from matchmaker.places.store import Place, number_of_places

__all__ = [
    "Place",
    "continent",
    "countries",
    "find",
    "get",
    "languages",
    "likeness",
    "listed_as",
    "look_alikes",
    "mixes_alphabets",
    "neighbours",
    "number_of_places",
    "suggest",
]
