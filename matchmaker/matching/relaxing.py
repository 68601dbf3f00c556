"""One change to one record by which a hard rule would no longer bar a pair, really made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from matchmaker.matching import result
from matchmaker.matching.arrays import Arrays, is_refused, possible_settings
from matchmaker.matching.candidates import day_overlap
from matchmaker.matching.codes import SETTING
from matchmaker.matching.preconditions import closed_settings, depth_of
from matchmaker.matching.scoring import context_bounds
from matchmaker.matching.settings import Settings
from matchmaker.matching.sides import least_overlap
from matchmaker.matching.snapshot import AreaExperience, NeedRecord, OfferRecord, Snapshot
from matchmaker.vocabulary import Bar, Setting

ENOUGH_YEARS = 5
"""Earlier work of so many years until now counts in full (`areas.work_quality`)."""
RESCORED = frozenset({"mandate", "areas", "low_profile", "settings", "window_start", "window_end"})
"""Fields of a remedy that a score depends on."""


@dataclass(frozen=True)
class Remedy:
    """What would have to change in one field of one record."""

    side: str
    field: str
    present: str
    wanted: str
    need: NeedRecord
    offer: OfferRecord
    """Both records with the change made."""
    enough: bool = True
    """False where this alone does not lift the bar for sure: what is to be stated may not fit."""


@dataclass(frozen=True)
class Case:
    """A need and an offer that one hard rule alone bars."""

    snapshot: Snapshot
    settings: Settings
    arrays: Arrays
    row: int
    column: int

    @property
    def need(self) -> NeedRecord:
        """The need."""
        return self.snapshot.needs[self.row]

    @property
    def offer(self) -> OfferRecord:
        """The offer."""
        return self.snapshot.offers[self.column]

    @property
    def heart(self) -> bool:
        """Whether what is not stated counts against the pair."""
        return bool(self.arrays.needs.heart[self.row])


def remedy_for(rule: Bar, case: Case) -> Remedy:
    """Return the change to one field that lifts a rule for a pair.

    Notes
    -----
    Each change only takes something back or adds something, so that it bars no other pair. Where
    what is missing is a statement, nobody can say what it will be: `enough` is false. So it is
    where one field does not suffice.
    """
    return _REMEDIES[rule](case)


def remedied(
    snapshot: Snapshot, settings: Settings, arrays: Arrays, need: str, change: result.Change
) -> tuple[Snapshot, Settings]:
    """Return the round with a change of an unmatched need really made.

    Parameters
    ----------
    snapshot : Snapshot
        In the order of the arrays.
    settings : Settings
    arrays : Arrays
    need : str
        Key of the need that the change was told for.
    change : result.Change

    Returns
    -------
    snapshot, settings
        One of them as it was.
    """
    if change.rule == "minimum_score":
        return snapshot, replace(settings, minimum_score=float(change.wanted))
    row = arrays.needs.keys.index(need)
    column = arrays.offers.keys.index(change.offer)
    remedy = remedy_for(Bar(change.rule), Case(snapshot, settings, arrays, row, column))
    needs, offers = list(snapshot.needs), list(snapshot.offers)
    needs[row], offers[column] = remedy.need, remedy.offer
    return replace(snapshot, needs=tuple(needs), offers=tuple(offers)), settings


def _for_need(case: Case, field: str, value: Any, present: str, wanted: str) -> Remedy:
    changed: NeedRecord = _with(case.need, field, value)
    return Remedy("need", field, present, wanted, changed, case.offer)


def _for_offer(case: Case, field: str, value: Any, present: str, wanted: str) -> Remedy:
    changed: OfferRecord = _with(case.offer, field, value)
    return Remedy("offer", field, present, wanted, case.need, changed)


def _with(record: Any, field: str, value: Any) -> Any:
    """Return a record with another value in one field."""
    return replace(record, **{field: value})


def _to_state(case: Case, side: str, field: str) -> Remedy:
    """Ask for a statement; what it will be is not known."""
    return Remedy(side, field, "unknown", "", case.need, case.offer, enough=False)


def _category(case: Case) -> Remedy:
    """Offer this kind of help as well; an offer that has two already would have to give one up."""
    need, offer = case.need, case.offer
    remedy = _for_offer(case, "category", offer.category, offer.category, need.category)
    if offer.second_category is not None:
        return replace(remedy, enough=False)
    return replace(remedy, offer=replace(offer, second_category=need.category))


def _activity(case: Case) -> Remedy:
    need, offer = case.need, case.offer
    depth = depth_of(need)
    shallow = depth is not None and depth not in offer.depths
    if not offer.activities and case.heart:
        return _to_state(case, "offer", "activities")
    if need.activity in offer.activities or not offer.activities:
        depths = (*offer.depths, str(depth))
        return _for_offer(case, "depths", depths, "|".join(offer.depths), str(depth))
    activities = (*offer.activities, need.activity)
    remedy = _for_offer(case, "activities", activities, "|".join(offer.activities), need.activity)
    return replace(remedy, enough=not shallow)


def _setting(case: Case) -> Remedy:
    need, offer = case.need, case.offer
    for side, record in (("need", need), ("offer", offer)):
        if not record.settings and case.heart:
            return _to_state(case, side, "settings")
    closed = closed_settings(need)
    possible = _codes(possible_settings(need) & ~closed)
    open_to_all = _codes(possible_settings(replace(need, settings=())) & ~closed)
    accepted = tuple(code for code in open_to_all if code in offer.settings)
    present = "|".join(possible)
    if accepted and need.settings:
        settings = (*need.settings, *accepted)
        return _for_need(case, "settings", settings, present, "|".join(accepted))
    if possible:
        settings = (*offer.settings, *possible)
        return _for_offer(case, "settings", settings, "|".join(offer.settings), "|".join(possible))
    # neither side alone: the area or the activity leaves nothing of what the need accepts
    remedy = _for_need(case, "settings", need.settings, present, "|".join(open_to_all))
    return replace(remedy, enough=False)


def _language(case: Case) -> Remedy:
    need, offer = case.need, case.offer
    for side, record in (("need", need), ("offer", offer)):
        if not record.languages:
            return _to_state(case, side, "languages")
    return _for_need(
        case, "interpretation", True, "|".join(need.languages), "|".join(offer.languages)
    )


def _window(case: Case) -> Remedy:
    """Accept fewer days in common, or move the nearer end of the need's period."""
    need, offer = case.need, case.offer
    for side, record in (("need", need), ("offer", offer)):
        for field in ("window_start", "window_end"):
            if getattr(record, field) is None and case.heart:
                return _to_state(case, side, field)
    days = day_overlap(case.arrays, np.array([case.row]), np.array([case.column]))
    common = int(min(days[1][0], 10**6))
    if common >= 1:
        return _for_need(case, "overlap_days", common, str(need.overlap_days), str(common))
    return _moved_window(case, least_overlap(need))


def _moved_window(case: Case, days: int) -> Remedy:
    """Let the need's period begin earlier or end later, by as much as it takes."""
    need, offer = case.need, case.offer
    before = offer.window_end is not None and need.window_start is not None
    if before and offer.window_end < need.window_start:  # type: ignore[operator]
        field, moved = "window_start", _day(offer.window_end, 1 - days)
    else:
        field, moved = "window_end", _day(offer.window_start, days - 1)
    present = getattr(need, field)
    remedy = _for_need(case, field, moved, str(present), str(moved))
    # a longer period may ask for more days in common than the shorter one did
    suffices = _days_in_common(remedy.need, offer) >= least_overlap(remedy.need)
    return remedy if suffices else replace(remedy, need=need, enough=False)


def _day(day: date | None, plus: int) -> date:
    assert day is not None
    return day + timedelta(plus)


def _days_in_common(need: NeedRecord, offer: OfferRecord) -> int:
    """Return the days that two periods possibly have in common."""
    starts = [d for d in (need.window_start, offer.window_start) if d is not None]
    ends = [d for d in (need.window_end, offer.window_end) if d is not None]
    if not starts or not ends:
        return 10**6
    return (min(ends) - max(starts)).days + 1


def _mandate(case: Case) -> Remedy:
    offer = case.offer
    refused = is_refused(offer, case.snapshot.taken_on)
    present = "lapsed" if refused and offer.mandate != "refused" else offer.mandate
    remedy = _for_offer(case, "mandate", "adopted", present, "adopted")
    return replace(remedy, offer=replace(remedy.offer, mandate_lapses=None))


def _consent(case: Case) -> Remedy:
    present = "unknown" if case.need.consent is None else "no"
    return _for_need(case, "consent", True, present, "yes")


def _context_minimum(case: Case) -> Remedy:
    """Show recent work in the region of the need, with staff who still serve."""
    one, other = np.array([case.row]), np.array([case.column])
    low, high = context_bounds(case.arrays, case.settings, one, other)
    shown = bool(case.arrays.needs.known_helpers[case.row])
    depth = "heart" if shown else "atmosphere"
    town = next(t for t in case.snapshot.towns if t.key == case.need.town)
    year = case.snapshot.taken_on.year
    work = AreaExperience(town.country, town.region, year, ENOUGH_YEARS, staff=True)
    return _for_offer(
        case,
        "areas",
        (*(case.offer.areas or ()), work),
        f"{(low if shown else high)[0]:.9f}",
        f"{case.settings.context_minimum[depth]:g}",
    )


def _low_profile(case: Case) -> Remedy:
    return _for_need(case, "low_profile", False, "yes", "no")


def _tie_required(case: Case) -> Remedy:
    return _for_need(case, "tie_waiver", True, "no", "yes")


def _codes(bits: int) -> tuple[str, ...]:
    """Return the settings that some bits stand for."""
    return tuple(code.value for code in Setting if SETTING[code.value] & bits)


_REMEDIES: dict[Bar, Callable[[Case], Remedy]] = {
    Bar.CATEGORY: _category,
    Bar.ACTIVITY: _activity,
    Bar.SETTING: _setting,
    Bar.LANGUAGE: _language,
    Bar.WINDOW: _window,
    Bar.MANDATE: _mandate,
    Bar.CONSENT: _consent,
    Bar.CONTEXT_MINIMUM: _context_minimum,
    Bar.LOW_PROFILE: _low_profile,
    Bar.TIE_REQUIRED: _tie_required,
}
"""For each rule that may be relaxed, what would lift it."""
