"""Measure how often real towns of the list would be flagged as look-alikes.

    python tools/measure_look_alikes.py

Three cases for a sample of each country: the place was chosen from the list; it is not on the list
(held out) and typed by hand; a hundred other towns of the country are registered.
"""

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matchmaker import places
from matchmaker.places.store import gazetteer

COUNTRIES = ("UA", "CO", "SY", "ML", "BA", "IQ", "LB", "NL", "DE", "FR")
SAMPLE, REGISTERED = 300, 100


def main() -> None:
    """Print one line for each country and one for all."""
    draw, total = Random(7), [0, 0, 0, 0]
    print("country  towns  chosen from the list  not on the list  beside 100 registered")
    for country in COUNTRIES:
        found = _of(country, draw)
        total = [one + other for one, other in zip(total, found, strict=True)]
        print(_line(country, found))
    print(_line("all", total))


def _of(country: str, draw: Random) -> list[int]:
    store = gazetteer()
    ranks = [rank for rank, code in enumerate(store.country_at) if code == country]
    towns = [store.place(rank) for rank in draw.sample(ranks, min(SAMPLE, len(ranks)))]
    others = [store.place(rank) for rank in draw.sample(ranks, min(REGISTERED, len(ranks)))]
    chosen = sum(bool(places.look_alikes(town.name, country, town)) for town in towns)
    held_out = sum(
        any(found.geonameid != town.geonameid for found in places.look_alikes(town.name, country))
        for town in towns
    )
    beside = sum(
        any(
            other.geonameid != town.geonameid and places.likeness(town.name, other.name)
            for other in others
        )
        for town in towns
    )
    return [len(towns), chosen, held_out, beside]


def _line(name: str, found: list[int]) -> str:
    n_towns, *counts = found
    shares = "  ".join(f"{count:5} ({count / n_towns:6.1%})" for count in counts)
    return f"{name:7} {n_towns:6}  {shares}"


if __name__ == "__main__":
    main()
