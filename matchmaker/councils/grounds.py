"""The legal grounds of council papers: data with a source beside each quotation."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Ground:
    """One ground: what is quoted, from where, and how far it was checked."""

    code: str
    quote: str
    """Empty where a ground is described and not quoted."""
    quoted_from: str
    original: str
    standing: str
    """How far the wording was checked."""
    checked_on: str


@cache
def grounds() -> tuple[Ground, ...]:
    """Return the grounds in the order of the paper."""
    text = files("matchmaker.councils").joinpath("legal_grounds.csv").read_text(encoding="utf-8")
    return tuple(Ground(**row) for row in csv.DictReader(text.splitlines()))
