"""One row being read: each question gives a value, or a default and a problem on the list."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from matchmaker.exchange.problems import REQUIRED, Problem
from matchmaker.vocabulary import N_

T = TypeVar("T")
_YES = {"yes", "y", "true", "1", "так", "sí", "si", "نعم"}
_NO = {"no", "n", "false", "0", "ні", "لا"}
_NONE = {"none", "-", "немає", "ninguno", "لا شيء"}
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass
class Row:
    """A row of a file and the problems found in it."""

    file: str
    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def complain(
        self,
        column: str,
        expected: str,
        value: str | None = None,
        suggestions: Iterable[str] = (),
        **values: object,
    ) -> None:
        """Put a problem on the list."""
        shown = self.text(column) if value is None else value
        filled = tuple((name, str(item)) for name, item in values.items())
        self.problems.append(
            Problem(self.file, self.number, column, shown, expected, filled, tuple(suggestions))
        )

    def text(self, column: str) -> str:
        """Return a cell as text, "" where it is empty or its column is missing."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        """Return a cell that may not be empty."""
        if not self.text(column):
            self.complain(column, REQUIRED)
        return self.text(column)

    def entries(self, column: str) -> tuple[str, ...] | None:
        """Return the entries between bars; None where empty (not stated), () for "none"."""
        text = self.text(column)
        if not text:
            return None
        if text.casefold() in _NONE:
            return ()
        return tuple(part.strip() for part in text.split("|") if part.strip())

    def code(self, column: str, known: dict[str, str], default: str | None = None) -> str | None:
        """Return the code for a code or label of a table code -> label."""
        text = self.text(column)
        return default if not text else self.known(column, text, known)

    def known(self, column: str, text: str, known: dict[str, str]) -> str | None:
        """Return the code that a text names; None and a problem where there is none."""
        wanted = text.casefold()
        for code, label in known.items():
            if wanted in (code.casefold(), label.casefold()):
                return code
        codes = list(known)
        near = difflib.get_close_matches(wanted, codes, 3, 0.5)
        if len(codes) <= 8:
            expected = N_("One of these is expected: %(codes)s.")
            self.complain(column, expected, text, near, codes=", ".join(codes))
        else:
            expected = N_("A code of the list in docs/file-job.md is expected.")
            self.complain(column, expected, text, near)
        return None

    def codes(self, column: str, known: dict[str, str]) -> tuple[str, ...]:
        """Return the codes of several entries, without repeats."""
        found = (self.known(column, text, known) for text in self.entries(column) or ())
        return tuple(dict.fromkeys(code for code in found if code is not None))

    def whole(self, column: str, least: int, most: int, default: int | None) -> int | None:
        """Return a whole number within bounds."""
        text = self.text(column)
        return default if not text else self.whole_of(column, text, least, most, default)

    def whole_of(
        self, column: str, text: str, least: int, most: int, default: int | None
    ) -> int | None:
        """Return the whole number that a text writes."""
        try:
            number = float(text)
            # float() reads 1_000 as 1000; nobody who fills in a table writes it so
            if "_" not in text and number == int(number) and least <= number <= most:
                return int(number)
        except (ValueError, OverflowError):
            pass
        expected = N_("A whole number from %(least)s to %(most)s is expected.")
        self.complain(column, expected, text, least=least, most=most)
        return default

    def share(self, column: str) -> float | None:
        """Return a chance: 0 to 1, or a percentage with its sign."""
        text = self.text(column).replace(",", ".")
        if not text:
            return None
        try:
            value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
            if "_" not in text and 0 <= value <= 1:
                return value
        except ValueError:
            pass
        self.complain(column, N_("A chance from 0 to 1, or a percentage, is expected."))
        return None

    def yes_no(self, column: str, default: bool | None) -> bool | None:
        """Return yes or no; the default where the cell is empty."""
        text = self.text(column).casefold()
        if text in _YES:
            return True
        if text in _NO:
            return False
        if text and text not in ("unknown", "?"):
            self.complain(column, N_("“yes”, “no” or an empty cell (unknown) is expected."))
        return default

    def flag(self, column: str) -> bool:
        """Return yes or no; empty is no."""
        return bool(self.yes_no(column, False))

    def day(self, column: str) -> date | None:
        """Return a date written 2027-05-31 or 31.5.2027."""
        text = self.text(column)
        if not text:
            return None
        dotted = _DOTTED.fullmatch(text)
        try:
            if dotted:
                return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
            return date.fromisoformat(text[:10] if len(text) > 10 and text[10] in " T" else text)
        except ValueError:
            self.complain(column, N_("A date like 2027-05-31 is expected."))
            return None

    def window(self, today: date) -> tuple[date | None, date | None]:
        """Return the first and last day of a period that has not ended yet."""
        start, end = self.day("window_start"), self.day("window_end")
        if start and end and end < start:
            expected = N_("A day not before window_start (%(start)s) is expected.")
            self.complain("window_end", expected, start=start)
        elif end and end < today:
            expected = N_("A day not in the past is expected; today is %(today)s.")
            self.complain("window_end", expected, today=today)
        return start, end

    def parsed(self, column: str, parse: Callable[[str], T | None]) -> tuple[T, ...] | None:
        """Return what a function makes of each entry; None where nothing is stated."""
        entries = self.entries(column)
        if entries is None:
            return None
        found = (parse(entry) for entry in entries)
        return tuple(item for item in found if item is not None)
