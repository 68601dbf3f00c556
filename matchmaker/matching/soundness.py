"""Whether a snapshot is sound: keys and codes are known, numbers in range."""

from typing import TYPE_CHECKING, Any

from matchmaker.vocabulary import (
    ACTIVITIES,
    LESSONS,
    TOPICS,
    Category,
    Depth,
    Mandate,
    Presence,
    Setting,
    TieKind,
)
from matchmaker.vocabulary.precondition import PRECONDITIONS

if TYPE_CHECKING:
    from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot, Town

LARGEST_COUNT = 10_000
"""No number of places, days or months is larger; keeps all sums within exact integers."""
_CATEGORIES, _DEPTHS, _MANDATES, _PRESENCES, _SETTINGS, _TIE_KINDS = (
    frozenset(member.value for member in codes)
    for codes in (Category, Depth, Mandate, Presence, Setting, TieKind)
)


def check(snapshot: "Snapshot") -> None:
    """Raise ValueError naming record and field where a snapshot is not sound."""
    _check_unique("needs", snapshot.needs)
    _check_unique("offers", snapshot.offers)
    _check_unique("towns", snapshot.towns)
    towns = {town.key for town in snapshot.towns}
    for town in snapshot.towns:
        _check_town(town)
    for need in snapshot.needs:
        _check_need(need, towns)
    for offer in snapshot.offers:
        _check_offer(offer, towns)
    for tie in snapshot.ties:
        where = f"tie {tie.a!r}-{tie.b!r}"
        _known(where, "a", tie.a, towns)
        _known(where, "b", tie.b, towns)
        _known(where, "kind", tie.kind, _TIE_KINDS)
        if tie.a == tie.b:
            raise ValueError(f"{where}: field b: a municipality has no tie with itself")


def _check_unique(kind: str, records: Any) -> None:
    seen: set[str] = set()
    for record in records:
        if not record.key:
            raise ValueError(f"{kind}: field key: must not be empty")
        if record.key in seen:
            raise ValueError(f"{kind} {record.key!r}: field key: used twice")
        seen.add(record.key)


def _check_town(town: "Town") -> None:
    where = f"town {town.key!r}"
    if len(town.country) != 2 or not town.country.isupper():
        raise ValueError(f"{where}: field country: expected two capitals, found {town.country!r}")
    _within(where, "population", town.population, 0, 10**9)
    _within(where, "latitude", town.latitude, -90, 90)
    _within(where, "longitude", town.longitude, -180, 180)


def _check_need(need: "NeedRecord", towns: set[str]) -> None:
    where = f"need {need.key!r}"
    _known(where, "town", need.town, towns)
    _check_categories(where, need)
    _known(where, "activity", need.activity, ACTIVITIES)
    mine = {need.category, need.second_category}
    if ACTIVITIES[need.activity].category.value not in mine:
        raise ValueError(f"{where}: field activity: {need.activity!r} is not of category {mine}")
    if need.depth is not None:
        _known(where, "depth", need.depth, _DEPTHS)
    _known(where, "presence", need.presence, _PRESENCES)
    _check_settings(where, need)
    for wanted in need.topics:
        _known(where, "topics", wanted.topic, TOPICS)
        _within(where, "topics.importance", wanted.importance, 1, 3)
        _within(where, "topics.level", wanted.level, 1, 5)
    _distinct(where, "topics", [wanted.topic for wanted in need.topics])
    _check_window(where, need)
    for code in need.unmet:
        _known(where, "unmet", code, PRECONDITIONS)
    _distinct(where, "unmet", list(need.unmet))
    _within(where, "overlap_days", need.overlap_days, 1, LARGEST_COUNT)
    _check_numbers(where, need)
    _within(where, "minimum", need.minimum, 0, LARGEST_COUNT)
    for code in need.teaches:
        _known(where, "teaches", code, LESSONS)


def _check_offer(offer: "OfferRecord", towns: set[str]) -> None:
    where = f"offer {offer.key!r}"
    _known(where, "town", offer.town, towns)
    _check_categories(where, offer)
    for code in offer.activities:
        _known(where, "activities", code, ACTIVITIES)
    for code in offer.depths:
        _known(where, "depths", code, _DEPTHS)
    _check_settings(where, offer)
    for brought in offer.topics:
        _known(where, "topics", brought.topic, TOPICS)
        _within(where, "topics.level", brought.level, 1, 5)
    _distinct(where, "topics", [brought.topic for brought in offer.topics])
    for activity, times in offer.experience:
        _known(where, "experience", activity, ACTIVITIES)
        _within(where, "experience", times, 0, LARGEST_COUNT)
    _distinct(where, "experience", [activity for activity, _ in offer.experience])
    _check_window(where, offer)
    _check_numbers(where, offer)
    _known(where, "mandate", offer.mandate, _MANDATES)
    _within(where, "mandate_chance", offer.mandate_chance, 0, 1)
    for area in (*(offer.areas or ()), *offer.arranged):
        _within(where, "areas.years", area.years, 0, 200)
        _within(where, "areas.last_year", area.last_year, 1800, 2200)
    for delivery in offer.delivery or ():
        for code in delivery.topics:
            _known(where, "delivery.topics", code, TOPICS)
    for code in offer.learns:
        _known(where, "learns", code, LESSONS)


def _check_categories(where: str, record: Any) -> None:
    _known(where, "category", record.category, _CATEGORIES)
    if record.second_category is not None:
        _known(where, "second_category", record.second_category, _CATEGORIES)


def _check_settings(where: str, record: Any) -> None:
    for code in record.settings:
        _known(where, "settings", code, _SETTINGS)


def _check_window(where: str, record: Any) -> None:
    start, end = record.window_start, record.window_end
    if start is not None and end is not None and end < start:
        raise ValueError(f"{where}: field window_end: {end} is before window_start {start}")


def _check_numbers(where: str, record: Any) -> None:
    for name in ("effort_days", "commitment_months", "places"):
        _within(where, name, getattr(record, name), 0, LARGEST_COUNT)


def _known(where: str, field: str, value: Any, known: Any) -> None:
    if value not in known:
        raise ValueError(f"{where}: field {field}: {value!r} is not known")


def _distinct(where: str, field: str, values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{where}: field {field}: the same entry stands twice")


def _within(where: str, field: str, value: Any, least: float, most: float) -> None:
    if value is None:
        return
    # no comparison holds for what is not a number
    if isinstance(value, bool) or not least <= value <= most:
        found = repr(value)[:80]
        raise ValueError(f"{where}: field {field}: expected {least} to {most}, found {found}")
