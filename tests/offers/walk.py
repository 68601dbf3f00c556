"""The way through the pages of an offer, as a browser without script goes it."""

from datetime import timedelta

from matchmaker.models import now


def fresh(session):
    """Return the session with nothing read before, so that it sees what a page wrote."""
    session.rollback()
    return session


def day(field, date):
    """Return the three parts of a date."""
    return {field: [str(date.day), str(date.month), str(date.year)]}


def soon(days):
    """Return a day so many days from now."""
    return (now() + timedelta(days=days)).date()


def answers():
    """Return good answers for each page."""
    return {
        "activities": {"project": ["project.service"]},
        "experience": {"times_project_service": "3"},
        "about": {
            "title": "Help with water",
            "description": "Our water company.",
            "text_language": "en",
            "topics_env": ["env.water"],
        },
        "levels": {"level_env_water": ""},
        "time": day("window_start", soon(30))
        | day("window_end", soon(300))
        | {"effort_days": "60", "commitment_months": "", "places": "2"},
        "setting": {
            "settings": ["remote"],
            "languages": ["nl", "en"],
            "interpretation": "unknown",
            "context_stated": "none",
        },
        "knowledge": {
            "stated": "yes",
            "rows-0-country": "UA",
            "rows-0-region": "Kharkiv",
            "rows-0-last_year": "2019",
            "rows-0-years": "3",
            "rows-0-staff": "y",
        },
        "partners": {"stated": "unknown"},
        "mandate": {"mandate": "conditional", "chance": "70"} | day("lapses", soon(90)),
        "ready": {"staffed": "yes", "motives": ["peace", "learning"], "publicity": "wish"},
    }


def start(browser, category="project", **more):
    """Open a draft and return the address of its second page."""
    fields = {"category": category, "second_category": ""}
    answer = browser.post("/offers/new", fields, **more)
    assert answer.status_code == 303, answer.text
    return answer.location


def walk(browser):
    """Answer every page; return the addresses the pages led to, the summary last."""
    place, seen = start(browser), []
    for page, fields in answers().items():
        assert place.endswith(f"/edit/{page}"), place
        assert browser.get(place).status_code == 200
        answer = browser.post(place, fields)
        assert answer.status_code == 303, answer.text
        seen.append(place)
        place = answer.location
    return [*seen, place]
