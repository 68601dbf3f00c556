"""Needs and offers whose towns both name the other: a wish, where coordinators may do something."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot

Pair = tuple[str, str]
"""Need key, offer key."""


def are_mutual(need: NeedRecord, offer: OfferRecord) -> bool:
    """Tell whether the town of a need and the town of an offer name each other in them."""
    return offer.town in need.wish_towns and need.town in offer.wish_towns


def mutual_pairs(snapshot: Snapshot) -> tuple[Pair, ...]:
    """Return the pairs of a need and an offer whose towns name each other, in order of keys."""
    offers: dict[str, list[OfferRecord]] = defaultdict(list)
    for offer in snapshot.offers:
        if offer.wish_towns:
            offers[offer.town].append(offer)
    pairs = {
        (need.key, offer.key)
        for need in snapshot.needs
        for town in need.wish_towns
        for offer in offers.get(town, ())
        if are_mutual(need, offer)
    }
    return tuple(sorted(pairs))


def with_answered(
    needs: Sequence[NeedRecord], offers: Sequence[OfferRecord]
) -> tuple[tuple[NeedRecord, ...], tuple[OfferRecord, ...]]:
    """Return the records with the wishes alone that are answered by the other side of this round.

    A wish that nobody answers leaves no trace: not in the input, nor in its digest.
    """
    wanted = _wanted(needs), _wanted(offers)
    return (
        tuple(replace(one, wish_towns=_answered(one, wanted[1])) for one in needs),
        tuple(replace(one, wish_towns=_answered(one, wanted[0])) for one in offers),
    )


def _wanted(records: Sequence[NeedRecord | OfferRecord]) -> dict[str, set[str]]:
    """Return the towns that each town names, in any of these records."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in records:
        found[one.town].update(one.wish_towns)
    return found


def _answered(record: NeedRecord | OfferRecord, others: dict[str, set[str]]) -> tuple[str, ...]:
    return tuple(town for town in record.wish_towns if record.town in others.get(town, ()))
