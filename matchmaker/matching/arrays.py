"""A snapshot as arrays: what rules and criteria compute with; rows are needs, columns offers.

Nothing here is as large as needs x offers: what lies between the two sides (ties, vetoes) is held
by town, country and region, and looked up for the asked pairs.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.areas import AreaIndex
from matchmaker.matching.sides import (
    Needs,
    Offers,
    Side,
    is_refused,
    possible_settings,
    read_needs,
    read_offers,
)
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.ties import TieTables, tie_tables
from matchmaker.matching.vetoes import Vetoes, vetoes_of, vetoes_of_part

__all__ = ["Array", "Arrays", "Needs", "Offers", "arrays_of", "is_refused", "possible_settings"]

Array = NDArray[Any]
AnySide = TypeVar("AnySide", bound=Side)


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


def arrays_of_part(arrays: Arrays, rows: Array, columns: Array) -> Arrays:
    """Return the arrays of some needs and offers, by ascending positions.

    They are taken over, not read anew from the records: that takes longest of what solving a part
    of a round needs.
    """
    ties = replace(
        arrays.ties,
        need_row=arrays.ties.need_row[rows],
        offer_column=arrays.ties.offer_column[columns],
    )
    return replace(
        arrays,
        needs=side_of_part(arrays.needs, rows),
        offers=side_of_part(arrays.offers, columns),
        ties=ties,
        vetoes=vetoes_of_part(arrays.vetoes, rows, columns, arrays.shape[1]),
    )


def side_of_part(side: AnySide, at: Array) -> AnySide:
    """Return the arrays of some needs, or of some offers."""

    def taken(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value[at]
        if isinstance(value, dict):
            return {name: one[at] for name, one in value.items()}
        if value and isinstance(value[0], np.ndarray):
            return tuple(one[at] for one in value)
        return tuple(value[k] for k in at.tolist())

    return replace(side, **{f.name: taken(getattr(side, f.name)) for f in fields(side)})
