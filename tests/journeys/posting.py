"""How a need and an offer are posted, page by page."""

from tests.journeys.forms import press, soon, walk

NEED = [
    {"category": "project"},
    {"activity": "project.service"},
    {
        "title": "Ремонт водогону",
        "description": "Старі труби течуть.",
        "text_language": "uk",
        "topics_env": "env.water",
    },
    {"importance_env_water": "3", "level_env_water": "3"},
    {
        "window_start": soon(30),
        "window_end": soon(300),
        "overlap_days": "30",
        "effort_days": "40",
        "places": "1",
    },
    {"settings": "remote", "languages": ["uk", "en"], "interpretation": "yes"},
    {},
    {"light_need_benefit": "amber", "sentence_need_benefit": "Не всі."},
]
OFFER = [
    {"category": "project"},
    {"project": "project.service"},
    {"times_project_service": "3"},
    {
        "title": "Help with water",
        "description": "Our water company.",
        "text_language": "en",
        "topics_env": "env.water",
    },
    {"level_env_water": "5"},
    {"window_start": soon(30), "window_end": soon(300), "effort_days": "60", "places": "2"},
    {
        "settings": "remote",
        "languages": ["nl", "en"],
        "interpretation": "unknown",
        "context_stated": "none",
    },
    {"stated": "unknown"},
    {"stated": "unknown"},
    {"mandate": "adopted"},
    {"staffed": "yes", "publicity": "none"},
]


def post_need(page, address: str) -> None:
    """Post a need; ends on its page."""
    page.goto(address + "/home")
    press(page, "Post a need")
    walk(page, NEED)
    press(page, "Submit")


def post_offer(page, address: str) -> None:
    """Post an offer; ends on its page."""
    page.goto(address + "/home")
    press(page, "Post an offer")
    walk(page, OFFER)
    press(page, "Submit")
