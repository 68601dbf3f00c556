"""Extract the texts of the code lists (matchmaker/*.csv) for the catalogues."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

COLUMNS = ("label", "question", "hint", "risk")
"""Columns with words that a person reads, in the lists that have them."""


def extract(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give each text of each row as Babel wants it: line, function, message, comments."""
    rows = csv.DictReader(io.TextIOWrapper(fileobj, encoding="utf-8", newline=""))
    for row in rows:
        for column in COLUMNS:
            if row.get(column):
                yield rows.line_num, "gettext", row[column], []
