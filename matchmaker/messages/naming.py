"""Find what in a text could tell who its writer is: names of the place, addresses, numbers; pure.

A warning, never a filter: a name can be spelt in ways no program knows, and a word of the language
can be spelt like a name. A person decides.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matchmaker.messages.name_forms import (
    Word,
    is_form_of,
    joined,
    telling_words,
    tells_alone,
    words_in,
)

ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.|t\.me/|wa\.me/)\S+", re.IGNORECASE)
NUMBER = re.compile(r"\+?\d(?:[\s()./-]{0,2}\d){6,}")
NO_NUMBER = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"  # a date
    r"|\d{4}\D+\d{4}"  # two years, or from so many to so many
    r"|\d{1,3}(?:[ .]\d{3})*[ .]000|[1-9]\d*0000"  # an amount
)
BRACKETS = re.compile(r"[()\[\]]")
"""Set a remark or a second name apart: "Yasnohrud (invented)"."""
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Revealing:
    """Pieces of a text that could give somebody away, in their order, each once."""

    names: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    """Ways to reach somebody: addresses, links, telephone numbers."""

    def __bool__(self) -> bool:
        return bool(self.names or self.ways)


def revealing(text: str, names: Iterable[str]) -> Revealing:
    """Return the pieces of the text that seem to name somebody or some place, or how to reach them.

    A name is noticed by its telling words in a row, whatever their endings; one long word of
    several is enough where it is written with a capital letter. Words that many names have ("city",
    "council", "upper") do not count by themselves; they stand in generic_words.txt.
    """
    ways = [(match.start(), match.group()) for match in ADDRESS.finditer(text)]
    ways += [
        (match.start(), match.group().strip())
        for match in NUMBER.finditer(text)
        if not NO_NUMBER.fullmatch(match.group().strip())
    ]
    words = words_in(text)
    spans = {
        span
        for name in names
        for part in BRACKETS.split(name or "")
        for run in telling_words(part)
        for span in _where(words, run)
    }
    return Revealing(
        names=tuple(dict.fromkeys(text[start:end] for start, end in _widest(spans))),
        ways=tuple(dict.fromkeys(piece for _, piece in sorted(ways))),
    )


def _where(words: list[Word], name: list[Word]) -> Iterator[tuple[int, int]]:
    """Give where the words of a name stand in a row, or a long one of them alone."""
    if sum(len(part.forms[-1]) for part in name) < SHORTEST_NAME:
        return
    for first in range(len(words) - len(name) + 1):
        run = words[first : first + len(name)]
        pairs = zip(run, name, strict=True)
        if all(is_form_of(word, part, alone=len(name) == 1) for word, part in pairs):
            yield run[0].start, run[-1].end
    if len(name) == 1:
        return
    alone = [part for part in (*name, joined(name)) if part and tells_alone(part)]
    for word in words:
        if word.upper and any(is_form_of(word, part, alone=True) for part in alone):
            yield word.start, word.end


def _widest(spans: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the spans in their order, those that lie inside another left out."""
    last = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > last:
            last = end
            yield start, end
