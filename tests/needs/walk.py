"""The way through the pages of a need, as a browser without script goes it."""

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


def answers(**more):
    """Return good answers for each page."""
    return {
        "activity": {"activity": "project.service", "second_category": ""},
        "about": {
            "title": "Ремонт водогону",
            "description": "Старі труби течуть.",
            "text_language": "uk",
            "topics_env": ["env.water"],
        },
        "levels": {"importance_env_water": "3", "level_env_water": "4"},
        "time": day("window_start", soon(30))
        | day("window_end", soon(300))
        | {
            "overlap_days": "30",
            "effort_days": "40",
            "commitment_months": "",
            "places": "1",
            "minimum": "",
        },
        "setting": {"settings": ["remote"], "languages": ["uk", "en"], "interpretation": "yes"},
        "visibility": {
            "low_profile": "y",
            "veto_names": "Somewhere\nElsewhere, NL",
            "wish_names": "Helpstad\n\nHelpstad",
        },
        "impact": {"light_need_benefit": "amber", "sentence_need_benefit": "Не всі."},
    } | more


def start(browser, category="project", **more):
    """Open a draft and return the address of its second page."""
    answer = browser.post("/needs/new", {"category": category}, **more)
    assert answer.status_code == 303, answer.text
    return answer.location


def walk(browser, **more):
    """Answer every page; return the addresses the pages led to, the summary last."""
    place, seen = start(browser), []
    for page, fields in answers(**more).items():
        assert place.endswith(f"/edit/{page}"), place
        assert browser.get(place).status_code == 200
        answer = browser.post(place, fields)
        assert answer.status_code == 303, answer.text
        seen.append(place)
        place = answer.location
    return [*seen, place]
