"""The two sides of a round as arrays, one entry per need or offer.

Codes become bits or positions, unknown numbers NaN, unknown yes/no -1. Everything that is summed
over topics or languages is held as small whole numbers, so that no result depends on the order in
which a processor adds: the same snapshot gives the same bits on any machine.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching import areas, topics
from matchmaker.matching.areas import AreaIndex
from matchmaker.matching.codes import (
    ACTIVITY,
    ALL_SETTINGS,
    CATEGORY,
    DEPTH,
    LESSON,
    SETTING,
    TOPIC,
    bits_of,
)
from matchmaker.matching.preconditions import closed_settings, depth_of, wants_known_helpers
from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot
from matchmaker.vocabulary import ACTIVITIES, TOPICS, Depth, Mandate, Presence

Array = NDArray[Any]

ACTIVITY_POSITION = {code: i for i, code in enumerate(ACTIVITIES)}
_WORD = 64


@dataclass(frozen=True)
class Side:
    """What needs and offers have alike; each array has one entry per need or offer."""

    keys: tuple[str, ...]
    town: Array
    country: Array
    region: Array
    """Position of the (country, region) pair; -1 = region unknown."""
    magnitude: Array
    """log10 of the population; NaN = unknown."""
    temporary: Array
    categories: Array
    settings: Array
    """Bits of possible settings (for needs: after activity, access and preconditions); all where
    not stated."""
    settings_known: Array
    languages: Array
    """(n, n_words) a bit for each working language."""
    languages_known: Array
    area_languages: Array
    """(n, n_words), as bits: needs: spoken in the area; offers: spoken by the helper at all."""
    area_languages_known: Array
    interpretation: Array
    """1 yes, 0 no, -1 unknown."""
    start: Array
    end: Array
    """Day numbers; NaN = unknown."""
    effort: Array
    commitment: Array
    places: Array


@dataclass(frozen=True)
class Needs(Side):
    """The needs as arrays."""

    main_category: Array
    """Position of the main category in `Category`."""
    activity: Array
    """Position in `ACTIVITIES`."""
    activity_bit: Array
    depth_bit: Array
    """0 where the activity is no dialogue."""
    heart: Array
    settings_open: Array
    """Bits of the settings that would be possible if all preconditions were met."""
    in_area: Array
    """Whether help in the area itself is possible."""
    known_helpers: Array
    """Whether knowledge of the area must be shown: at the heart of a disagreement, and where the
    precondition of it is not met."""
    overlap: Array
    low_profile: Array
    no_publicity: Array
    not_for_rights: Array
    """Whether only lobbying for rights may be matched for the town, and this is something else."""
    consent: Array
    tie_needed: Array
    wanted: dict[str, Array]
    """Topics asked, (n_needs, most): topic (-1 = none), importance, level."""
    importance: Array
    """Sum of the importances; 0 = no topic asked."""
    topic_bits: Array
    group_bits: Array
    """Topics of the groups asked for."""
    teaches: Array
    """Bits of what the town can teach in return."""
    led: Array


@dataclass(frozen=True)
class Offers(Side):
    """The offers as arrays."""

    activities: Array
    activities_known: Array
    depths: Array
    refused: Array
    """Mandate refused or lapsed."""
    mandate: Array
    """Chance that the mandate is given; NaN = unknown."""
    involves_partner: Array
    must_publish: Array
    topics_known: Array
    levels: tuple[Array, Array]
    """(n_offers, n_topics) each: lowest and highest level of a topic, 0 = not offered."""
    group_levels: tuple[Array, Array]
    """(n_offers, n_groups) each: the best of those levels within each group of topics."""
    experience: Array
    """(n_offers, n_activities) times done; -1 = unknown."""
    areas: dict[str, Array]
    """Earlier work, (n_offers, most): country, region, staff, quality low, likely, high."""
    n_areas: Array
    """Number of entries."""
    areas_stated: Array
    """Whether the town stated its earlier work: else there may be more than is listed."""
    deliveries: dict[str, Array]
    """Partners on the ground, (n_offers, most): country, region, topic bits."""
    n_deliveries: Array
    learns: Array
    """Bits of what the helper would like to learn in return."""
    led: Array


def _side(
    snapshot: Snapshot,
    records: Sequence[NeedRecord] | Sequence[OfferRecord],
    places: AreaIndex,
    towns: dict[str, int],
    spoken: dict[str, int],
) -> dict[str, Any]:
    """Return the arrays that needs and offers have alike."""
    position = np.array([towns[r.town] for r in records], dtype=np.int32)
    homes = [snapshot.towns[towns[r.town]] for r in records]
    return {
        "keys": tuple(r.key for r in records),
        "town": position,
        "country": np.array([places.countries[t.country] for t in homes], dtype=np.int32),
        "region": np.array([places.region(t.country, t.region) for t in homes], dtype=np.int32),
        "magnitude": np.array(
            [math.log10(t.population) if t.population else math.nan for t in homes]
        ),
        "temporary": _flags(t.temporary for t in homes),
        "categories": np.array(
            [CATEGORY[r.category] | CATEGORY.get(r.second_category or "", 0) for r in records],
            dtype=np.uint8,
        ),
        "settings_known": _flags(bool(r.settings) for r in records),
        "languages": _spoken((r.languages for r in records), len(records), spoken),
        "languages_known": _flags(bool(r.languages) for r in records),
        "interpretation": _yes_no(r.interpretation for r in records),
        "start": _days(r.window_start for r in records),
        "end": _days(r.window_end for r in records),
        "effort": _numbers(r.effort_days for r in records),
        "commitment": _numbers(r.commitment_months for r in records),
        "places": np.array([r.places for r in records], dtype=np.int64),
    }


def read_needs(
    snapshot: Snapshot, places: AreaIndex, towns: dict[str, int], spoken: dict[str, int]
) -> Needs:
    """Return the needs of a snapshot as arrays."""
    records = snapshot.needs
    homes = [snapshot.towns[towns[r.town]] for r in records]
    activities = [ACTIVITIES[r.activity] for r in records]
    depths = [depth_of(r) for r in records]
    open_settings = np.array([possible_settings(r) for r in records], dtype=np.uint8)
    settings = open_settings & ~np.array([closed_settings(r) for r in records], dtype=np.uint8)
    heart = _flags(depth == Depth.HEART for depth in depths)
    wanted = topics.wanted_entries(records)
    return Needs(
        **_side(snapshot, records, places, towns, spoken),
        settings=settings,
        settings_open=open_settings,
        area_languages=_spoken((t.languages for t in homes), len(records), spoken),
        area_languages_known=_flags(bool(t.languages) for t in homes),
        main_category=np.array([list(CATEGORY).index(r.category) for r in records], dtype=np.int8),
        activity=np.array([ACTIVITY_POSITION[r.activity] for r in records], dtype=np.int32),
        activity_bit=np.array([ACTIVITY[r.activity] for r in records], dtype=np.uint32),
        depth_bit=np.array([DEPTH.get(depth or "", 0) for depth in depths], dtype=np.uint8),
        heart=heart,
        in_area=(settings & SETTING["in_area"]) > 0,
        known_helpers=heart | _flags(wants_known_helpers(r) for r in records),
        overlap=np.array([least_overlap(r) for r in records], dtype=np.float64),
        low_profile=_flags(r.low_profile for r in records),
        no_publicity=_flags(r.no_publicity for r in records),
        not_for_rights=_flags(
            r.rights_only and not a.rights for a, r in zip(activities, records, strict=True)
        ),
        consent=_yes_no(r.consent for r in records),
        tie_needed=_flags(
            a.needs_tie and not r.tie_waiver for a, r in zip(activities, records, strict=True)
        ),
        wanted=wanted,
        importance=wanted["importance"].sum(axis=1, dtype=np.int64),
        topic_bits=np.array([_topic_bits(r) for r in records], dtype=np.uint64),
        group_bits=np.array([_group_bits(r) for r in records], dtype=np.uint64),
        teaches=np.array([bits_of(r.teaches, LESSON) for r in records], dtype=np.uint64),
        led=_flags(r.led for r in records),
    )


def read_offers(
    snapshot: Snapshot, places: AreaIndex, towns: dict[str, int], spoken: dict[str, int]
) -> Offers:
    """Return the offers of a snapshot as arrays."""
    records, year = snapshot.offers, snapshot.taken_on.year
    experience = np.full((len(records), len(ACTIVITIES)), -1, dtype=np.int32)
    for row, offer in enumerate(records):
        for activity, times in offer.experience:
            experience[row, ACTIVITY_POSITION[activity]] = times
    alike = _side(snapshot, records, places, towns, spoken)
    levels = topics.offered_levels(records)
    return Offers(
        **alike,
        settings=np.array(
            [bits_of(r.settings, SETTING) or ALL_SETTINGS for r in records], np.uint8
        ),
        area_languages=_spoken(
            ((*r.languages, *(r.context_languages or ())) for r in records), len(records), spoken
        ),
        area_languages_known=_flags(r.context_languages is not None for r in records),
        activities=np.array([bits_of(r.activities, ACTIVITY) for r in records], dtype=np.uint32),
        activities_known=_flags(bool(r.activities) for r in records),
        depths=np.array([bits_of(r.depths, DEPTH) for r in records], dtype=np.uint8),
        refused=_flags(is_refused(r, snapshot.taken_on) for r in records),
        mandate=np.array([_mandate_chance(r) for r in records], dtype=np.float64),
        involves_partner=_flags(r.involves_partner for r in records),
        must_publish=_flags(r.must_publish for r in records),
        topics_known=_flags(bool(r.topics) for r in records),
        levels=levels,
        group_levels=(topics.best_of_groups(levels[0]), topics.best_of_groups(levels[1])),
        experience=experience,
        areas=areas.work_entries(records, places, year),
        n_areas=_lengths(areas.work_of(r) for r in records),
        areas_stated=np.array([r.areas is not None for r in records], dtype=bool),
        deliveries=areas.delivery_entries(records, places),
        n_deliveries=_lengths(r.delivery for r in records),
        learns=np.array([bits_of(r.learns, LESSON) for r in records], dtype=np.uint64),
        led=_flags(r.led for r in records),
    )


def possible_settings(need: NeedRecord) -> int:
    """Return the bits of the settings that town, activity and access to the area allow.

    What unmet preconditions close is another rule's (`preconditions.closed_settings`).
    """
    stated = bits_of(need.settings, SETTING) or ALL_SETTINGS
    allowed = bits_of((str(s) for s in ACTIVITIES[need.activity].settings), SETTING)
    if need.presence == Presence.NONE:
        allowed &= ~SETTING["in_area"]
    return stated & allowed


def least_overlap(need: NeedRecord) -> int:
    """Return the days of overlap that suffice; to cover the whole window always does."""
    if need.window_start is None or need.window_end is None:
        return need.overlap_days
    return min(need.overlap_days, (need.window_end - need.window_start).days + 1)


def is_refused(offer: OfferRecord, day: date) -> bool:
    """Tell whether the mandate is refused, or lapsed by that day."""
    if offer.mandate in (Mandate.REFUSED, Mandate.LAPSED):
        return True
    return offer.mandate_lapses is not None and offer.mandate_lapses < day


def _mandate_chance(offer: OfferRecord) -> float:
    if offer.mandate == Mandate.ADOPTED:
        return 1.0
    if offer.mandate == Mandate.CONDITIONAL:
        return math.nan if offer.mandate_chance is None else offer.mandate_chance
    return 0.0


def _topic_bits(need: NeedRecord) -> int:
    return bits_of((wanted.topic for wanted in need.topics), TOPIC)


def _group_bits(need: NeedRecord) -> int:
    groups = {TOPICS[wanted.topic].group for wanted in need.topics}
    return bits_of((t.code for t in TOPICS.values() if t.group in groups), TOPIC)


def _spoken(rows: Iterable[Iterable[str]], n_rows: int, spoken: dict[str, int]) -> Array:
    """Return languages as bits, 64 in a word, shape (n_rows, n_words)."""
    table = np.zeros((n_rows, len(spoken) // _WORD + 1), dtype=np.uint64)
    for row, codes in enumerate(rows):
        for code in codes:
            word, bit = divmod(spoken[code], _WORD)
            table[row, word] |= np.uint64(1 << bit)
    return table


def _flags(values: Iterable[bool]) -> Array:
    return np.array(list(values), dtype=bool)


def _yes_no(values: Iterable[bool | None]) -> Array:
    return np.array([-1 if value is None else int(value) for value in values], dtype=np.int8)


def _numbers(values: Iterable[float | None]) -> Array:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _days(values: Iterable[date | None]) -> Array:
    return _numbers(None if value is None else value.toordinal() for value in values)


def _lengths(values: Iterable[tuple[Any, ...] | None]) -> Array:
    return np.array([-1 if value is None else len(value) for value in values], dtype=np.int32)
