"""Compare place names across spellings: fold, transliterate, reduce to a skeleton of sounds."""

import re
import unicodedata
from functools import lru_cache

# Letters that do not decompose, or that keyboards write in more than one way: kept <- written
_KEPT = (
    "l:ł d:đð o:ø i:ı a:ə h:ħ t:ŧ n:ŋ oe:œ ae:æ th:þ ا:ٱ ي:ىیےېئ و:ؤۆۇۋ ك:کڪگ ف:ڤ ه:ہھەة ر:ڕ ل:ڵ"
)
# Marks that spellings leave out as often as they write them
_DROPPED = "'’‘ʻʼʽʾʿ`´ʹʺ′″ьъـء\u200c\u200d"
_LETTERS = str.maketrans(
    {
        **{written: pair.split(":")[0] for pair in _KEPT.split() for written in pair.split(":")[1]},
        **dict.fromkeys(_DROPPED, None),
    }
)
_NOT_WORD = re.compile(r"[\W_]+")

_SPELT = (
    "а:a б:b в:v г:g ґ:g д:d е:e ж:zh з:z и:i і:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f "
    "х:kh ц:ts ч:ch ш:sh щ:shch ы:y э:e ю:yu я:ya є:ye ђ:dj ј:j љ:lj њ:nj ћ:c џ:dz ѕ:dz "
    "қ:k ғ:g ң:n ө:o ү:u ұ:u һ:h ә:a ӯ:u ҷ:j "
    "ا:a ب:b پ:p ت:t ث:th ج:j چ:ch ح:h خ:kh د:d ذ:dh ر:r ز:z ژ:zh س:s ش:sh ص:s ض:d ط:t ظ:z "
    "ع:a غ:gh ف:f ق:q ك:k ل:l م:m ن:n ه:h و:u ي:i"
)
_TO_LATIN = str.maketrans(
    {letter: latin for letter, latin in (pair.split(":") for pair in _SPELT.split())}
)

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch|dsch|dzh|ch|kh|gh|ck|cz|[ckqgxh]", "k"),
        (r"shk|schk|sk", "sk"),
        (r"t?sz|t?s|zh|[zj]", "s"),
        (r"ph|[fvw]", "v"),
        (r"[bp]", "p"),
        (r"[dt]", "t"),
    )
]
_SIBILANT_DIGRAPHS = re.compile(r"shch|szcz|sch|sh")
_ARTICLE = re.compile(r"^(al|el|ad|ar|as|at|az|ash|il) (?=\w{3})")
_VOWELS = re.compile(r"[aeiouy]+")
_REPEATS = re.compile(r"(.)\1+")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the name without case, diacritics and punctuation, in its own script."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare.translate(_LETTERS)).strip()


@lru_cache(maxsize=4096)
def transliterate(folded: str) -> str:
    """Return a folded name in Latin letters; Cyrillic and Arabic are spelt out."""
    latin = folded.translate(_TO_LATIN)
    if latin != folded:
        latin = re.sub(r"\bal(?=\w{3})", "al ", latin) if folded.startswith("ال") else latin
    return latin


@lru_cache(maxsize=4096)
def skeleton(latin: str) -> str:
    """Return what spellings of one name have in common: its consonants by kind of sound.

    "Kharkiv", "Kharkow" and "Charków" share one skeleton, and so do names written without vowels.
    """
    text = _ARTICLE.sub("", latin).replace(" ", "")
    start = "a" if text[:1] in tuple("aeiouy") else ""
    text = _SIBILANT_DIGRAPHS.sub("s", text)
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return start + _REPEATS.sub(r"\1", _VOWELS.sub("", text))


def script_of(name: str) -> str:
    """Return "latin", "cyrillic" or "arabic", or "" for another or a mixed script."""
    found = set()
    for letter in name:
        if not letter.isalpha():
            continue
        first_word = unicodedata.name(letter, "").split(" ", 1)[0].lower()
        found.add(first_word)
    return found.pop() if len(found) == 1 and found <= {"latin", "cyrillic", "arabic"} else ""
