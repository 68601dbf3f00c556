"""Reading the tables of content that lie in the package, with a source beside each row."""

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table in the package."""
    text = files("matchmaker").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def split(value: str) -> tuple[str, ...]:
    """Return what stands in a cell that holds several codes."""
    return tuple(part for part in value.split("|") if part)
