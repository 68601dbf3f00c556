"""How codes, dates and places are shown: the template filters."""

from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import format_decimal, get_locale, gettext

from matchmaker.vocabulary import ACTIVITIES, GROUPS, TOPICS
from matchmaker.web.language import chosen_time_zone, direction, zone

DATE_STYLES = {"en": "en_GB"}
"""Locale -> the locale whose way of writing dates is used; the rest use their own."""


def _date_style() -> str:
    locale = str(get_locale() or "en")
    return DATE_STYLES.get(locale, locale)


def show_moment(moment: datetime | None) -> str:
    """Show a moment in the reader's time zone, and name the zone."""
    if moment is None:
        return ""
    shown = format_datetime(moment, "medium", tzinfo=zone(), locale=_date_style())
    return f"{shown} ({chosen_time_zone()})"


def show_date(day: date | None) -> str:
    """Show a date in the reader's language."""
    return "" if day is None else format_date(day, "long", _date_style())


def show_number(value: float, digits: int = 2) -> str:
    """Show a number with so many decimals."""
    return str(format_decimal(round(value, digits)))


def show_percent(value: float) -> str:
    """Show a value in [0, 1] as a whole percentage."""
    return f"{format_decimal(round(100 * value))}\u00a0%"


def country_name(code: str | None) -> str:
    """Show a country code in the reader's language."""
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code or "", code or ""))


def language_name(code: str) -> str:
    """Show a language code in the reader's language."""
    locale = get_locale() or Locale("en")
    return str(locale.languages.get(code, code))


def activity_label(code: str | None) -> str:
    """Show an activity."""
    return gettext(ACTIVITIES[code].label) if code in ACTIVITIES else (code or "")


def topic_label(code: str) -> str:
    """Show a topic."""
    return gettext(TOPICS[code].label) if code in TOPICS else code


def group_label(code: str) -> str:
    """Show a group of topics."""
    return gettext(GROUPS[code]) if code in GROUPS else code


def code_label(code: Any, codes: Any) -> str:
    """Show a code of an enumeration of the vocabulary."""
    return gettext(codes(code).label) if code else ""


def init_filters(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        moment=show_moment,
        day=show_date,
        number=show_number,
        percent=show_percent,
        country=country_name,
        language=language_name,
        activity=activity_label,
        topic=topic_label,
        topic_group=group_label,
        label=code_label,
        direction=direction,
    )
