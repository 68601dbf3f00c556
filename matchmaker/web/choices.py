"""The lists of choices of the forms, in the reader's language."""

from collections.abc import Collection, Iterable

from flask_babel import get_locale, gettext
from wtforms.fields.choices import SelectChoice

from matchmaker.places import countries
from matchmaker.vocabulary import ACTIVITIES, N_, TOPICS, Category, Code
from matchmaker.web.showing import country_name, language_name

LANGUAGES = (
    "en fr es ar uk ru pt de nl it pl tr fa ps ku so am ti sw ha ln rw".split()  # noqa: SIM905
    + "my fil hi ur bn ne si ta sq sr bs hr mk ro hu bg el he ka hy az kk".split()  # noqa: SIM905
    + "ky tg uz ht sv da nb fi cs sk sl lt lv et ca id ms vi th km lo zh".split()  # noqa: SIM905
    + "ja ko".split()  # noqa: SIM905
)
"""Languages offered as working languages and for texts, the most used first (ISO 639)."""

CATEGORY_HINTS = {
    Category.LOBBY: N_("Others speak up for you: attention, monitoring, protection, solidarity."),
    Category.PROJECT: N_("Municipal experts help with a service, a plan or rebuilding."),
    Category.DIALOGUE: N_("Help with talking across a divide, from sports to mediation."),
}

OFFER_CATEGORY_HINTS = {
    Category.LOBBY: N_("You speak up for them: attention, monitoring, protection, solidarity."),
    Category.PROJECT: N_("Your experts help with a service, a plan or rebuilding."),
    Category.DIALOGUE: N_("You help with talking across a divide, from sports to mediation."),
}

ACTIVITY_HINTS = {
    "lobby.rights": N_("Speaking for rights with governments and international bodies."),
    "lobby.monitoring": N_("Recording what happens to people, so that it is known."),
    "lobby.elections": N_("Observers before and during a local election."),
    "lobby.attention": N_("Making the situation known abroad."),
    "lobby.early_warning": N_("Passing on first signs of violence in time."),
    "lobby.campaign": N_("Information for the citizens of the helping town."),
    "lobby.agenda": N_("Bringing the matter before a council, a parliament or a court."),
    "lobby.protection": N_("Visible contact with mayors and staff who are threatened."),
    "lobby.legitimacy": N_("Regular meetings with an existing partner city that lend weight."),
    "lobby.solidarity": N_("Visits, letters and signs that nobody is left alone."),
    "lobby.visits": N_("Visits to people who are held or oppressed."),
    "project.remote_advice": N_("By telephone, mail or video; nobody has to travel."),
    "project.experts": N_("Sent to work with the organisations in the area."),
    "project.service": N_("For example water, waste, registry or social services."),
    "project.reconstruction": N_("Rebuilding a school, a network, a street, a town hall."),
    "project.planning": N_("Better budgets, spatial plans or participation."),
    "dialogue.forums": N_("Towns from all sides meet within a network of partners."),
    "dialogue.mediation": N_("Taking part in talks on what divides the parties."),
    "dialogue.facilitation": N_("Backing people in the town who bring the sides together."),
    "dialogue.culture_sport": N_("Meetings that change the atmosphere, not the issue."),
    "dialogue.conditions": N_("A safe place, invitations, funds: others then mediate."),
}

LEVELS = {
    "1": N_("1 – basic"),
    "2": N_("2 – some experience"),
    "3": N_("3 – experienced"),
    "4": N_("4 – very experienced"),
    "5": N_("5 – leading"),
}
IMPORTANCE = {"3": N_("Essential"), "2": N_("Important"), "1": N_("Nice to have")}
YES_NO_UNKNOWN = {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("We do not know yet")}
STATED = {"yes": N_("Yes"), "none": N_("No, none"), "unknown": N_("Not stated")}
TRUTHS: dict[str | None, bool | None] = {"yes": True, "no": False}


def marked(labels: dict[str, str], first: str | None = None) -> list[SelectChoice]:
    """Return choices from marked labels; `first` adds an empty choice before them."""
    head = [] if first is None else [SelectChoice("", gettext(first))]
    return head + [SelectChoice(code, gettext(label)) for code, label in labels.items()]


def codes(kind: type[Code], first: str | None = None) -> list[SelectChoice]:
    """Return the members of an enumeration of the vocabulary as choices."""
    return marked(dict(kind.choices()), first)


def truth_code(value: bool | None) -> str:
    """Return the answer code of a stored yes, no or unknown."""
    return {True: "yes", False: "no", None: "unknown"}[value]


def stated_code(stated: bool, rows: Collection[object] | None) -> str:
    """Return the answer code of stored rows: some, none, or not stated."""
    if not stated:
        return "unknown"
    return "yes" if rows else "none"


def activities(category: str) -> list[SelectChoice]:
    """Return the activities of a category."""
    return [
        SelectChoice(row.code, gettext(row.label))
        for row in ACTIVITIES.values()
        if row.category == category
    ]


def activity_hints(category: str) -> list[dict[str, dict[str, str]]]:
    """Return the hints of the activities of a category, as the component's items want them."""
    return [
        {"hint": {"text": gettext(ACTIVITY_HINTS[row.code])}}
        for row in ACTIVITIES.values()
        if row.category == category
    ]


def topics(group: str) -> list[SelectChoice]:
    """Return the topics of a group."""
    return [
        SelectChoice(row.code, gettext(row.label)) for row in TOPICS.values() if row.group == group
    ]


def all_topics(first: str) -> list[SelectChoice]:
    """Return every topic, after an empty choice."""
    return marked({row.code: row.label for row in TOPICS.values()}, first)


def all_countries(first: str | None = None) -> list[SelectChoice]:
    """Return every country, by name in the reader's language."""
    head = [] if first is None else [SelectChoice("", gettext(first))]
    named = sorted((country_name(code), code) for code in countries())
    return head + [SelectChoice(code, name) for name, code in named]


def languages(more: Iterable[str] = ()) -> list[SelectChoice]:
    """Return the languages: those of the place first, then the common ones."""
    listed = list(dict.fromkeys([*more, *LANGUAGES]))
    return [SelectChoice(code, language_name(code)) for code in listed]


def language_now() -> str:
    """Return the code of the language the page is shown in."""
    return str(get_locale() or "en").split("_")[0]
