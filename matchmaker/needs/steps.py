"""The pages of the form in order, and what still misses before a need can be submitted."""

from datetime import date

from matchmaker.models import Need
from matchmaker.vocabulary import ACTIVITIES, N_, Category

ORDER = (
    "category",
    "activity",
    "about",
    "levels",
    "time",
    "setting",
    "visibility",
    "impact",
    "check",
)
NUMBERS = {
    "category": 1,
    "activity": 1,
    "about": 2,
    "levels": 2,
    "time": 3,
    "setting": 4,
    "visibility": 5,
    "impact": 6,
    "check": 7,
}
TITLES = {
    "category": N_("What kind of help do you ask for?"),
    "activity": N_("What should others do?"),
    "about": N_("What is it about?"),
    "levels": N_("How important is each topic?"),
    "time": N_("When and how much?"),
    "setting": N_("Where, and in which languages?"),
    "visibility": N_("Who may be involved?"),
    "impact": N_("Who gains, and who might not?"),
    "check": N_("Check your answers"),
}


def place_of(name: str) -> int:
    """Return the position of a page, from 1."""
    return ORDER.index(name) + 1


def resume_at(need: Need) -> str:
    """Return the page at which a draft was left."""
    return ORDER[min(max(need.step, 2), len(ORDER)) - 1]


def missing(need: Need, today: date) -> list[tuple[str, str]]:
    """Return (page, marked message) for everything that keeps a need from being submitted."""
    no_period = need.window_start is None or need.window_end is None
    checks = (
        ("activity", not need.activity, N_("Choose what others should do.")),
        ("activity", _depth_missing(need), N_("Say how deep the dialogue should go.")),
        ("about", not need.title, N_("Give the need a title.")),
        ("about", _topics_missing(need), N_("Choose at least one topic for a project.")),
        ("time", no_period, N_("Say from when to when.")),
        ("time", _is_over(need, today), N_("The period is over. Give a new one.")),
        ("setting", not need.settings, N_("Choose at least one setting.")),
        ("setting", not need.languages, N_("Choose at least one working language.")),
    )
    return [(page, message) for page, wrong, message in checks if wrong]


def _depth_missing(need: Need) -> bool:
    return bool(need.category == Category.DIALOGUE and need.activity and not need.depth)


def _topics_missing(need: Need) -> bool:
    return need.category == Category.PROJECT and not need.topics


def _is_over(need: Need, today: date) -> bool:
    return need.window_end is not None and need.window_end < today


def allowed_settings(activity: str | None) -> tuple[str, ...]:
    """Return the codes of the settings in which an activity can happen."""
    row = ACTIVITIES.get(activity or "")
    return tuple(setting.value for setting in row.settings) if row else ()
