"""Countries and regions as positions, and what offers say of their work in them."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.codes import TOPIC, bits_of
from matchmaker.matching.snapshot import AreaExperience, OfferRecord, Snapshot

Array = NDArray[Any]


class AreaIndex:
    """Positions of countries and regions, shared by towns, earlier work and partners."""

    def __init__(self, snapshot: Snapshot) -> None:
        pairs = {(town.country, town.region) for town in snapshot.towns}
        for offer in snapshot.offers:
            pairs |= {(entry.country, entry.region) for entry in work_of(offer)}
            pairs |= {(entry.country, entry.region) for entry in offer.delivery or ()}
        codes = {country for country, _ in pairs}
        codes.update(code for pair in snapshot.neighbours for code in pair)
        self.countries = {code: i for i, code in enumerate(sorted(codes))}
        self.regions = {pair: i for i, pair in enumerate(sorted(p for p in pairs if p[1]))}

    def region(self, country: str, region: str) -> int:
        """Return the position of a region; -1 where it is not stated."""
        return self.regions.get((country, region), -1)

    def neighbour(self, pairs: Iterable[tuple[str, str]]) -> Array:
        """Return which countries are neighbours, shape (n_countries, n_countries)."""
        table = np.zeros((len(self.countries),) * 2, dtype=bool)
        for a, b in pairs:
            table[self.countries[a], self.countries[b]] = True
            table[self.countries[b], self.countries[a]] = True
        np.fill_diagonal(table, False)
        return table


def work_of(offer: OfferRecord) -> tuple[AreaExperience, ...]:
    """Return the earlier work of an offer: what its town stated, and what came of matches here."""
    return (offer.areas or ()) + offer.arranged


def work_quality(entry: AreaExperience, year: int) -> tuple[float, float, float]:
    """Return how much earlier work is worth: lowest, likely, highest.

    Half for its length (full after five years), half for its recency (halved each ten years); what
    is not stated is left out of the likely value, and 0.5 is taken where neither is.
    """
    length = None if entry.years is None else min(1.0, entry.years / 5)
    recency = None if entry.last_year is None else 0.5 ** (max(0, year - entry.last_year) / 10)
    known = [value for value in (length, recency) if value is not None]
    likely = sum(known) / len(known) if known else 0.5
    return sum(known) / 2, likely, (sum(known) + 2 - len(known)) / 2


def work_entries(records: Sequence[OfferRecord], places: AreaIndex, year: int) -> dict[str, Array]:
    """Return earlier work as arrays of (n_offers, most entries)."""
    most = max((len(work_of(r)) for r in records), default=0)
    shape = (len(records), most)
    entries: dict[str, Array] = {
        "country": np.full(shape, -1, dtype=np.int32),
        "region": np.full(shape, -1, dtype=np.int32),
        "staff": np.zeros(shape, dtype=bool),
        **{name: np.zeros(shape) for name in ("low", "likely", "high")},
    }
    for row, offer in enumerate(records):
        for k, entry in enumerate(work_of(offer)):
            entries["country"][row, k] = places.countries[entry.country]
            entries["region"][row, k] = places.region(entry.country, entry.region)
            entries["staff"][row, k] = entry.staff
            quality = work_quality(entry, year)
            for name, value in zip(("low", "likely", "high"), quality, strict=True):
                entries[name][row, k] = value
    return entries


def delivery_entries(records: Sequence[OfferRecord], places: AreaIndex) -> dict[str, Array]:
    """Return partners on the ground as arrays of (n_offers, most entries)."""
    most = max((len(r.delivery or ()) for r in records), default=0)
    shape = (len(records), most)
    entries: dict[str, Array] = {
        "country": np.full(shape, -1, dtype=np.int32),
        "region": np.full(shape, -1, dtype=np.int32),
        "topics": np.zeros(shape, dtype=np.uint64),
    }
    everything = sum(TOPIC.values())
    for row, offer in enumerate(records):
        for k, entry in enumerate(offer.delivery or ()):
            entries["country"][row, k] = places.countries[entry.country]
            entries["region"][row, k] = places.region(entry.country, entry.region)
            entries["topics"][row, k] = bits_of(entry.topics, TOPIC) or everything
    return entries
