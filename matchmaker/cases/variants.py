"""A need as it could also be asked: each way changes what the town itself can change; pure."""

from dataclasses import replace
from datetime import timedelta

from matchmaker.matching.snapshot import NeedRecord
from matchmaker.vocabulary import ACTIVITIES, Depth, Presence, Setting

HALF_A_YEAR = timedelta(days=183)
FEWEST_DAYS = 14
"""Fewer days in common than this are of no use to anybody."""
AS_IT_IS = ""


def changes_of(need: NeedRecord) -> dict[str, NeedRecord]:
    """Return code -> the need with one answer made wider; what it does not ask is left out."""
    found: dict[str, NeedRecord] = {}
    for setting in settings_left(need):
        found[f"setting:{setting}"] = replace(need, settings=(*need.settings, setting))
    if need.interpretation is not True:
        found["interpretation"] = replace(need, interpretation=True)
    days = max(FEWEST_DAYS, need.overlap_days // 2)
    if days < need.overlap_days:
        found["overlap"] = replace(need, overlap_days=days)
    if need.window_end is not None:
        found["period"] = replace(need, window_end=need.window_end + HALF_A_YEAR)
    if need.low_profile:
        found["low_profile"] = replace(need, low_profile=False)
    if ACTIVITIES[need.activity].needs_tie and not need.tie_waiver:
        found["tie_waiver"] = replace(need, tie_waiver=True)
    return found


def settings_left(need: NeedRecord) -> list[str]:
    """Return the settings that activity and access to the area allow and the need does not name."""
    if not need.settings:
        return []
    return [code for code in settings_for(need.activity, need) if code not in need.settings]


def settings_for(activity: str, need: NeedRecord) -> list[str]:
    """Return the settings of an activity that are possible where the town lies."""
    possible = [setting.value for setting in ACTIVITIES[activity].settings]
    if need.presence == Presence.NONE:
        possible = [code for code in possible if code != Setting.IN_AREA]
    return possible


def instead(need: NeedRecord, activity: str) -> NeedRecord | None:
    """Return the need with another activity; None where it could happen nowhere.

    A dialogue is asked as a change of atmosphere: its heart is for the town to choose.
    """
    row, settings = ACTIVITIES[activity], settings_for(activity, need)
    if not settings:
        return None
    depth = (row.depth or Depth.ATMOSPHERE).value if row.category == "dialogue" else None
    kept = [code for code in settings if code in need.settings]
    return replace(
        need,
        category=row.category.value,
        second_category=None,
        activity=activity,
        depth=depth,
        settings=tuple(kept or settings),
        consent=None,
        tie_waiver=need.tie_waiver and row.needs_tie,
    )


def smaller(need: NeedRecord) -> NeedRecord:
    """Return a first, smaller piece of the need: half the work and time, one helper is enough."""
    return replace(
        need,
        effort_days=None if need.effort_days is None else max(1, need.effort_days // 2),
        commitment_months=(
            None if need.commitment_months is None else max(1, need.commitment_months // 2)
        ),
        overlap_days=max(min(FEWEST_DAYS, need.overlap_days), need.overlap_days // 2),
        places=1,
        minimum=0,
    )


def ways_of(need: NeedRecord) -> dict[str, NeedRecord]:
    """Return code -> the need as it would be asked in another way."""
    found: dict[str, NeedRecord] = {}
    if Setting.REMOTE.value in settings_left(need):
        found["remote"] = replace(need, settings=(*need.settings, Setting.REMOTE.value))
    found["smaller"] = smaller(need)
    for code in ACTIVITIES:
        other = instead(need, code) if code != need.activity else None
        if other is not None:
            found[f"activity:{code}"] = other
    return found
