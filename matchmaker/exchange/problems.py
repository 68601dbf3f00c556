"""What is wrong with an input file: line, column, value and what is expected."""

from dataclasses import dataclass

from matchmaker.vocabulary import N_

_LONGEST_SHOWN = 60
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a file from being read."""

    file: str
    line: int
    """Line of the file where the row begins; 0 = the file as a whole."""
    column: str
    """Name of the column; empty = the whole row."""
    value: str
    expected: str
    """Marked message: what should stand there."""
    values: tuple[tuple[str, str], ...] = ()
    """Fill the placeholders of `expected`."""
    suggestions: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say it in words."""
        place = self.file if not self.line else f"{self.file}, line {self.line}"
        column = f", column {self.column}" if self.column else ""
        found = f" found {shown(self.value)}." if self.value else ""
        expected = self.expected % dict(self.values)
        near = f" Did you mean {'; '.join(self.suggestions)}?" if self.suggestions else ""
        return f"{place}{column}:{found} {expected}{near}"


class BadFiles(Exception):
    """The input cannot be used; `problems` lists everything that is wrong, in order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.sentence() for problem in problems))


def shown(value: str) -> str:
    """Return a value in quotes, shortened, with invisible characters made visible."""
    short = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short)
    return f"“{visible}”"


REQUIRED = N_("This column must be filled in.")
"""The message for an empty cell that may not be empty."""


def is_hidden(character: str) -> bool:
    """Tell whether a character is a control character, or changes the direction of what follows."""
    return ord(character) < 32 or 127 <= ord(character) < 160 or character in _BIDI_CONTROLS


def visible(text: str) -> str:
    """Return a text with hidden characters made visible."""
    return "".join(f"\\u{ord(c):04x}" if is_hidden(c) else c for c in text)
