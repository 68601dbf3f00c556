"""A snapshot as arrays: what rules and criteria compute with; rows are needs, columns offers.

Nothing here is as large as needs x offers: what lies between the two sides (ties, vetoes) is held
by town, country and region, and looked up for the asked pairs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.areas import AreaIndex
from matchmaker.matching.sides import (
    Needs,
    Offers,
    is_refused,
    possible_settings,
    read_needs,
    read_offers,
)
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.ties import TieTables, tie_tables
from matchmaker.matching.vetoes import Vetoes, vetoes_of

__all__ = ["Array", "Arrays", "Needs", "Offers", "arrays_of", "is_refused", "possible_settings"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Arrays:
    """A snapshot as arrays, with what lies between the two sides."""

    needs: Needs
    offers: Offers
    ties: TieTables
    neighbour: Array
    """(n_countries, n_countries)."""
    vetoes: Vetoes
    """Which offers one side has ruled out for each need."""

    @property
    def shape(self) -> tuple[int, int]:
        """(n_needs, n_offers)."""
        return len(self.needs.keys), len(self.offers.keys)


def arrays_of(snapshot: Snapshot) -> Arrays:
    """Turn a snapshot into arrays; the order of needs and offers is kept."""
    places = AreaIndex(snapshot)
    towns = {town.key: i for i, town in enumerate(snapshot.towns)}
    codes = sorted(
        {code for town in snapshot.towns for code in town.languages}
        | {code for need in snapshot.needs for code in need.languages}
        | {code for offer in snapshot.offers for code in offer.languages}
        | {code for offer in snapshot.offers for code in offer.context_languages or ()}
    )
    spoken = {code: i for i, code in enumerate(codes)}
    needs = read_needs(snapshot, places, towns, spoken)
    offers = read_offers(snapshot, places, towns, spoken)
    neighbour = places.neighbour(snapshot.neighbours)
    ties = tie_tables(
        [(towns[tie.a], towns[tie.b], tie) for tie in snapshot.ties],
        needs.town,
        offers.town,
        np.array([places.countries[t.country] for t in snapshot.towns], dtype=np.int32),
        np.array([places.region(t.country, t.region) for t in snapshot.towns], dtype=np.int32),
        neighbour,
        len(places.regions),
        snapshot.taken_on.year,
    )
    vetoes = vetoes_of(snapshot, places, towns, needs, offers)
    return Arrays(needs, offers, ties, neighbour, vetoes)
