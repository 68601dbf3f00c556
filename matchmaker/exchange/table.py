"""A CSV file as rows of named cells, whatever its separator; refuses what no spreadsheet writes."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matchmaker.exchange.cells import restore_cell
from matchmaker.exchange.problems import Problem, is_hidden
from matchmaker.vocabulary import N_

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST_CELL = 5_000


@dataclass(frozen=True)
class Line:
    """One row of a file: its line number and its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """What was read of a file, and what is wrong with its form."""

    file: str
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def read_table(path: Path, columns: Iterable[str], required: Iterable[str]) -> Table:
    """Read a CSV file.

    UTF-8 with or without byte-order mark; separated by comma, semicolon or tab, as the header says.
    Column names count without case, spaces as underscores.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        reason = (("reason", str(error.strerror)),)
        return _refused(path, N_("The file cannot be read: %(reason)s."), reason)
    if size > MOST_BYTES:
        return _refused(path, N_("The file must not be larger than 64 MB."))
    return read_bytes(path.name, data, columns, required)


def read_bytes(name: str, data: bytes, columns: Iterable[str], required: Iterable[str]) -> Table:
    """Read the bytes of a CSV file; see `read_table`."""
    where = Path(name)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _refused(where, N_("The file is UTF-16; save it as “CSV UTF-8”."))
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        return _refused(where, N_("The line holds a NUL byte; save the file again."), line=line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return _refused(where, N_("The line is not UTF-8; save it as “CSV UTF-8”."), line=line)
    if not text.strip():
        return _refused(where, N_("The file is empty; a first line with column names is expected."))
    return _parse(where, text, tuple(columns), tuple(required))


def _parse(path: Path, text: str, columns: tuple[str, ...], required: tuple[str, ...]) -> Table:
    rows = _rows(text)
    problems: list[Problem] = []
    lines: list[Line] = []
    try:
        _, first = next(rows)
        header = [_column_name(cell) for cell in first]
        problems += _check_header(path.name, header, columns, required)
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(lines) == MOST_ROWS:
                message = N_("The file must not have more than 20,000 rows.")
                problems.append(Problem(path.name, number, "", "", message))
                break
            problems += _check_cells(path.name, number, header, cells)
            named = zip(header, cells, strict=False)
            lines.append(Line(number, {key: restore_cell(v).strip() for key, v in named if key}))
    except csv.Error as error:
        values = (("reason", str(error)),)
        message = N_("The line is no CSV: %(reason)s.")
        problems.append(Problem(path.name, len(lines) + 2, "", "", message, values))
    return Table(path.name, tuple(lines), tuple(problems))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line where each row begins, and its cells."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _column_name(cell: str) -> str:
    return "_".join(restore_cell(cell).strip().lower().split())


def _check_header(
    file: str, header: list[str], columns: tuple[str, ...], required: tuple[str, ...]
) -> Iterator[Problem]:
    known = (("columns", ", ".join(columns)),)
    for name in dict.fromkeys(header):
        if name and name not in columns:
            message = N_("This column is not known. Known columns: %(columns)s.")
            yield Problem(file, 1, name, "", message, known)
        if name and header.count(name) > 1:
            yield Problem(file, 1, name, "", N_("This column stands twice."))
    for name in required:
        if name not in header:
            yield Problem(file, 1, name, "", N_("This column is missing."))


def _check_cells(file: str, number: int, header: list[str], cells: list[str]) -> Iterator[Problem]:
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if extra:
        message = N_("The row has more cells than the first line has columns.")
        yield Problem(file, number, "", extra[0], message)
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            message = N_("At most 5,000 characters are expected.")
            yield Problem(file, number, name, cell, message)
        elif any(is_hidden(character) for character in cell if character not in "\n\r\t"):
            message = N_("Text without hidden control characters is expected.")
            yield Problem(file, number, name, cell, message)


def _refused(
    path: Path, message: str, values: tuple[tuple[str, str], ...] = (), line: int = 0
) -> Table:
    return Table(path.name, (), (Problem(path.name, line, "", "", message, values),))
