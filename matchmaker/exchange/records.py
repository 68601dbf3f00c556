"""Rows of the two files as records of a snapshot; every problem named, nothing dropped."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from matchmaker import places
from matchmaker.exchange.columns import NEED_COLUMNS, OFFER_COLUMNS, names_of, required_of
from matchmaker.exchange.problems import BadFiles, Problem
from matchmaker.exchange.row import Row
from matchmaker.exchange.table import read_table
from matchmaker.exchange.towns import (
    COUNTRY_EXPECTED,
    Towns,
    country_code,
    language_codes,
    region_name,
)
from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    NeedRecord,
    OfferRecord,
    Snapshot,
    Tie,
    TopicOffered,
    TopicWanted,
)
from matchmaker.vocabulary import (
    ACTIVITIES,
    LESSONS,
    N_,
    TOPICS,
    Category,
    Depth,
    Mandate,
    Presence,
    Setting,
)
from matchmaker.vocabulary.precondition import PRECONDITIONS

_CATEGORIES = dict(Category.choices())
_SETTINGS = dict(Setting.choices())
_DEPTHS = dict(Depth.choices())
_ACTIVITIES = {code: activity.label for code, activity in ACTIVITIES.items()}
_TOPICS = {code: topic.label for code, topic in TOPICS.items()}
_PRECONDITIONS = {code: one.label for code, one in PRECONDITIONS.items()}
_LESSONS = {code: lesson.label for code, lesson in LESSONS.items()}
_TIE_YEARS = re.compile(r"^(.*\))\s*(?::\s*(\d{4})?\s*-?\s*(\d{4})?\s*)?$")
_MOST = 10_000
_MOST_ENTRIES = 50


@dataclass(frozen=True)
class Input:
    """What was read: the snapshot, and the names that stay outside of it."""

    snapshot: Snapshot
    names: dict[str, str]
    """Name of each municipality by its key."""
    notes: tuple[str, ...]


def read_files(
    needs_path: Path,
    offers_path: Path,
    today: date,
    progress: Callable[[str, int, int], None] | None = None,
) -> Input:
    """Read both files into one snapshot.

    Raises
    ------
    BadFiles
        If anything at all is wrong in either file; lists everything.
    """
    report = progress or (lambda step, done, total: None)
    towns = Towns()
    problems: list[Problem] = []
    ties: set[Tie] = set()
    needs: list[NeedRecord] = []
    offers: list[OfferRecord] = []
    for path, columns, kind in (
        (needs_path, NEED_COLUMNS, "need"),
        (offers_path, OFFER_COLUMNS, "offer"),
    ):
        table = read_table(path, names_of(columns), required_of(columns))
        problems += table.problems
        seen: dict[str, int] = {}
        if any(problem.line <= 1 for problem in table.problems):
            continue
        for position, line in enumerate(table.lines):
            if position % 500 == 0:
                report(f"read_{kind}s", position, len(table.lines))
            row = Row(table.file, line.number, line.cells)
            key = _key(row, kind, seen)
            if kind == "need":
                needs += _need(row, key, towns, ties, today)
            else:
                offers += _offer(row, key, towns, ties, today)
            problems += row.problems
        report(f"read_{kind}s", len(table.lines), len(table.lines))
    if problems:
        raise BadFiles(problems)
    snapshot = Snapshot(
        taken_on=today,
        needs=tuple(needs),
        offers=tuple(offers),
        towns=tuple(towns.records.values()),
        ties=tuple(ties),
        neighbours=_neighbours(towns),
    )
    return Input(snapshot.sorted().validate(), towns.names, tuple(towns.notes.values()))


def _key(row: Row, kind: str, seen: dict[str, int]) -> str:
    key = row.text("id") or f"{kind}-{row.number}"
    if key in seen:
        row.complain("id", N_("This id is used already on line %(line)s."), key, line=seen[key])
    seen.setdefault(key, row.number)
    return key


def _need(row: Row, key: str, towns: Towns, ties: set[Tie], today: date) -> list[NeedRecord]:
    """Return the need of a row, or nothing where problems were found."""
    town = towns.of_row(row)
    category = row.required("category") and row.code("category", _CATEGORIES)
    second = row.code("second_category", _CATEGORIES)
    activity = row.required("activity") and row.code("activity", _ACTIVITIES)
    if activity and category and ACTIVITIES[activity].category not in (category, second):
        row.complain("activity", N_("An activity of the category is expected."))
    depth = row.code("depth", _DEPTHS)
    start, end = row.window(today)
    topics = row.parsed("topics", lambda text: _wanted(row, text)) or ()
    _check_distinct(row, "topics", [wanted.topic for wanted in topics])
    places_asked = row.whole("places", 1, _MOST, 1) or 1
    minimum = row.whole("minimum", 0, _MOST, 0) or 0
    if minimum > places_asked:
        row.complain("minimum", N_("No more than the number of places is expected."))
    values: dict[str, Any] = {
        "second_category": second,
        "depth": str(ACTIVITIES[activity].depth or depth or "") or None if activity else depth,
        "settings": row.codes("settings", _SETTINGS),
        "presence": row.code("presence", dict(Presence.choices()), "restricted") or "restricted",
        "topics": topics,
        "languages": tuple(language_codes(row, "languages", row.entries("languages"))),
        "interpretation": row.yes_no("interpretation", None),
        "window_start": start,
        "window_end": end,
        "overlap_days": row.whole("overlap_days", 1, _MOST, 30),
        "effort_days": row.whole("effort_days", 0, _MOST, None),
        "commitment_months": row.whole("commitment_months", 0, _MOST, None),
        "places": places_asked,
        "minimum": minimum,
        "low_profile": row.flag("low_profile"),
        "consent": row.yes_no("consent", None),
        "tie_waiver": row.flag("tie_waiver"),
        "sides": row.entries("sides") or (),
        "rights_only": row.flag("rights_only"),
        "unmet": row.codes("unmet", _PRECONDITIONS),
        "no_publicity": row.flag("no_publicity"),
        "teaches": row.codes("teaches", _LESSONS),
        "led": row.flag("led"),
        **_veto(row, towns),
    }
    _add_ties(row, town, towns, ties)
    if row.problems or not (town and category and activity):
        return []
    return [NeedRecord(key=key, town=town, category=category, activity=activity, **values)]


def _offer(row: Row, key: str, towns: Towns, ties: set[Tie], today: date) -> list[OfferRecord]:
    """Return the offer of a row, or nothing where problems were found."""
    town = towns.of_row(row)
    category = row.required("category") and row.code("category", _CATEGORIES)
    start, end = row.window(today)
    topics = row.parsed("topics", lambda text: _brought(row, text)) or ()
    _check_distinct(row, "topics", [brought.topic for brought in topics])
    experience = row.parsed("experience", lambda text: _times(row, text)) or ()
    _check_distinct(row, "experience", [activity for activity, _ in experience])
    spoken = row.entries("context_languages")
    values: dict[str, Any] = {
        "activities": row.codes("activities", _ACTIVITIES),
        "second_category": row.code("second_category", _CATEGORIES),
        "depths": row.codes("depths", _DEPTHS) or tuple(_DEPTHS),
        "settings": row.codes("settings", _SETTINGS),
        "topics": topics,
        "experience": experience,
        "languages": tuple(language_codes(row, "languages", row.entries("languages"))),
        "interpretation": row.yes_no("interpretation", None),
        "context_languages": None
        if spoken is None
        else tuple(language_codes(row, "context_languages", spoken)),
        "window_start": start,
        "window_end": end,
        "effort_days": row.whole("effort_days", 0, _MOST, None),
        "commitment_months": row.whole("commitment_months", 0, _MOST, None),
        "places": row.whole("places", 0, _MOST, 1),
        "mandate": row.code("mandate", dict(Mandate.choices()), "adopted") or "adopted",
        "mandate_chance": row.share("mandate_chance"),
        "mandate_lapses": row.day("mandate_lapses"),
        "areas": row.parsed("areas", lambda text: _area(row, text, today)),
        "delivery": row.parsed("delivery", lambda text: _delivery(row, text)),
        "involves_partner": row.flag("involves_partner"),
        "must_publish": row.flag("must_publish"),
        "learns": row.codes("learns", _LESSONS),
        "led": row.flag("led"),
        **_veto(row, towns),
    }
    _add_ties(row, town, towns, ties)
    if row.problems or not (town and category):
        return []
    return [OfferRecord(key=key, town=town, category=category, **values)]


def _wanted(row: Row, text: str) -> TopicWanted | None:
    code, importance, level = _split(text, 3)
    topic = row.known("topics", code, _TOPICS)
    asked = row.whole_of("topics", importance, 1, 3, 2) if importance else 2
    wanted = row.whole_of("topics", level, 1, 5, 3) if level else 3
    return TopicWanted(topic, asked or 2, wanted or 3) if topic else None


def _brought(row: Row, text: str) -> TopicOffered | None:
    code, level = _split(text, 2)
    topic = row.known("topics", code, _TOPICS)
    return (
        TopicOffered(topic, row.whole_of("topics", level, 1, 5, None) if level else None)
        if (topic)
        else None
    )


def _times(row: Row, text: str) -> tuple[str, int] | None:
    code, times = _split(text, 2)
    activity = row.known("experience", code, _ACTIVITIES)
    number = row.whole_of("experience", times, 0, _MOST, None)
    return None if activity is None or number is None else (activity, number)


def _area(row: Row, text: str, today: date) -> AreaExperience | None:
    place, year, years, staff = _split(text, 4)
    where = _place(row, "areas", place)
    last = row.whole_of("areas", year, 1900, today.year, None) if year else None
    length = row.whole_of("areas", years, 0, 150, None) if years else None
    if staff.casefold() not in ("", "staff", "no"):
        row.complain("areas", N_("“CC/Region:last year:years:staff” is expected."), text)
    if where is None:
        return None
    return AreaExperience(
        *where, last, None if length is None else float(length), staff.casefold() == "staff"
    )


def _delivery(row: Row, text: str) -> Delivery | None:
    place, topics = _split(text, 2)
    where = _place(row, "delivery", place)
    codes = [row.known("delivery", code.strip(), _TOPICS) for code in topics.split("+") if code]
    known = tuple(dict.fromkeys(code for code in codes if code))
    return None if where is None else Delivery(*where, known)


def _place(row: Row, column: str, text: str) -> tuple[str, str] | None:
    """Return country and region of "CC" or "CC/Region"."""
    land, _, region = text.partition("/")
    country = country_code(land.strip())
    if country is None:
        row.complain(column, COUNTRY_EXPECTED, land)
        return None
    return country, region_name(country, region) if region.strip() else ""


def _split(text: str, n: int) -> list[str]:
    """Split at colons into exactly n trimmed parts; what is too much stays in the last."""
    parts = [part.strip() for part in text.split(":", n - 1)]
    return parts + [""] * (n - len(parts))


def _check_distinct(row: Row, column: str, codes: list[str]) -> None:
    if len(set(codes)) != len(codes):
        row.complain(column, N_("Each code is expected once."))


def _veto(row: Row, towns: Towns) -> dict[str, tuple[str, ...]]:
    countries, named = [], []
    entries = row.entries("veto") or ()
    for text in entries[:_MOST_ENTRIES]:
        country = country_code(text)
        if country:
            countries.append(country)
        elif key := towns.named(row, "veto", text):
            named.append(key)
    _check_length(row, "veto", entries)
    return {"veto_towns": tuple(named), "veto_countries": tuple(countries)}


def _add_ties(row: Row, town: str | None, towns: Towns, ties: set[Tie]) -> None:
    entries = row.entries("ties") or ()
    for text in entries[:_MOST_ENTRIES]:
        parts = _TIE_YEARS.match(text)
        if parts is None:
            row.complain("ties", N_("“Name (country):since-until” is expected."), text)
            continue
        other = towns.named(row, "ties", parts[1])
        years = [int(year) if year else None for year in parts.groups()[1:]]
        if other and other == town:
            row.complain("ties", N_("Another municipality is expected."), text)
        elif years[0] and years[1] and years[1] < years[0]:
            row.complain("ties", N_("A last year not before the first one is expected."), text)
        elif other and town:
            ties.add(Tie(min(town, other), max(town, other), "twinning", *years))
    _check_length(row, "ties", entries)


def _check_length(row: Row, column: str, entries: tuple[str, ...]) -> None:
    if len(entries) > _MOST_ENTRIES:
        row.complain(column, N_("At most %(most)s entries are expected."), most=_MOST_ENTRIES)


def _neighbours(towns: Towns) -> tuple[tuple[str, str], ...]:
    named = sorted({town.country for town in towns.records.values()})
    return tuple((a, b) for a in named for b in places.neighbours(a) if a < b or b not in named)
