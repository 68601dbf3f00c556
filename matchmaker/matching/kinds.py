"""Kinds of offers that nobody has made yet, each as an offer that could stand in a round."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.matching.snapshot import (
    AreaExperience,
    NeedRecord,
    OfferRecord,
    Snapshot,
    TopicOffered,
    Town,
)
from matchmaker.vocabulary import TOPICS, Setting

AFTER_ALL = "\U0010ffff"
"""Keys of supposed offers begin so: they sort behind all others and change nobody's position."""
NOWHERE = "ZZ"
"""Country code kept free by ISO 3166: no veto names it, no tie leads there."""
YEARS = 5
"""Earlier work of so many years, until now and with staff, counts in full."""
LEVEL = 3
"""Level of expertise that needs ask for unless they say otherwise."""


@dataclass(frozen=True, order=True)
class Kind:
    """What one would ask for in a call."""

    category: str
    activity: str
    group: str = ""
    """Topic group; empty = no topic, for needs that ask for none."""
    language: str = ""
    """Working language; empty = the helper arranges interpretation."""
    country: str = ""
    region: str = ""
    """Where the helper has worked lately, with staff who still serve; empty = nowhere."""


def kinds_for(snapshot: Snapshot, keys: Iterable[str]) -> tuple[Kind, ...]:
    """Return the kinds that some needs ask for, each once, in order.

    One for each topic group and each working language of a need, with knowledge of its region and
    without.
    """
    towns = {town.key: town for town in snapshot.towns}
    needs = {need.key: need for need in snapshot.needs}
    kinds = set()
    for key in keys:
        need, town = needs[key], towns[needs[key].town]
        for group in sorted({TOPICS[wanted.topic].group for wanted in need.topics}) or [""]:
            for language in need.languages or ("",):
                plain = Kind(need.category, need.activity, group, language)
                kinds |= {plain, replace(plain, country=town.country, region=town.region)}
    return tuple(sorted(kinds))


def without_region(kind: Kind) -> Kind:
    """Return the same kind without knowledge of a region."""
    return replace(kind, country="", region="")


def with_supposed_offers(snapshot: Snapshot, kinds: Iterable[Kind]) -> Snapshot:
    """Return the snapshot with an offer of each kind that has no place as yet."""
    usual = usual_offer(snapshot)
    offers, towns = [], []
    for k, kind in enumerate(kinds):
        offers.append(supposed_offer(kind, key_of(k), usual, snapshot.taken_on.year))
        towns.append(Town(offers[-1].town, NOWHERE))
    return replace(
        snapshot, offers=(*snapshot.offers, *offers), towns=(*snapshot.towns, *towns)
    ).sorted()


def key_of(k: int) -> str:
    """Return the key of the supposed offer of the k-th kind."""
    return f"{AFTER_ALL}{k:06}"


def usual_offer(snapshot: Snapshot) -> OfferRecord:
    """Return what every supposed offer of a round has alike: an ordinary offer, fully stated.

    A mandate, any setting, all the time that any need asks for, the working days and months that
    half of the needs ask for; no partner on the ground, no further languages, no work in any area,
    no place as yet. Ties and size are not known: such an offer has no town.
    """
    needs = snapshot.needs
    first, last = _whole_window(needs)
    return OfferRecord(
        key=AFTER_ALL,
        town=AFTER_ALL,
        category="",
        settings=tuple(setting.value for setting in Setting),
        window_start=first,
        window_end=last,
        effort_days=_middle(need.effort_days for need in needs),
        commitment_months=_middle(need.commitment_months for need in needs),
        places=0,
        areas=(),
        context_languages=(),
        delivery=(),
    )


def supposed_offer(kind: Kind, key: str, usual: OfferRecord, year: int) -> OfferRecord:
    """Return the usual offer made into one of a kind: the activity done once, the topics of the
    group at the usual level, and where the kind names a region, work there until now.
    """
    area = AreaExperience(kind.country, kind.region, year, YEARS, staff=True)
    topics = [code for code, topic in TOPICS.items() if topic.group == kind.group]
    return replace(
        usual,
        key=key,
        town=key,
        category=kind.category,
        activities=(kind.activity,),
        experience=((kind.activity, 1),),
        topics=tuple(TopicOffered(code, LEVEL) for code in topics),
        languages=(kind.language,) if kind.language else (),
        interpretation=not kind.language,
        areas=(area,) if kind.country else (),
    )


def _middle(values: Iterable[int | None]) -> int | None:
    """Return the upper median of what is stated; None where nothing is."""
    known = sorted(value for value in values if value is not None)
    return known[len(known) // 2] if known else None


def _whole_window(needs: Iterable[NeedRecord]) -> tuple[date | None, date | None]:
    """Return the first and the last day that any need asks for; None where none states it."""
    starts = [need.window_start for need in needs if need.window_start is not None]
    ends = [need.window_end for need in needs if need.window_end is not None]
    first, last = min(starts, default=None), max(ends, default=None)
    # days stated by different needs may leave no period between them
    return (first, last) if first is None or last is None or first <= last else (None, None)
