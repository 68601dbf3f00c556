"""Files of partnerships: one row per pair of towns, in columns `a_...` and `b_...`."""

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matchmaker.exchange.problems import BadFiles, Problem

MOST_BYTES = 512 * 1024 * 1024
REQUIRED = ("geonameid", "name", "country", "lat", "lon")
SIDES = ("a", "b")
_LIMITS = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "pop": (0.0, 1e9)}
_MOST_TOLD = 20
_WHOLE = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True, slots=True)
class Site:
    """A town as a row tells of it; NaN and "" stand for what it does not tell."""

    geonameid: str
    name: str
    country: str
    """ISO 3166 code."""
    latitude: float
    longitude: float
    population: float


@dataclass(frozen=True, slots=True)
class Partnership:
    """One row."""

    a: Site
    b: Site
    written: tuple[str, str]
    """Both numbers as they stand in the file."""
    n_conflict_sides: str
    """"" where the file has no such column."""


def read_partnerships(
    path: Path, required: tuple[str, ...] = (), unread: list[Problem] | None = None
) -> list[Partnership]:
    """Read a file of partnerships.

    UTF-8 with or without byte-order mark; separated by comma, semicolon or tab, as the header says.
    Columns that are not used may hold anything. A coordinate or population that cannot be one
    counts as unknown: one bad cell among many thousands must not keep the others from an answer.

    Parameters
    ----------
    path : Path
    required : tuple of str
        Columns needed beside those of the towns.
    unread : list of Problem, optional
        The cells that count as unknown are added to it.

    Raises
    ------
    BadFiles
        If the file cannot be read, is no CSV, or lacks columns.
    """
    rows = _rows(path)
    header = [name.strip().lower() for name in next(rows, (0, []))[1]]
    wanted = [f"{side}_{column}" for side in SIDES for column in REQUIRED] + list(required)
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadFiles([Problem(path.name, 1, c, "", "This column is missing.") for c in missing])
    at = {name: position for position, name in enumerate(header)}
    noted = [] if unread is None else unread
    return [_partnership(path.name, line, cells, at, noted) for line, cells in rows]


def unread_sentences(unread: list[Problem]) -> list[str]:
    """Say which cells count as unknown: the first ones, and how many there are in all."""
    lines = [problem.sentence() for problem in unread[:_MOST_TOLD]]
    if unread:
        lines.append(f"{len(unread)} cell(s) without a usable number count as unknown.")
    return lines


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line where each row begins, and its cells; blank lines are left out."""
    text = _text(path)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        message = f"The line is no CSV: {error}."
        raise BadFiles([Problem(path.name, begins, "", "", message)]) from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            message = "The file must not be larger than 512 MB."
            raise BadFiles([Problem(path.name, 0, "", "", message)])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise BadFiles([Problem(path.name, 0, "", "", message)]) from None
    except UnicodeDecodeError:
        raise BadFiles([Problem(path.name, 0, "", "", "The file is not UTF-8.")]) from None
    if not text.strip():
        message = "The file is empty; a first line with column names is expected."
        raise BadFiles([Problem(path.name, 0, "", "", message)])
    return text


def _partnership(
    file: str, line: int, cells: list[str], at: dict[str, int], unread: list[Problem]
) -> Partnership:
    def cell(name: str) -> str:
        position = at.get(name, len(cells))
        return cells[position].strip() if position < len(cells) else ""

    def number(name: str) -> float:
        text = cell(name)
        low, high = _LIMITS[name[2:]]
        value = _number(text)
        if value is None or value < low or value > high:
            expected = f"A number from {low:.0f} to {high:.0f} or an empty cell is expected."
            unread.append(Problem(file, line, name, text, expected))
            return math.nan
        return value

    def site(side: str) -> Site:
        return Site(
            _WHOLE.sub(r"\1", cell(f"{side}_geonameid")),
            cell(f"{side}_name"),
            cell(f"{side}_country").upper(),
            number(f"{side}_lat"),
            number(f"{side}_lon"),
            number(f"{side}_pop"),
        )

    written = cell("a_geonameid"), cell("b_geonameid")
    return Partnership(site("a"), site("b"), written, cell("n_conflict_sides"))


def _number(text: str) -> float | None:
    """Return the number, NaN where nothing stands, None where the text is none."""
    if not text or text.lower() == "nan":
        return math.nan
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
