"""Extract the labels of the code lists (activities.csv, taxonomy.csv) for the catalogues."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any


def extract(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, str]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give each row's label as Babel wants it: line, function, message, comments."""
    rows = csv.DictReader(io.TextIOWrapper(fileobj, encoding="utf-8", newline=""))
    for row in rows:
        if row.get("label"):
            yield rows.line_num, "gettext", row["label"], []
