"""The three criteria as named parts, each in [0, 1] or unknown, for any list of pairs.

Every part is one function of (arrays, rows, columns) that returns a `Measure`. Parts are computed
for the asked pairs only and never stored. Constants stand beside their formula, with the reason.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.codes import SETTING
from matchmaker.matching.topics import UNIT, credit_sums
from matchmaker.vocabulary import Part

Array = NDArray[Any]

SAME_REGION, SAME_COUNTRY, NEIGHBOUR = 1.0, 0.6, 0.3
"""What earlier work is worth by how near it was to the need's town."""
TIE_REGION, TIE_COUNTRY, TIE_NEIGHBOUR = 0.7, 0.4, 0.2
"""What a tie is worth where it is not with the town itself (town > region > country >
neighbour)."""
STATE = np.array([0.0, 0.5, 1.0])
"""No tie, a tie that has ended (half: people remember, offices do not), a living tie."""
GROWTH = 1 - 0.5 ** np.arange(128)
"""1 - 2^-k: each further time adds half of what is missing."""


class Measure(NamedTuple):
    """One part of some pairs; arrays of equal length."""

    value: Array
    """In [0, 1]; NaN where unknown or where the part does not apply."""
    low: Array
    high: Array
    """What the value is at least and at most, 0 and 1 where wholly unknown."""
    applies: Array
    """False where the need does not ask for it: then it counts neither for nor against."""


def _measure(
    value: Array, low: Array | None = None, high: Array | None = None, applies: Array | None = None
) -> Measure:
    """Complete a measure: NaN means between 0 and 1, everything applies."""
    unknown = np.isnan(value)
    low = np.where(unknown, 0.0, value) if low is None else low
    high = np.where(unknown, 1.0, value) if high is None else high
    if applies is None:
        applies = np.ones(len(value), dtype=bool)
    return Measure(value, low, high, applies)


def topics(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Coverage of the asked topics, weighted by importance; partial credit for siblings and level.

    Credit of a topic: min(1, level offered / level asked); 0.4 of that for a topic of the same
    group; a level not stated lies between 1 and 5, and the middle of both credits is likely. An
    offer that names no topic at all is unknown; a need that asks for none takes the part out.
    """
    needs, offers = arrays.needs, arrays.offers
    asked = needs.importance[rows].astype(np.float64) * UNIT
    low, high = (
        credit_sums(needs.wanted, levels, best, rows, columns)
        for levels, best in zip(offers.levels, offers.group_levels, strict=True)
    )
    known = offers.topics_known[columns]
    whole = np.maximum(asked, 1)
    return Measure(
        np.where(known, (low + high) * 0.5 / whole, np.nan),
        np.where(known, low / whole, 0.0),
        np.where(known, high / whole, 1.0),
        asked > 0,
    )


def experience(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """How often the helper has done this activity: 1 - 2^-times; unknown where not stated."""
    times = arrays.offers.experience[columns, arrays.needs.activity[rows]]
    return _measure(np.where(times < 0, np.nan, GROWTH[np.clip(times, 0, 127)]))


def ties(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Best tie: with the town 1, its region 0.7, its country 0.4, a neighbour country 0.2.

    A tie that has ended counts half. A helper with no tie on record at all is unknown, not 0: no
    register is complete.
    """
    table = arrays.ties
    column = table.offer_column[columns]
    value = STATE[table.direct.at(table.need_row[rows], column)]
    region, country = arrays.needs.region[rows], arrays.needs.country[rows]
    if table.region.shape[0]:
        near = np.where(region >= 0, table.region.at(np.maximum(region, 0), column), 0)
        value = np.maximum(value, TIE_REGION * STATE[near])
    value = np.maximum(value, TIE_COUNTRY * STATE[table.country[country, column]])
    value = np.maximum(value, TIE_NEIGHBOUR * STATE[table.neighbour[country, column]])
    return _measure(np.where(table.offer_known[column], value, np.nan))


def area_work(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Earlier work: best of nearness x quality over the entries (`work_quality`)."""
    parts = [np.zeros(len(rows)) for _ in range(3)]
    entries = arrays.offers.areas
    for k, chosen in _entries(arrays.offers.n_areas, columns):
        nearness = _nearness(arrays, entries, k, rows[chosen], columns[chosen])
        for out, near, name in zip(parts, nearness, ("low", "likely", "high"), strict=True):
            out[chosen] = np.maximum(out[chosen], near * entries[name][columns[chosen], k])
    low, likely, high = parts
    return _as_far_as_stated(arrays, columns, low, likely, high)


def field_staff(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Nearness of the nearest place where staff who still serve have worked."""
    parts = [np.zeros(len(rows)) for _ in range(3)]
    entries = arrays.offers.areas
    for k, chosen in _entries(arrays.offers.n_areas, columns):
        staff = entries["staff"][columns[chosen], k]
        nearness = _nearness(arrays, entries, k, rows[chosen], columns[chosen])
        for out, near in zip(parts, nearness, strict=True):
            out[chosen] = np.maximum(out[chosen], near * staff)
    low, likely, high = parts
    return _as_far_as_stated(arrays, columns, low, likely, high)


def _as_far_as_stated(
    arrays: Arrays, columns: Array, low: Array, likely: Array, high: Array
) -> Measure:
    """Return what the listed work is worth; where the town stated none, there may be more of it."""
    stated = arrays.offers.areas_stated[columns]
    value = np.where(stated | (likely > 0), likely, np.nan)
    return _measure(value, low, np.where(stated, high, 1.0))


def area_languages(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Languages of the area the helper speaks: 0 for none, else 0.75 + 0.25 x share.

    One language is what matters most, for one is what a meeting is held in. Working languages
    count; where languages of staff are not stated, more may be spoken.
    """
    spoken = arrays.needs.area_languages
    shared = _in_common(spoken, arrays.offers.area_languages, rows, columns)
    share = shared / np.maximum(np.bitwise_count(spoken).sum(axis=1, dtype=np.int64)[rows], 1)
    value = np.where(shared > 0, 0.75 + 0.25 * share, 0.0)
    stated = arrays.offers.area_languages_known[columns]
    area_known = arrays.needs.area_languages_known[rows]
    known = area_known & (stated | (shared > 0))
    low = np.where(area_known, value, 0.0)
    return _measure(np.where(known, value, np.nan), low, np.where(stated & area_known, value, 1.0))


def shared_partners(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Towns tied with both (a friend's friend): 1 - 2^-number; unknown where a side has no tie."""
    table = arrays.ties
    row, column = table.need_row[rows], table.offer_column[columns]
    known = table.need_known[row] & table.offer_known[column]
    return _measure(np.where(known, GROWTH[table.shared.at(row, column)], np.nan))


def size(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Likeness of size: 1 - |log10 of the ratio of populations| / 2, at least 0."""
    apart = np.abs(arrays.needs.magnitude[rows] - arrays.offers.magnitude[columns])
    return _measure(np.where(np.isnan(apart), np.nan, np.maximum(0.0, 1 - apart / 2)))


def window(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Share of the need's period that the offer's covers, in days, both ends included."""
    needs, offers = arrays.needs, arrays.offers
    start = np.maximum(needs.start[rows], offers.start[columns])
    end = np.minimum(needs.end[rows], offers.end[columns])
    days = needs.end[rows] - needs.start[rows] + 1
    return _measure(np.maximum(0.0, end - start + 1) / days)


def effort(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Working days offered against asked, at most 1."""
    return _measure(_ratio(arrays.offers.effort[columns], arrays.needs.effort[rows]))


def delivery(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Delivering partner on the ground: best of nearness x topic over the partners named.

    Nearness: the region, or the whole country, 1; another region of the country 0.5. Topic: one of
    the topics asked (or any) 1; one of the same group 0.5; else 0. Does not apply where no help in
    the area is possible, nor to offers that help from elsewhere only, nor to needs that want local
    governments only.
    """
    needs, entries = arrays.needs, arrays.offers.deliveries
    value = np.zeros(len(rows))
    for k, chosen in _entries(arrays.offers.n_deliveries, columns):
        row, column = rows[chosen], columns[chosen]
        region, bits = entries["region"][column, k], entries["topics"][column, k]
        here = (region < 0) | (region == needs.region[row])
        near = np.where(entries["country"][column, k] == needs.country[row], 0.5 + 0.5 * here, 0.0)
        exact = (needs.topic_bits[row] == 0) | (bits & needs.topic_bits[row] > 0)
        sibling = bits & needs.group_bits[row] > 0
        value[chosen] = np.maximum(value[chosen], near * np.where(exact, 1.0, 0.5 * sibling))
    known = arrays.offers.n_deliveries[columns] >= 0
    there = arrays.offers.settings[columns] & SETTING["in_area"] > 0
    applies = needs.in_area[rows] & there & ~needs.low_profile[rows]
    return _measure(np.where(known, value, np.nan), applies=applies)


def mandate(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Adopted 1; conditional its stated chance, unknown where none is stated."""
    return _measure(arrays.offers.mandate[columns])


def commitment(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Months offered against asked, at most 1."""
    return _measure(_ratio(arrays.offers.commitment[columns], arrays.needs.commitment[rows]))


def learning(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """What the helper wants to learn and the town can teach: 1 where there is such a thing.

    Elsewhere it is not asked. So it counts for a pair and never against one: no town loses a match
    because it has nothing to teach, or says so.
    """
    shared = (arrays.needs.teaches[rows] & arrays.offers.learns[columns]) > 0
    return _measure(np.where(shared, 1.0, np.nan), applies=shared)


def leadership(arrays: Arrays, rows: Array, columns: Array) -> Measure:
    """Leaders who stand for it: 1 where both offices have confirmed it, elsewhere not asked.

    So it counts for a pair and never against one: not to have said anything is not known, and a
    town whose leaders cannot be seen to stand up loses nothing by it.
    """
    both = arrays.needs.led[rows] & arrays.offers.led[columns]
    return _measure(np.where(both, 1.0, np.nan), applies=both)


MEASURES: dict[Part, Callable[[Arrays, Array, Array], Measure]] = {
    Part.TOPICS: topics,
    Part.EXPERIENCE: experience,
    Part.TIES: ties,
    Part.AREA_WORK: area_work,
    Part.FIELD_STAFF: field_staff,
    Part.AREA_LANGUAGES: area_languages,
    Part.SHARED_PARTNERS: shared_partners,
    Part.SIZE: size,
    Part.WINDOW: window,
    Part.EFFORT: effort,
    Part.DELIVERY: delivery,
    Part.MANDATE: mandate,
    Part.COMMITMENT: commitment,
    Part.LEARNING: learning,
    Part.LEADERSHIP: leadership,
}
"""The function of each part."""


def _in_common(left: Array, right: Array, rows: Array, columns: Array) -> Array:
    """Return the number of bits that row and column of each pair have in common."""
    shared = np.zeros(len(rows), dtype=np.int64)
    for word in range(left.shape[1]):
        shared += np.bitwise_count(left[rows, word] & right[columns, word])
    return shared


def _ratio(offered: Array, asked: Array) -> Array:
    return np.where(asked == 0, 1.0, np.minimum(1.0, offered / np.where(asked == 0, 1.0, asked)))


def _entries(counts: Array, columns: Array) -> list[tuple[int, Array]]:
    """Return, for each position in the lists, the pairs whose offer has an entry there."""
    have = counts[columns]
    return [(k, np.flatnonzero(have > k)) for k in range(have.max(initial=0))]


def _nearness(
    arrays: Arrays, entries: dict[str, Array], k: int, rows: Array, columns: Array
) -> tuple[Array, Array, Array]:
    """Return how near an entry's area is to the town: lowest, likely, highest.

    Region not stated: it may be the same one, so only the highest rises to that of the region.
    """
    country, region = entries["country"][columns, k], entries["region"][columns, k]
    home, district = arrays.needs.country[rows], arrays.needs.region[rows]
    same_country = country == home
    same_region = same_country & (region >= 0) & (region == district)
    may_be = same_country & ((region < 0) | (district < 0))
    far = np.where(arrays.neighbour[home, country], NEIGHBOUR, 0.0)
    likely = np.where(same_region, SAME_REGION, np.where(same_country, SAME_COUNTRY, far))
    return likely, likely, np.where(may_be, SAME_REGION, likely)
