"""Words of names: which of them tell of a place, and in which forms they are written; pure.

Everything is compared in Latin letters without accents, so that scripts do not matter.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from matchmaker.places.spelling import fold, skeleton, transliterate

_LETTER = r"[^\W_][\u0300-\u036f\u064b-\u0652\u0670]*"
WORD = re.compile(rf"(?:{_LETTER})+(?:['’ʼ`](?:{_LETTER})+)*")
SHORTEST_STEM = 3
SHORTEST_ALONE = 6
"""From so many letters one word of a name tells of it without the others ("Guadual")."""
SOUNDS = 4
"""So many consonants in common make two spellings of one name."""

_ANY_ENDING = re.compile(r".{0,6}")
# What names end in when they are inflected or made into adjectives, in the languages of the site.
_CASE = r"[aeiou]{0,3}|[oei]mu?|[oe]ho|imi?|ikh|i?ami?|i?akh|[oei]iu|ovi|evi"
_ENDING = re.compile(
    rf"(?:{_CASE}|[oei]v(?:{_CASE})|chan(?:{_CASE}|in)|ets|tsi?v?|h|m"
    rf"|(?:[oei]v|in|en|ian|ets|[nv])?s?k(?:{_CASE})|t?s(?:{_CASE})|n|s)$"
)
_LONG_ENDING = re.compile(r"(?:ers?|ens?|ese|oise?|[ea]n[oa]s?|ienne|ians?|at|iah?)$")
"""Only after four letters and more: "summer" is no form of Sumy."""
_LAST_VOWELS = re.compile(r"[aeiou]{1,3}$")
# Consonants that change before an ending: Balka - Baltsi, Praha - Prazi, Odrekh - Odresi
_CHANGES = (("k", ("ts", "ch")), ("h", ("z", "zh")), ("kh", ("s", "sh")), ("ch", ("ts",)))
_ADJECTIVE = re.compile(r"(.{3,})sk(?:[aei]|ii|oi)")  # Kivska, of Kiv
_STEM_CHANGES = (
    (re.compile(r"(.*[^aeiou])i([^aeiou])"), ("{0}o{1}", "{0}e{1}", "{0}ie{1}")),  # Kharkiv, -kova
    (re.compile(r"(.*[^aeiou])(?:o|e|ie)([^aeiou]{1,2})"), ("{0}{1}",)),  # Kozelets, Kozeltsi
    (re.compile(r"(.{4,}[^aeiou])(ts)"), ("{0}e{1}",)),  # Illintsi, Illinetska
    (re.compile(r"(.{3,}[^aeiouk])k"), ("{0}", "{0}ok")),  # Liubymivka, Liubymivska
)
_SENTENCE = re.compile(r"(?:^|[.!?:…\n])[\s\"'«“„(–-]*$")
_ARABIC_BEFORE = re.compile(r"^(?:[wf]?(?:[bk]?al|ll)|[wf][bkl]?|[bkl])(?=\w{3})")
_ALIKE = str.maketrans("yg", "ih")  # written one for the other: Lityn and Litin, Rih and Rig
_DOUBLE = re.compile(r"(.)\1+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@dataclass(frozen=True)
class Word:
    """A word where it stands: its beginning and end in the text, and how it is compared."""

    start: int
    end: int
    forms: tuple[str, ...]
    """In Latin letters; Arabic words also without what is written together with them."""
    capital: bool
    """Begins with a capital letter although it begins no sentence."""
    upper: bool
    """Begins with a capital letter."""
    arabic: bool


def words_in(text: str) -> list[Word]:
    """Return the words of a text, articles and the like left out."""
    found = []
    for match in WORD.finditer(text):
        forms = _forms(match.group())
        if forms[0] and forms[0] not in _list("particles").whole:
            upper, arabic = match.group()[:1].isupper(), bool(_ARABIC.search(match.group()))
            inside = upper and not _SENTENCE.search(text[: match.start()])
            found.append(Word(*match.span(), forms, inside, upper, arabic))
    return found


def telling_words(name: str) -> list[list[Word]]:
    """Return the words of a name that tell of the place: "Nyzhnia", "Balka" of its council.

    Where only one common word is left ("Old Town"), the whole name counts as well.
    """
    words = words_in(name)
    telling = [word for word in words if word.forms[-1] not in _list("generic")]
    if len(telling) > 1 or any(map(is_rare, telling)):
        return [telling]
    return [telling, words] if telling else [words]


def tells_alone(word: Word) -> bool:
    """Tell whether one word of a name of several is enough."""
    return len(word.forms[-1]) >= SHORTEST_ALONE and is_rare(word)


def is_rare(word: Word) -> bool:
    """Tell whether a word is none that many names have."""
    return not any(word.forms[-1] in _list(name) for name in ("common", "generic"))


def is_form_of(word: Word, name: Word, *, alone: bool = False) -> bool:
    """Tell whether a word is the name, the name with another ending, or another spelling.

    `alone`: no other word of the name stands beside it. Then a common word counts as a name with a
    capital letter only, and a rare one with a small letter only by its very letters.
    """
    if alone and not is_rare(name) and not word.capital:
        return False
    similar = [] if word.arabic != name.arabic else [_has_its_letters]
    if not alone or word.upper or word.arabic:
        similar.append(_has_its_sounds)
    return any(test(form, name.forms[-1]) for form in word.forms for test in similar)


def _has_its_letters(word: str, name: str) -> bool:
    """Tell whether the letters are those of the name up to an ending."""
    if word == name:
        return True
    if word[:1] != name[:1] or len(name) <= SHORTEST_STEM:
        return False
    for stem in _stems(name):
        rest = word[len(stem) :] if word.startswith(stem) else None
        if rest is not None and _ENDING.match(rest):
            return True
        if rest and len(stem) > SHORTEST_STEM and _LONG_ENDING.match(rest):
            return True
    return False


def _has_its_sounds(word: str, name: str) -> bool:
    """Tell whether the consonants are those of the name, or of an adjective made of it."""
    sounds = skeleton(name)
    if len(sounds) < SOUNDS or (word[:1] != name[:1] and sounds[:1] != skeleton(word)[:1]):
        return word == name
    return skeleton(word) in (sounds, f"{sounds}sk") and len(word) <= len(name) + 4


def joined(name: list[Word]) -> Word | None:
    """Return two words as one, as adjectives have them: Nyzhnia Balka, nyzhnobalkivskyi."""
    if len(name) != 2 or name[0].arabic:
        return None
    first, second = (word.forms[-1] for word in name)
    form = f"{_LAST_VOWELS.sub('', first)}o{second}"
    return Word(name[0].start, name[1].end, (form,), True, True, arabic=False)


@lru_cache(maxsize=4096)
def _stems(name: str) -> tuple[str, ...]:
    """Return what stays of a name in its other forms, with the sounds that change."""
    bare = _LAST_VOWELS.sub("", name)
    stem = bare if len(bare) >= SHORTEST_STEM else name
    found = [stem]
    for last, others in _CHANGES:
        if stem.endswith(last) and len(stem) > len(last) + 1:
            found += [stem.removesuffix(last) + other for other in others]
    if match := _ADJECTIVE.fullmatch(name):
        found += [match[1], *_stems(match[1])]
    for pattern, forms in _STEM_CHANGES:
        if match := pattern.fullmatch(stem):
            found += [form.format(*match.groups()) for form in forms]
    return tuple(one for one in dict.fromkeys(found) if len(one) >= SHORTEST_STEM)


@lru_cache(maxsize=8192)
def _forms(word: str) -> tuple[str, ...]:
    latin = _DOUBLE.sub(r"\1", transliterate(fold(word)).replace(" ", "").translate(_ALIKE))
    if not _ARABIC.search(word):
        return (latin,)
    return tuple(dict.fromkeys((latin, _ARABIC_BEFORE.sub("", latin))))


class Words:
    """A list of words, some of them beginnings."""

    def __init__(self, words: list[str], ending: re.Pattern[str]) -> None:
        self.ending = ending
        self.whole = {_forms(word)[-1] for word in words if not word.endswith("*")}
        self.whole |= {_forms(word)[0] for word in words if not word.endswith("*")}
        self.beginnings = tuple(_forms(word[:-1])[0] for word in words if word.endswith("*"))

    def __contains__(self, word: object) -> bool:
        text = str(word)
        return word in self.whole or any(
            text.startswith(first) and self.ending.fullmatch(text[len(first) :])
            for first in self.beginnings
        )


@cache
def _list(name: str) -> Words:
    """Return one list of the file."""
    text = files("matchmaker.messages").joinpath("generic_words.txt").read_text(encoding="utf-8")
    words: dict[str, list[str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif not line.startswith("#"):
            words.setdefault(heading, []).extend(line.split())
    return Words(words[name], _ENDING if name == "common" else _ANY_ENDING)
