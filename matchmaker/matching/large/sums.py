"""The parts of one pair, summed as `scoring.criterion` sums them; plain loops, to be compiled.

Each function returns the weighted sum of what is counted and the weight of what is known, in the
order of the parts, so that the results are those of `scoring` to the last bit.
"""

from typing import Any

import numpy as np

from matchmaker.matching.criteria import (
    NEIGHBOUR,
    SAME_COUNTRY,
    SAME_REGION,
    TIE_COUNTRY,
    TIE_NEIGHBOUR,
    TIE_REGION,
)
from matchmaker.matching.settings import PARTS

_PLACE = {part.value: k for k, part in enumerate(p for own in PARTS.values() for p in own)}
TOPICS, EXPERIENCE = _PLACE["topics"], _PLACE["experience"]
TIES, AREA_WORK, FIELD_STAFF = _PLACE["ties"], _PLACE["area_work"], _PLACE["field_staff"]
AREA_LANGUAGES, SHARED, SIZE = (
    _PLACE["area_languages"],
    _PLACE["shared_partners"],
    _PLACE["size"],
)
WINDOW, EFFORT, DELIVERY = _PLACE["window"], _PLACE["effort"], _PLACE["delivery"]
MANDATE, COMMITMENT = _PLACE["mandate"], _PLACE["commitment"]
LEARNING, LEADERSHIP = _PLACE["learning"], _PLACE["leadership"]
GRID = 1e9
_ONE = np.uint64(1)
_NO_BIT = np.uint64(0)


def _taken(mode: Any, value: Any, low: Any, high: Any) -> Any:
    """Return what is counted of a part; NaN = left out."""
    if mode == 0:
        return value
    return low if mode == 1 else high


def _plain(mode: Any, value: Any) -> Any:
    """Return what is counted of a part that is known or not at all."""
    if mode == 0 or not np.isnan(value):
        return value
    return 0.0 if mode == 1 else 1.0


def _rounded(value: Any) -> Any:
    return np.rint(value * GRID) / GRID


def _expertise(t: Any, i: Any, p: Any) -> Any:
    """Topics and experience."""
    needs, offers, weights = t.needs, t.offers, t.weights
    mode, sum_, weight = weights.mode[0], 0.0, 0.0
    if needs.asked[i] > 0:
        low, high = _credits(t, i, p)
        whole = max(needs.asked[i], 1.0)
        known = offers.topics_known[p]
        value = (low + high) * 0.5 / whole if known else np.nan
        taken = _taken(mode, value, low / whole if known else 0.0, high / whole if known else 1.0)
        if not np.isnan(taken):
            sum_ += weights.parts[TOPICS] * taken
            weight += weights.parts[TOPICS]
    taken = _plain(mode, _experience(t, i, p))
    if not np.isnan(taken):
        sum_ += weights.parts[EXPERIENCE] * taken
        weight += weights.parts[EXPERIENCE]
    return sum_, weight


def _experience(t: Any, i: Any, p: Any) -> Any:
    times = t.offers.experience[p, t.needs.activity[i]]
    return np.nan if times < 0 else t.weights.growth[min(times, 127)]


def _at_most(t: Any, i: Any, p: Any, near: Any, days: Any) -> Any:
    """Bound the score of a pair; `near` bounds context, `days` is what the periods share.

    Returns the bound of expertise, its weight, and the bounded score.
    """
    needs, offers, bounds = t.needs, t.offers, t.bounds
    kin = 0
    if not offers.topics_known[p] or (needs.topic_bits[i] & offers.topic_bits[p]) != _NO_BIT:
        kin = 2
    elif (needs.topic_bits[i] & offers.group_bits[p]) != _NO_BIT:
        kin = 1
    times = bounds.experience[needs.activity[i], p]
    expertise = bounds.topic_share[i, kin] + bounds.experience_share[i] * times
    weights = bounds.availability
    availability = weights[i, 0]
    if needs.stated[i] and offers.stated[p]:
        availability *= _ratio_at_most(days, bounds.per_day[i])
    availability += weights[i, 1] * _ratio_at_most(bounds.effort[p], bounds.per_effort[i])
    availability += weights[i, 2] * bounds.fixed[p, 0] + weights[i, 3] * bounds.fixed[p, 1]
    availability += weights[i, 4] * _ratio_at_most(bounds.commitment[p], bounds.per_commitment[i])
    availability += weights[i, 5] + weights[i, 6]
    weights = bounds.criteria
    rest = weights[i, 1] * near + weights[i, 2] * availability
    return expertise, weights[i, 0], rest


def _ratio_at_most(offered: Any, per_unit: Any) -> Any:
    """Return offered / asked, at most 1; 1 where one of them is not stated or nothing is asked."""
    value = offered * per_unit
    return value if value < 1.0 else 1.0


def _credits(t: Any, i: Any, p: Any) -> Any:
    """Sum importance x credit over the topics asked, with the lowest and the highest levels."""
    needs, offers, weights = t.needs, t.offers, t.weights
    low, high = 0, 0
    for k in range(needs.topic.shape[1]):
        topic = needs.topic[i, k]
        if topic < 0:
            continue
        group, asked, much = weights.group[topic], needs.level[i, k], needs.importance[i, k]
        exact, near = weights.exact_unit[asked], weights.sibling_unit[asked]
        low += much * max(
            min(offers.lowest[p, topic], asked) * exact,
            min(offers.group_lowest[p, group], asked) * near,
        )
        high += much * max(
            min(offers.highest[p, topic], asked) * exact,
            min(offers.group_highest[p, group], asked) * near,
        )
    return low, high


def _tie(t: Any, i: Any, p: Any, direct: Any, near: Any) -> Any:
    """Return the value of the best tie; NaN where the helper has none on record."""
    if not t.tie_known[p]:
        return np.nan
    country, column, state = t.country[i], t.tie_column[p], t.state
    value = max(state[direct], TIE_REGION * state[near])
    value = max(value, TIE_COUNTRY * state[t.ties_country[country, column]])
    return max(value, TIE_NEIGHBOUR * state[t.ties_neighbour[country, column]])


def _areas(t: Any, i: Any, p: Any) -> Any:
    """Return earlier work (low, likely, high) and field staff (likely, high)."""
    country, region = t.country[i], t.region[i]
    low, likely, high, staff, most_staff = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(t.n_areas[p]):
        there, district = t.area_country[p, k], t.area_region[p, k]
        near = NEIGHBOUR if t.neighbour[country, there] else 0.0
        top = near
        if there == country:
            near = SAME_REGION if district >= 0 and district == region else SAME_COUNTRY
            top = SAME_REGION if district < 0 or region < 0 else near
        low = max(low, near * t.area_low[p, k])
        likely = max(likely, near * t.area_likely[p, k])
        high = max(high, top * t.area_high[p, k])
        staff = max(staff, near * t.area_staff[p, k])
        most_staff = max(most_staff, top * t.area_staff[p, k])
    return low, likely, high, staff, most_staff


def _shared_languages(t: Any, i: Any, p: Any) -> Any:
    """Return languages of the area: value (NaN = unknown), low, high."""
    shared = 0
    for word in range(t.spoken.shape[1]):
        bits = t.spoken[i, word] & t.speaks[p, word]
        while bits != _NO_BIT:
            bits &= bits - _ONE
            shared += 1
    share = shared / max(t.spoken_count[i], 1)
    value = 0.75 + 0.25 * share if shared > 0 else 0.0
    if not t.spoken_known[i]:
        return np.nan, 0.0, 1.0
    stated = t.speaks_known[p]
    return (value if stated or shared > 0 else np.nan), value, (value if stated else 1.0)


def _context_near(t: Any, i: Any, p: Any, direct: Any, near: Any) -> Any:
    """Sum ties, earlier work, field staff and languages: value, weight, low, high.

    `t` is the table of what is near.
    """
    mode, w = t.mode[0], t.parts[TIES]
    tie = _tie(t, i, p, direct, near)
    unknown = np.isnan(tie)
    taken = _plain(mode, tie)
    sum_, weight = (0.0, 0.0) if np.isnan(taken) else (w * taken, w)
    low, high = (0.0, w) if unknown else (w * tie, w * tie)
    least, likely, most, staff, most_staff = _areas(t, i, p)
    language, least_language, most_language = _shared_languages(t, i, p)
    stated = t.areas_stated[p]
    for part, value, below, above in (
        (
            AREA_WORK,
            likely if stated or likely > 0 else np.nan,
            least,
            most if stated else 1.0,
        ),
        (
            FIELD_STAFF,
            staff if stated or staff > 0 else np.nan,
            staff,
            most_staff if stated else 1.0,
        ),
        (AREA_LANGUAGES, language, least_language, most_language),
    ):
        w = t.parts[part]
        taken = _taken(mode, value, below, above)
        if not np.isnan(taken):
            sum_ += w * taken
            weight += w
        low += w * below
        high += w * above
    return sum_, weight, low, high


def _near_at_most(t: Any, sum_: Any, weight: Any) -> Any:
    """Bound the whole of context by the sums of the place.

    Size may be alike. There are no shared partners, but they may count as if there were.
    """
    more = t.parts[SIZE]
    if t.mode[0] == 2:
        more += t.parts[SHARED]
    return (sum_ + more) / (weight + more) if weight + more > 0 else 1.0


def _context_rest(t: Any, i: Any, p: Any, shared: Any, so_far: Any) -> Any:
    """Add shared partners and size to the other sums."""
    needs, offers, weights = t.needs, t.offers, t.weights
    mode = weights.mode[0]
    sum_, weight, low, high = so_far
    known = needs.tie_known[i] and offers.tie_known[p]
    value = weights.growth[shared] if known else np.nan
    apart = abs(needs.magnitude[i] - offers.magnitude[p])
    size = np.nan if np.isnan(apart) else max(0.0, 1 - apart / 2)
    for part, one in ((SHARED, value), (SIZE, size)):
        w = weights.parts[part]
        taken = _plain(mode, one)
        if not np.isnan(taken):
            sum_ += w * taken
            weight += w
        if np.isnan(one):
            high += w
        else:
            low += w * one
            high += w * one
    return sum_, weight, low, high


def _all_context(t: Any) -> Any:
    """Return the sum of the weights of context, all of which apply."""
    weight = 0.0
    for part in (TIES, AREA_WORK, FIELD_STAFF, AREA_LANGUAGES, SHARED, SIZE):
        weight += t.weights.parts[part]
    return weight


def _availability(t: Any, i: Any, p: Any, delivered: Any) -> Any:
    """Sum period, effort, delivery, mandate, commitment and what is learned in return.

    `delivered` is the value of a partner on the ground, NaN where it is unknown.
    """
    needs, offers, weights = t.needs, t.offers, t.weights
    mode, sum_, weight = weights.mode[0], 0.0, 0.0
    window = np.nan
    if needs.stated[i] and offers.stated[p]:
        first = max(needs.start[i], offers.start[p])
        last = min(needs.end[i], offers.end[p])
        window = max(0.0, last - first + 1) / needs.days[i]
    for part, value in (
        (WINDOW, window),
        (EFFORT, _ratio(offers.effort[p], needs.effort[i])),
        (DELIVERY, delivered),
        (MANDATE, offers.mandate[p]),
        (COMMITMENT, _ratio(offers.commitment[p], needs.commitment[i])),
    ):
        taken = _plain(mode, value)
        if part == DELIVERY and not (needs.in_area[i] and offers.in_area[p]):
            taken = np.nan
        if not np.isnan(taken):
            sum_ += weights.parts[part] * taken
            weight += weights.parts[part]
    if needs.teaches[i] & offers.learns[p] != _NO_BIT:
        sum_ += weights.parts[LEARNING]
        weight += weights.parts[LEARNING]
    if needs.led[i] and offers.led[p]:
        sum_ += weights.parts[LEADERSHIP]
        weight += weights.parts[LEADERSHIP]
    return sum_, weight


def _ratio(offered: Any, asked: Any) -> Any:
    if asked == 0:
        return 1.0
    value = offered / asked
    return 1.0 if value > 1.0 else value


def _delivery(t: Any, i: Any, p: Any) -> Any:
    """Return the best partner on the ground; NaN where none is stated."""
    needs, offers = t.needs, t.offers
    if offers.n_deliveries[p] < 0:
        return np.nan
    best = 0.0
    for k in range(offers.n_deliveries[p]):
        if offers.delivery_country[p, k] != needs.country[i]:
            continue
        region, bits = offers.delivery_region[p, k], offers.delivery_topics[p, k]
        near = 1.0 if region < 0 or region == needs.region[i] else 0.5
        asked = needs.topic_bits[i]
        if asked == _NO_BIT or (bits & asked) != _NO_BIT:
            fit = 1.0
        else:
            fit = 0.5 if (bits & needs.group_bits[i]) != _NO_BIT else 0.0
        best = max(best, near * fit)
    return best


def _total(t: Any, i: Any, expertise: Any, context: Any, availability: Any) -> Any:
    """Return the score before it is rounded; each criterion is a sum and its weight."""
    weights, kind = t.weights.criteria, t.needs.main[i]
    total, known = 0.0, 0.0
    if expertise[1] > 0:
        total += weights[kind, 0] * (expertise[0] / expertise[1])
        known += weights[kind, 0]
    if context[1] > 0:
        total += weights[kind, 1] * (context[0] / context[1])
        known += weights[kind, 1]
    if availability[1] > 0:
        total += weights[kind, 2] * (availability[0] / availability[1])
        known += weights[kind, 2]
    return total / known if known > 0 else 0.0
