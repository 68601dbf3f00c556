"""Tell whether two names of towns could be taken for each other, by eye or by ear.

Two forms of a name are compared. Its *appearance*: letters of other alphabets, digits and accents
are read as the Latin letter they look like (``confusables.csv``, from Unicode Technical Standard
#39). Its *spelling*: other alphabets are spelt out in Latin letters. Words such as "City of" and
everything between the letters are left out of both.
"""

import csv
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from matchmaker.places.spelling import fold, transliterate

SAME, NEAR = "same", "near"
"""Kinds of likeness: nothing that an eye would see, or one letter off."""
_SHORTEST_NEAR = 5
_SHORTEST_SWAP = 4

# Letters of near shape that the standard lists only with their small capitals: our addition.
_ALSO = "м:m н:h т:t к:k в:b ё:e τ:t κ:k η:n ω:w ε:e β:b ß:b"
_DIGITS = "0:o 1:l 2:z 3:e 4:a 5:s 6:b 7:t 8:b 9:g |:l !:l $:s @:a"
# Capital I looks like small l: both are read as one; rn and vv look like m and w.
_READ_ALIKE = (("rn", "m"), ("vv", "w"), ("i", "l"))

_OFFICES_TEXT = (
    "city town municipality municipal village commune council office hall administration "
    "borough metropolitan government local self authority official community territorial "
    "urban rural ville mairie commune ciudad villa municipio municipalidad alcaldia "
    "ayuntamiento gobernacion prefeitura camara cidade concelho comune citta gemeente stad "
    "stadt gemeinde landeshauptstadt rathaus grad opcina opstina obshtina gradska gmina "
    "miasto kommune kommun kaupunki belediyesi belediye buyuksehir misto miska mista rada "
    "selyshche selyshchna selo silska hromada hromady terytorialna gorod administratsiya "
    "baladiyat baladiya madinat madina bldih bldh mdinh qrih mjls shari meria municipiul "
    "primaria comuna orasul"
)
_OFFICES = frozenset(_OFFICES_TEXT.split())
_JOINING_TEXT = "of the de la le les du des del el los di da do dos van der al il"
_JOINING = frozenset(_JOINING_TEXT.split())
_SPACES = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _shapes() -> dict[int, str]:
    """Return the letter each look-alike is read as."""
    text = files("matchmaker.places").joinpath("confusables.csv").read_text(encoding="utf-8")
    shapes = {row["letter"]: row["looks_like"] for row in csv.DictReader(text.splitlines())}
    for pair in f"{_ALSO} {_DIGITS}".split():
        shapes[pair[0]] = pair[2:]
    return str.maketrans(shapes)


@lru_cache(maxsize=65536)
def appearance(name: str) -> str:
    """Return what a name looks like: the same for names that an eye cannot tell apart."""
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    shown = fold(bare.translate(_shapes()))
    shown = _without_offices(shown)
    for seen, read in _READ_ALIKE:
        shown = shown.replace(seen, read)
    return shown


@lru_cache(maxsize=65536)
def spelling(name: str) -> str:
    """Return a name in Latin letters, without accents, spaces and words such as "City of"."""
    return _without_offices(transliterate(fold(name)))


def likeness(one: str, other: str) -> str:
    """Return `SAME`, `NEAR` or "" for two names."""
    forms = {appearance(one), spelling(one)}
    others = {appearance(other), spelling(other)}
    if (forms & others) - {""}:
        return SAME
    pairs = ((appearance(one), appearance(other)), (spelling(one), spelling(other)))
    return NEAR if any(one_letter_off(a, b) for a, b in pairs) else ""


def one_letter_off(one: str, other: str) -> bool:
    """Tell whether one letter was left out, added, changed, or swapped with its neighbour.

    Names of less than five letters (four for a swap) are near to half the others and never count.
    """
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or one == other:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) < len(long):
        return len(short) >= _SHORTEST_NEAR - 1 and short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return len(short) >= _SHORTEST_NEAR
    swapped = short[start : start + 2] == long[start : start + 2][::-1]
    return swapped and len(short) >= _SHORTEST_SWAP and short[start + 2 :] == long[start + 2 :]


def mixes_alphabets(name: str) -> bool:
    """Tell whether one word of a name is written in letters of more than one alphabet."""
    for word in name.split():
        alphabets = {unicodedata.name(c, "?").split(" ")[0] for c in word if c.isalpha()}
        if len(alphabets) > 1:
            return True
    return False


def bare(name: str) -> str:
    """Return a folded name in its own letters, without words such as "City of"."""
    return " ".join(_words_of_the_name(fold(name)))


def _without_offices(text: str) -> str:
    """Leave out words of administration around the name itself, and all spaces."""
    return "".join(_words_of_the_name(text))


def _words_of_the_name(text: str) -> list[str]:
    words = [word for word in _SPACES.sub(" ", text).split(" ") if word]
    while len(words) > 1 and transliterate(words[-1]) in _OFFICES:
        words.pop()
    left_out = False
    while len(words) > 1 and (
        transliterate(words[0]) in _OFFICES or (left_out and words[0] in _JOINING)
    ):
        words.pop(0)
        left_out = True
    return words
