"""The facts behind each part of a score, read from the frozen input.

A fact carries keys, codes, numbers and days, never a name; who shows it finds the words and leaves
out what the reader may not see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from matchmaker.matching.areas import work_of, work_quality
from matchmaker.matching.criteria import (
    NEIGHBOUR,
    SAME_COUNTRY,
    SAME_REGION,
    STATE,
    TIE_COUNTRY,
    TIE_NEIGHBOUR,
    TIE_REGION,
)
from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot, Tie, TopicWanted, Town
from matchmaker.matching.solving import Problem
from matchmaker.matching.ties import ALIVE, ENDED
from matchmaker.matching.topics import SIBLING_PERCENT
from matchmaker.vocabulary import TOPICS, Part

MOST_FACTS = 3
"""Ties, places of work and partners told of one part; the best come first."""


@dataclass(frozen=True)
class Fact:
    """One thing that speaks for or against a pair."""

    code: str
    """`<part>.<what>`, such as 'ties.town' or 'topics.sibling'."""
    values: dict[str, Any] = field(default_factory=dict)
    """Keys of towns, codes of places, topics and languages, numbers, days."""


@dataclass(frozen=True)
class Case:
    """A pair with what lies around it."""

    snapshot: Snapshot
    need: NeedRecord
    offer: OfferRecord
    towns: dict[str, Town]

    @classmethod
    def of(cls, problem: Problem, row: int, column: int) -> "Case":
        """Return the pair at a position."""
        snapshot = problem.snapshot
        towns = {town.key: town for town in snapshot.towns}
        return cls(snapshot, snapshot.needs[row], snapshot.offers[column], towns)

    @property
    def asking(self) -> Town:
        """The town that asks."""
        return self.towns[self.need.town]

    @property
    def helping(self) -> Town:
        """The town that offers."""
        return self.towns[self.offer.town]

    @property
    def year(self) -> int:
        """When the input was frozen."""
        return self.snapshot.taken_on.year

    def nearness(self, country: str, region: str) -> str | None:
        """Say how near a place is to the asking town."""
        home = self.asking
        if country == home.country:
            return "region" if region and region == home.region else "country"
        return "neighbour" if self.is_neighbour(country) else None

    def is_neighbour(self, country: str) -> bool:
        """Tell whether a country borders on that of the asking town."""
        home = self.asking.country
        return country != home and (min(country, home), max(country, home)) in {
            (min(pair), max(pair)) for pair in self.snapshot.neighbours
        }

    def partners(self, town: str) -> Iterator[tuple[str, Tie]]:
        """Return the towns tied with one, with the tie."""
        for tie in self.snapshot.ties:
            if town in (tie.a, tie.b):
                yield (tie.b if tie.a == town else tie.a), tie


def facts_of(case: Case, part: str) -> tuple[Fact, ...]:
    """Return what stands behind one part of the score of a pair."""
    return tuple(_FACTS[Part(part)](case))


def _topics(case: Case) -> Iterator[Fact]:
    """Tell of each topic asked what is brought for it, the most important first."""
    if not case.offer.topics:
        yield Fact("topics.unknown")
        return
    for wanted in sorted(case.need.topics, key=lambda w: (-w.importance, w.topic)):
        yield _topic(case.offer, wanted)


def _topic(offer: OfferRecord, wanted: TopicWanted) -> Fact:
    told = {"topic": wanted.topic, "asked": wanted.level, "importance": wanted.importance}
    own = [brought for brought in offer.topics if brought.topic == wanted.topic]
    group = TOPICS[wanted.topic].group
    near = [
        brought
        for brought in offer.topics
        if brought.topic != wanted.topic and TOPICS[brought.topic].group == group
    ]
    best = max(near, key=lambda brought: (brought.level or 0, brought.topic), default=None)
    sibling = 0.0 if best is None else _credit(best.level, wanted.level) * SIBLING_PERCENT / 100
    if own and _credit(own[0].level, wanted.level) >= sibling:
        level = own[0].level
        if level is None:
            return Fact("topics.level_unknown", told)
        code = "topics.met" if level >= wanted.level else "topics.lower"
        return Fact(code, {**told, "offered": level})
    if best is not None:
        return Fact("topics.sibling", {**told, "other": best.topic, "offered": best.level})
    return Fact("topics.missing", told)


def _credit(offered: int | None, asked: int) -> float:
    """Return what a level is worth; one that is not stated as if it sufficed."""
    return 1.0 if offered is None else min(1.0, offered / asked)


def _experience(case: Case) -> Iterator[Fact]:
    times = dict(case.offer.experience).get(case.need.activity)
    told = {"activity": case.need.activity}
    if times is None:
        yield Fact("experience.unknown", told)
    else:
        yield Fact("experience.times" if times else "experience.never", {**told, "times": times})


def _ties(case: Case) -> Iterator[Fact]:
    """Tell of the ties that count most; which one the value comes from stands first."""
    worth = {"town": 1.0, "region": TIE_REGION, "country": TIE_COUNTRY, "neighbour": TIE_NEIGHBOUR}
    found = []
    known = False
    for partner, tie in case.partners(case.offer.town):
        known = True
        town = case.towns[partner]
        near = "town" if partner == case.need.town else case.nearness(town.country, town.region)
        if near is None:
            continue
        alive = tie.until is None or tie.until >= case.year
        value = worth[near] * STATE[ALIVE if alive else ENDED]
        told = {
            "town": partner,
            "country": town.country,
            "kind": tie.kind,
            "since": tie.since,
            "until": tie.until,
            "alive": alive,
        }
        found.append(((-value, partner, tie.since or 0), Fact(f"ties.{near}", told)))
    yield from _best(found, Fact("ties.none" if known else "ties.unknown"))


def _area_work(case: Case) -> Iterator[Fact]:
    yield from _places_of_work(case, Part.AREA_WORK, staff_only=False)


def _field_staff(case: Case) -> Iterator[Fact]:
    yield from _places_of_work(case, Part.FIELD_STAFF, staff_only=True)


def _places_of_work(case: Case, part: Part, *, staff_only: bool) -> Iterator[Fact]:
    """Tell where the helper has worked near the asking town."""
    worth = {"region": SAME_REGION, "country": SAME_COUNTRY, "neighbour": NEIGHBOUR}
    found = []
    stated, n_stated = case.offer.areas is not None, len(case.offer.areas or ())
    for k, entry in enumerate(work_of(case.offer)):
        near = case.nearness(entry.country, entry.region)
        if near is None or (staff_only and not entry.staff):
            continue
        quality = 1.0 if staff_only else work_quality(entry, case.year)[1]
        told = {
            "country": entry.country,
            "region": entry.region,
            "last_year": entry.last_year,
            "years": entry.years,
        }
        order = (-worth[near] * quality, entry.country, entry.region)
        if k >= n_stated:
            # What came of a match here tells of another town that asked: no place is named.
            near, told = "arranged", {name: told[name] for name in ("last_year", "years")}
        found.append((order, Fact(f"{part.value}.{near}", told)))
    yield from _best(found, Fact(f"{part.value}.{'none' if stated else 'unknown'}"))


def _area_languages(case: Case) -> Iterator[Fact]:
    area = case.asking.languages
    spoken = {*case.offer.languages, *(case.offer.context_languages or ())}
    shared = sorted(spoken & set(area))
    told = {"area": sorted(area), "shared": shared}
    if not area:
        yield Fact("area_languages.area_unknown")
    elif shared:
        yield Fact("area_languages.shared", told)
    else:
        known = case.offer.context_languages is not None
        yield Fact("area_languages.none" if known else "area_languages.unknown", told)


def _shared_partners(case: Case) -> Iterator[Fact]:
    ours, theirs = (
        {partner for partner, _ in case.partners(town)}
        for town in (case.need.town, case.offer.town)
    )
    if not ours or not theirs:
        yield Fact("shared_partners.unknown")
        return
    shared = sorted(ours & theirs)
    if shared:
        yield Fact("shared_partners.shared", {"n": len(shared), "towns": shared[:MOST_FACTS]})
    else:
        yield Fact("shared_partners.none")


def _size(case: Case) -> Iterator[Fact]:
    asking, helping = case.asking.population, case.helping.population
    code = "size.unknown" if not asking or not helping else "size.both"
    yield Fact(code, {"asking": asking, "helping": helping})


def _window(case: Case) -> Iterator[Fact]:
    need, offer = case.need, case.offer
    if None in (need.window_start, need.window_end, offer.window_start, offer.window_end):
        yield Fact("window.unknown")
        return
    assert need.window_start and need.window_end and offer.window_start and offer.window_end
    start = max(need.window_start, offer.window_start)
    end = min(need.window_end, offer.window_end)
    asked = (need.window_end - need.window_start).days + 1
    told = {"start": start, "end": end, "days": (end - start).days + 1, "asked": asked}
    if end < start:
        yield Fact("window.none", {"asked": asked})
    else:
        yield Fact("window.overlap", told)


def _effort(case: Case) -> Iterator[Fact]:
    yield _amounts("effort", case.need.effort_days, case.offer.effort_days)


def _commitment(case: Case) -> Iterator[Fact]:
    yield _amounts("commitment", case.need.commitment_months, case.offer.commitment_months)


def _amounts(part: str, asked: int | None, offered: int | None) -> Fact:
    told = {"asked": asked, "offered": offered}
    if asked == 0:
        return Fact(f"{part}.none_asked", told)
    return Fact(f"{part}.unknown" if asked is None or offered is None else f"{part}.both", told)


def _delivery(case: Case) -> Iterator[Fact]:
    """Tell of the partners on the ground that count most."""
    if case.offer.delivery is None:
        yield Fact("delivery.unknown")
        return
    home, wanted = case.asking, {one.topic for one in case.need.topics}
    groups = {TOPICS[topic].group for topic in wanted}
    found = []
    for entry in case.offer.delivery:
        if entry.country != home.country:
            continue
        near = 1.0 if not entry.region or entry.region == home.region else 0.5
        exact = not wanted or not entry.topics or bool(wanted & set(entry.topics))
        related = any(TOPICS[topic].group in groups for topic in entry.topics)
        fit = "topic" if exact else "related" if related else "other"
        where = "whole" if not entry.region else "here" if near == 1.0 else "elsewhere"
        told = {
            "country": entry.country,
            "region": entry.region,
            "where": where,
            "topics": sorted(wanted & set(entry.topics)),
        }
        value = near * {"topic": 1.0, "related": 0.5, "other": 0.0}[fit]
        found.append(
            ((-value, entry.region, ",".join(entry.topics)), Fact(f"delivery.{fit}", told))
        )
    yield from _best(found, Fact("delivery.none"))


def _mandate(case: Case) -> Iterator[Fact]:
    offer = case.offer
    told = {"mandate": offer.mandate, "lapses": offer.mandate_lapses}
    if offer.mandate == "conditional" and offer.mandate_chance is None:
        yield Fact("mandate.chance_unknown", told)
    elif offer.mandate == "conditional":
        yield Fact("mandate.conditional", {**told, "chance": offer.mandate_chance})
    else:
        yield Fact(f"mandate.{offer.mandate}", told)


def _learning(case: Case) -> Iterator[Fact]:
    """Tell what the town can teach of what the helper would like to learn."""
    shared = sorted(set(case.need.teaches) & set(case.offer.learns))
    yield Fact("learning.shared", {"lessons": shared})


def _leadership(case: Case) -> Iterator[Fact]:
    """Tell that both offices have confirmed it; nothing else is ever asked."""
    yield Fact("leadership.both")


def _best(found: list[tuple[Any, Fact]], otherwise: Fact) -> list[Fact]:
    """Return the facts that count most, or what stands in their place."""
    return [fact for _, fact in sorted(found, key=lambda one: one[0])[:MOST_FACTS]] or [otherwise]


_FACTS: dict[Part, Callable[[Case], Iterator[Fact]]] = {
    Part.TOPICS: _topics,
    Part.EXPERIENCE: _experience,
    Part.TIES: _ties,
    Part.AREA_WORK: _area_work,
    Part.FIELD_STAFF: _field_staff,
    Part.AREA_LANGUAGES: _area_languages,
    Part.SHARED_PARTNERS: _shared_partners,
    Part.SIZE: _size,
    Part.WINDOW: _window,
    Part.EFFORT: _effort,
    Part.DELIVERY: _delivery,
    Part.MANDATE: _mandate,
    Part.COMMITMENT: _commitment,
    Part.LEARNING: _learning,
    Part.LEADERSHIP: _leadership,
}
"""What tells of each part."""
