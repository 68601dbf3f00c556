"""Which language and time zone a page is shown in."""

from zoneinfo import ZoneInfo, available_timezones

from flask import Response, g, request, session
from flask_security import current_user
from sqlalchemy import update

from matchmaker.models import User
from matchmaker.unit_of_work import Work, transaction

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
        session[SESSION_KEY] = g.language_pressed = wanted


def keep_language(response: Response) -> Response:
    """Keep a language that was chosen by a button with the account, for mails and other devices.

    Done after the answer, so that a request that was refused (no token) keeps nothing.
    """
    wanted = g.pop("language_pressed", None)
    if wanted and response.status_code < 400 and current_user.is_authenticated:
        user_id, known = current_user.id, current_user.locale
        if wanted != known:
            with transaction() as work:
                work.session.execute(update(User).where(User.id == user_id).values(locale=wanted))
    return response


def keep_first_language(work: Work, user_id: int) -> None:
    """Keep what was chosen before signing in where the account has no language yet.

    One it has stays: the choice may be that of whoever used the browser before.
    """
    choice = session.get(SESSION_KEY)
    if choice in LANGUAGES:
        empty = User.id == user_id, User.locale.is_(None)
        work.session.execute(update(User).where(*empty).values(locale=choice))
