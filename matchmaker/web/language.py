"""Which language and time zone a page is shown in."""

from zoneinfo import ZoneInfo, available_timezones

from flask import request, session
from flask_security import current_user

LANGUAGES = {"en": "English", "uk": "Українська", "ar": "العربية"}
"""Locale -> its own name; English first, the language of the source."""
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
SESSION_KEY = "locale"


def chosen_locale() -> str:
    """Return the locale: the switch, the person's setting, the browser's, or English."""
    choice = session.get(SESSION_KEY)
    if choice in LANGUAGES:
        return str(choice)
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    return request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def chosen_time_zone() -> str:
    """Return the reader's time zone; UTC where none is known."""
    zone = current_user.time_zone if current_user and current_user.is_authenticated else None
    return zone if zone in available_timezones() else "UTC"


def zone() -> ZoneInfo:
    """Return the reader's time zone as an object."""
    return ZoneInfo(chosen_time_zone())


def direction(locale: str) -> str:
    """Return 'rtl' or 'ltr' for a language tag."""
    return "rtl" if locale.split("-")[0].split("_")[0] in RIGHT_TO_LEFT else "ltr"


def switch_language() -> None:
    """Take a language chosen by a button, in whatever form it was pressed."""
    wanted = request.form.get("switch_language")
    if request.method == "POST" and wanted in LANGUAGES:
        session[SESSION_KEY] = wanted
