"""What unmet preconditions close for a need: settings, the whole activity, unknown helpers."""

from collections.abc import Iterable

from matchmaker.matching.codes import ALL_SETTINGS, SETTING
from matchmaker.matching.snapshot import NeedRecord
from matchmaker.vocabulary import ACTIVITIES, Category, Depth
from matchmaker.vocabulary.precondition import RESTRICTIONS, Closes, Restriction

Restrictions = tuple[Restriction, ...]


def depth_of(need: NeedRecord) -> str | None:
    """Return the depth of a dialogue; one that is not stated counts as the deeper."""
    return depth_at(need.activity, need.depth)


def depth_at(activity: str, stated: str | None) -> str | None:
    """Return the depth of an activity for which a depth is stated, or none."""
    what = ACTIVITIES[activity]
    if what.category != Category.DIALOGUE:
        return None
    return str(what.depth or stated or Depth.HEART)


def restrictions(unmet: Iterable[str], activity: str, stated_depth: str | None) -> Restrictions:
    """Return what follows for an activity from the preconditions that are not met."""
    codes = frozenset(unmet)
    if not codes:
        return ()
    category, depth = str(ACTIVITIES[activity].category), depth_at(activity, stated_depth)
    return tuple(
        one
        for one in RESTRICTIONS
        if one.precondition in codes and one.concerns(category, activity, depth)
    )


def closed_bits(found: Restrictions) -> int:
    """Return the bits of the settings that restrictions close."""
    closes = {one.closes for one in found}
    if Closes.ALL in closes:
        return ALL_SETTINGS
    return SETTING["in_area"] if Closes.IN_AREA in closes else 0


def wants_knowledge(found: Restrictions) -> bool:
    """Tell whether only helpers who show that they know the area may come."""
    return any(one.closes == Closes.UNKNOWN_HELPERS for one in found)


def restrictions_on(need: NeedRecord) -> Restrictions:
    """Return what follows for a need of a round from the preconditions that are not met."""
    return restrictions(need.unmet, need.activity, need.depth)


def closed_settings(need: NeedRecord) -> int:
    """Return the bits of the settings that are closed to a need of a round."""
    return closed_bits(restrictions_on(need))


def wants_known_helpers(need: NeedRecord) -> bool:
    """Tell whether knowledge of the area must be shown to a need of a round."""
    return wants_knowledge(restrictions_on(need))
