"""Platforms and peace initiatives: what each is, how to join it, how to lobby it; with sources."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from matchmaker.vocabulary import N_

KINDS = {
    "what": N_("What it is"),
    "join": N_("How to take part"),
    "lobby": N_("How to bring a cause to it"),
}
"""Kind of fact -> its heading, in the order of the page."""


@dataclass(frozen=True)
class Fact:
    """One fact, where it is from and when that was looked up."""

    kind: str
    text: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class Platform:
    """One platform or initiative."""

    code: str
    name: str
    """What it calls itself in English; not translated."""
    label: str
    """In one line what it is."""
    address: str
    """Shown as text; no page of ours leads to another host."""
    facts: tuple[Fact, ...]


@cache
def platforms() -> tuple[Platform, ...]:
    """Return all platforms with their facts."""
    facts: dict[str, list[Fact]] = {}
    for row in _rows("platform_facts.csv"):
        fact = Fact(row["kind"], row["label"], row["source"], date.fromisoformat(row["checked_on"]))
        facts.setdefault(row["platform"], []).append(fact)
    return tuple(Platform(**row, facts=tuple(facts[row["code"]])) for row in _rows("platforms.csv"))


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = files("matchmaker.councils").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
