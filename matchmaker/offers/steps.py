"""The pages of the form in order, and what still misses before an offer can be submitted."""

from datetime import date

from matchmaker.models import Offer
from matchmaker.vocabulary import ACTIVITIES, N_, Category, Mandate, Setting

NUMBERS = {
    "category": 1,
    "activities": 1,
    "experience": 1,
    "about": 2,
    "levels": 2,
    "time": 3,
    "setting": 4,
    "knowledge": 5,
    "partners": 5,
    "mandate": 6,
    "ready": 6,
    "check": 7,
}
ORDER = tuple(NUMBERS)
TITLES = {
    "category": N_("What kind of help do you offer?"),
    "activities": N_("What would you do?"),
    "experience": N_("How often have you done this?"),
    "about": N_("What is it about?"),
    "levels": N_("How well do you know each topic?"),
    "time": N_("When and how much?"),
    "setting": N_("Where, and in which languages?"),
    "knowledge": N_("Where have you worked before?"),
    "partners": N_("Who works with you on the ground?"),
    "mandate": N_("What has your council decided?"),
    "ready": N_("Who does it, and why?"),
    "check": N_("Check your answers"),
}


def place_of(name: str) -> int:
    """Return the position of a page, from 1."""
    return ORDER.index(name) + 1


def resume_at(offer: Offer) -> str:
    """Return the page at which a draft was left."""
    return ORDER[min(max(offer.step, 2), len(ORDER)) - 1]


def categories_of(offer: Offer) -> tuple[str, ...]:
    """Return the one or two kinds of help of an offer."""
    return tuple(code for code in (offer.category, offer.second_category) if code)


def allowed_settings(offer: Offer) -> tuple[str, ...]:
    """Return the settings in which at least one of the activities can happen."""
    possible = {
        setting for row in offer.activities for setting in ACTIVITIES[row.activity].settings
    }
    return tuple(setting.value for setting in Setting if setting in possible)


def mandate_in_force(offer: Offer, today: date) -> bool:
    """Tell whether the mandate is adopted, or conditional and not lapsed."""
    if offer.mandate == Mandate.CONDITIONAL:
        return offer.mandate_lapses is None or offer.mandate_lapses >= today
    return offer.mandate == Mandate.ADOPTED


def missing(offer: Offer, today: date) -> list[tuple[str, str]]:
    """Return (page, marked message) for everything that keeps an offer from being submitted."""
    no_period = offer.window_start is None or offer.window_end is None
    is_over = offer.window_end is not None and offer.window_end < today
    no_depth = Category.DIALOGUE in categories_of(offer) and not offer.depths
    checks = (
        ("activities", not offer.activities, N_("Choose at least one activity.")),
        ("experience", no_depth, N_("Say how deep a dialogue may go.")),
        ("about", not offer.title, N_("Give the offer a title.")),
        ("time", no_period, N_("Say from when to when.")),
        ("time", is_over, N_("The period is over. Give a new one.")),
        ("setting", not offer.settings, N_("Choose at least one setting.")),
        ("setting", not offer.languages, N_("Choose at least one working language.")),
        ("mandate", offer.mandate is None, N_("Say what your council has decided.")),
        (
            "mandate",
            offer.mandate is not None and not mandate_in_force(offer, today),
            N_("The mandate is no longer in force. Say what has been decided since."),
        ),
    )
    return [(page, message) for page, wrong, message in checks if wrong]
