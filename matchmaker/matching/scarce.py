"""What the places there are are worth, and what the scarce offers have in common."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.assignment import Assignment
from matchmaker.matching.snapshot import OfferRecord, Snapshot
from matchmaker.matching.solving import Problem

Prices = NDArray[Any] | None


@dataclass(frozen=True)
class PlacePrice:
    """The price of one place, as an interval: exact for one place less and for one more."""

    key: str
    loss: float | None
    """What the best total loses if one place leaves; None where no result would remain."""
    gain: float
    """What it gains if one more comes."""


@dataclass(frozen=True)
class Sum:
    """Scarce offers that have something in common."""

    by: str
    """'topic', 'language' or 'region' (of earlier work: country, then region)."""
    code: str
    offers: int
    gain: float
    """Sum of their gains: never less than what one more place at each of them would add."""


def place_prices_of(
    problem: Problem, assignment: Assignment
) -> tuple[tuple[PlacePrice, ...], tuple[PlacePrice, ...]]:
    """Return the prices of the places of needs and of offers, those that are 0 left out.

    Both are empty where the route has none (`Assignment.need_prices`).
    """
    sides = (
        (problem.arrays.needs.keys, assignment.need_prices),
        (problem.arrays.offers.keys, assignment.offer_prices),
    )
    needs, offers = (tuple(_priced(keys, prices)) for keys, prices in sides)
    return needs, offers


def _priced(keys: tuple[str, ...], prices: Prices) -> Iterator[PlacePrice]:
    if prices is None:
        return
    for at in np.flatnonzero(prices.any(axis=1)).tolist():
        loss, gain = (float(price) for price in prices[at])
        yield PlacePrice(keys[at], None if np.isinf(loss) else round(loss, 9), round(gain, 9))


def sums_of(snapshot: Snapshot, prices: tuple[PlacePrice, ...]) -> tuple[Sum, ...]:
    """Sum the gains of scarce offers by the topics, languages and regions that they bring.

    Notes
    -----
    An offer counts in full for each of its codes. One more place at one offer makes places at
    others worth less, never more (L. S. Shapley, 1962, doi:10.1002/nav.3800090106): a sum is an
    upper bound of what all those places together would add, and says where to look, not what to
    expect.
    """
    offers = {offer.key: offer for offer in snapshot.offers}
    gains: dict[tuple[str, str], list[float]] = defaultdict(list)
    for price in prices:
        if price.gain > 0:
            for by, code in _codes(offers[price.key]):
                gains[by, code].append(price.gain)
    sums = [Sum(by, code, len(own), round(sum(own), 9)) for (by, code), own in gains.items()]
    return tuple(sorted(sums, key=lambda s: (s.by, -s.gain, s.code)))


def _codes(offer: OfferRecord) -> set[tuple[str, str]]:
    """Return what an offer brings, each code once."""
    codes = {("topic", brought.topic) for brought in offer.topics}
    codes |= {("language", language) for language in offer.languages}
    for area in offer.areas or ():
        codes.add(("region", f"{area.country} {area.region}".strip()))
    return codes
