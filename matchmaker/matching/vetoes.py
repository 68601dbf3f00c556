"""Who has ruled out whom, looked up by need; never shown in an explanation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.areas import AreaIndex
from matchmaker.matching.sides import Needs, Offers
from matchmaker.matching.snapshot import Snapshot

Ints = NDArray[Any]


class Lists(NamedTuple):
    """Lists of positions, one after the other."""

    starts: NDArray[np.int64]
    """(n_lists + 1,) where each list begins."""
    members: NDArray[np.int32]

    def of(self, k: int) -> NDArray[np.int32]:
        """Return one list."""
        return self.members[self.starts[k] : self.starts[k + 1]]

    @classmethod
    def by(cls, group: Ints, n_groups: int) -> "Lists":
        """List the positions that stand in each group, ascending."""
        order = np.argsort(group, kind="stable")
        counts = np.bincount(group, minlength=n_groups)
        return cls(np.concatenate(([0], np.cumsum(counts))), order.astype(np.int32))

    @classmethod
    def of_entries(cls, entries: dict[int, list[int]], n_lists: int) -> "Lists":
        """Lay lists one after the other."""
        counts = np.array([len(entries.get(k, ())) for k in range(n_lists)], dtype=np.int64)
        members = [member for k in sorted(entries) for member in entries[k]]
        starts = np.concatenate(([0], np.cumsum(counts)))
        return cls(starts, np.array(members, dtype=np.int32))

    def some(self, lists: Ints) -> "Lists":
        """Return some of the lists."""
        counts = np.diff(self.starts)[lists]
        starts = np.concatenate(([0], np.cumsum(counts)))
        at = np.arange(starts[-1]) + np.repeat(self.starts[lists] - starts[:-1], counts)
        return Lists(starts, self.members[at])

    def among(self, kept: Ints, n: int) -> "Lists":
        """Return the lists with those members only that are kept of n, by their new positions."""
        position = np.full(n, -1, dtype=np.int32)
        position[kept] = np.arange(len(kept), dtype=np.int32)
        moved = position[self.members]
        before = np.concatenate(([0], np.cumsum(moved >= 0)))
        return Lists(before[self.starts], moved[moved >= 0])


@dataclass(frozen=True)
class Vetoes:
    """The vetoes of both sides; every list is short, or as long as a country has offers."""

    town: Ints
    country: Ints
    """(n_needs,) town and country of each need."""
    need_towns: Lists
    need_countries: Lists
    """What each need rules out, by position of town and country."""
    offers_of_town: Lists
    offers_of_country: Lists
    town_vetoed_by: Lists
    country_vetoed_by: Lists
    """The offers that rule out each town and each country."""

    def of(self, row: int) -> NDArray[np.int32]:
        """Return the offers that may not serve a need, in no order, some perhaps twice."""
        return np.concatenate(
            [
                *(self.offers_of_town.of(town) for town in self.need_towns.of(row)),
                *(self.offers_of_country.of(country) for country in self.need_countries.of(row)),
                self.town_vetoed_by.of(self.town[row]),
                self.country_vetoed_by.of(self.country[row]),
            ]
        )


def vetoes_of_part(vetoes: Vetoes, rows: Ints, columns: Ints, n_offers: int) -> Vetoes:
    """Return the vetoes of some needs and offers, of so many offers."""
    return Vetoes(
        town=vetoes.town[rows],
        country=vetoes.country[rows],
        need_towns=vetoes.need_towns.some(rows),
        need_countries=vetoes.need_countries.some(rows),
        offers_of_town=vetoes.offers_of_town.among(columns, n_offers),
        offers_of_country=vetoes.offers_of_country.among(columns, n_offers),
        town_vetoed_by=vetoes.town_vetoed_by.among(columns, n_offers),
        country_vetoed_by=vetoes.country_vetoed_by.among(columns, n_offers),
    )


def vetoes_of(
    snapshot: Snapshot, places: AreaIndex, towns: dict[str, int], needs: Needs, offers: Offers
) -> Vetoes:
    """Index the vetoes of a snapshot."""
    n_towns, n_countries = len(towns), len(places.countries)
    need_towns = _named((need.veto_towns for need in snapshot.needs), towns)
    need_countries = _named((need.veto_countries for need in snapshot.needs), places.countries)
    offer_towns = _named((offer.veto_towns for offer in snapshot.offers), towns)
    offer_countries = _named((offer.veto_countries for offer in snapshot.offers), places.countries)
    return Vetoes(
        town=needs.town,
        country=needs.country,
        need_towns=Lists.of_entries(need_towns, len(snapshot.needs)),
        need_countries=Lists.of_entries(need_countries, len(snapshot.needs)),
        offers_of_town=Lists.by(offers.town, n_towns),
        offers_of_country=Lists.by(offers.country, n_countries),
        town_vetoed_by=Lists.of_entries(_turned(offer_towns), n_towns),
        country_vetoed_by=Lists.of_entries(_turned(offer_countries), n_countries),
    )


def _named(vetoes: Iterable[tuple[str, ...]], known: dict[str, int]) -> dict[int, list[int]]:
    """Return the positions each record names; keys that are not in the snapshot name nobody."""
    return {
        k: [known[key] for key in keys if key in known] for k, keys in enumerate(vetoes) if keys
    }


def _turned(named: dict[int, list[int]]) -> dict[int, list[int]]:
    """Return who names each position."""
    turned: dict[int, list[int]] = defaultdict(list)
    for who, positions in named.items():
        for position in positions:
            turned[position].append(who)
    return turned
