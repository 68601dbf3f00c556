"""How codes, dates and places are shown: the template filters."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from flask import Flask
from flask_babel import format_decimal, get_locale, gettext

from matchmaker.access.scope import covers
from matchmaker.models import (
    Association,
    Municipality,
    Need,
    Offer,
    PartnerOrganisation,
    Proposal,
)
from matchmaker.places.typed import unknown_names
from matchmaker.vocabulary import ACTIVITIES, CASE, GROUPS, LESSONS, N_, TOPICS, Role
from matchmaker.web.actor import current_actor
from matchmaker.web.device import device_text
from matchmaker.web.language import chosen_time_zone, direction, zone

DATE_STYLES = {"en": "en_GB"}
"""Locale -> the locale whose way of writing dates is used; the rest use their own."""
DATE_PATTERNS = {"uk": "d MMMM y 'року'"}
"""Locale -> the pattern of a date, where the locale's own ends in a full stop (2027 р.): sentences
add one of their own."""
LANGUAGE_NAMES = {("uk", "rom"): "ромська", ("ar", "rom"): "لغة الروما"}
"""Names of languages where those of the locale data slight the people who speak them."""


def _date_style() -> str:
    locale = str(get_locale() or "en")
    return DATE_STYLES.get(locale, locale)


def show_moment(moment: datetime | None) -> str:
    """Show a moment in the reader's time zone, to the minute, and name the zone."""
    if moment is None:
        return ""
    local, style = moment.astimezone(zone()), _date_style()
    joined = str(get_datetime_format("medium", locale=style))
    at = format_time(local, "short", locale=style)
    shown = joined.replace("'", "").replace("{0}", at).replace("{1}", show_date(local.date()))
    return f"{shown} ({chosen_time_zone()})"


def show_date(day: date | None) -> str:
    """Show a date in the reader's language."""
    if day is None:
        return ""
    style = _date_style()
    return format_date(day, DATE_PATTERNS.get(style, "long"), style)


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


def names_of_no_place(names: Iterable[str]) -> list[str]:
    """Warn of the names that no place and no country known to us bears, whoever takes part."""
    warning = N_(
        "We know no place called “%(name)s”. Write its name as the place itself writes it, or in "
        "English."
    )
    return [gettext(warning, name=f"{FSI}{name}{PDI}") for name in unknown_names(names)]


def language_name(code: str) -> str:
    """Show a language code in the reader's language."""
    locale = get_locale() or Locale("en")
    own = LANGUAGE_NAMES.get((locale.language, code))
    return own or str(locale.languages.get(code, code))


def activity_label(code: str | None) -> str:
    """Show an activity."""
    return gettext(ACTIVITIES[code].label) if code in ACTIVITIES else (code or "")


def topic_label(code: str) -> str:
    """Show a topic."""
    return gettext(TOPICS[code].label) if code in TOPICS else code


def lesson_label(code: str) -> str:
    """Show what a town can teach and a helper may want to learn."""
    return gettext(LESSONS[code].label) if code in LESSONS else code


def case_label(code: str) -> str:
    """Show an answer of the case file."""
    return gettext(CASE[code].label) if code in CASE else code


def group_label(code: str) -> str:
    """Show a group of topics."""
    return gettext(GROUPS[code]) if code in GROUPS else code


def code_label(code: Any, codes: Any) -> str:
    """Show a code of an enumeration of the vocabulary."""
    return gettext(codes(code).label) if code else ""


def own_name(organisation: Municipality | Association | PartnerOrganisation) -> str:
    """Show a name in the reader's script where it is known in it, else in Latin letters."""
    name, local = organisation.name, getattr(organisation, "local_name", None) or ""
    readers = _readers_script()
    for one, script in ((local, readers), (name, readers), (name, "Latn"), (local, "Latn")):
        if one and script_of(one) == script:
            return one
    return name


def other_name(town: Municipality) -> str:
    """Show the name of a municipality in its other script, where it is known in two."""
    names = (town.name, town.local_name or "")
    return names[0] if own_name(town) != names[0] else names[1]


def script_of(text: str) -> str:
    """Return the script of the first letter, as language tags write it; Latin without a letter."""
    for letter in text:
        if letter.isalpha():
            return SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], UNNAMED_SCRIPT)
    return "Latn"


def script_lang(text: str) -> str | None:
    """Return the language tag of a name in another script than the reader's, else None."""
    script = script_of(text)
    return None if script == _readers_script() else f"und-{script}"


def _readers_script() -> str:
    return READERS_SCRIPTS.get(str(get_locale() or "en").split("_")[0], "Latn")


def town_name(town: Municipality) -> str:
    """Show the name of a municipality; of one that is hidden now, to itself only."""
    return gettext(HIDDEN_TOWN) if is_hidden_from_reader(town) else own_name(town)


def local_town_name(town: Municipality) -> str:
    """Show the name in its other script, where there is one to be shown."""
    return "" if is_hidden_from_reader(town) else other_name(town)


def town_title(row: Need | Offer) -> str:
    """Show the title of a need or an offer; of a municipality that is hidden, to itself only."""
    return gettext("Not shown now") if is_hidden_from_reader(row.municipality) else row.title


def is_hidden_from_reader(town: Municipality) -> bool:
    """Tell whether a municipality has hidden itself and the reader does not act for it."""
    return town.hidden and current_actor().municipality_id != town.id


def is_elsewhere(town: Municipality) -> bool:
    """Tell whether a municipality lies outside the scope of the coordinator who reads."""
    actor = current_actor()
    return actor.role == Role.COORDINATOR and not covers(actor.scope, actor.sides, town)


def side_name(row: Need | Offer) -> str:
    """Show the municipality of a need or offer; to a coordinator by name within the scope only."""
    if is_elsewhere(row.municipality):
        return gettext("A municipality outside your scope")
    return town_name(row.municipality)


def pair_name(proposal: Proposal) -> str:
    """Show who would help whom; each name keeps its own direction inside the sentence."""
    offer, need = side_name(proposal.offer), side_name(proposal.need)
    return gettext("%(offer)s for %(need)s", offer=f"{FSI}{offer}{PDI}", need=f"{FSI}{need}{PDI}")


def side_title(row: Need | Offer) -> str:
    """Show the title of a need or an offer, unless it lies outside the reader's scope."""
    return "" if is_elsewhere(row.municipality) else town_title(row)


SCRIPTS = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "ETHIOPIC": "Ethi",
    "GREEK": "Grek",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Kore",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "TAMIL": "Taml",
    "THAI": "Thai",
    "MYANMAR": "Mymr",
    "KHMER": "Khmr",
}
UNNAMED_SCRIPT = "Zzzz"
"""How language tags write a script that is none of these: nobody's, so the Latin name is shown."""
READERS_SCRIPTS = {"uk": "Cyrl", "ar": "Arab"}
FSI, PDI = "\u2068", "\u2069"
"""Around a name in a sentence: like <bdi>, where no element can stand."""
HIDDEN_TOWN = N_("A municipality that is hidden now")


def init_filters(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        device=device_text,
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
        own_name=own_name,
        other_name=other_name,
        script_lang=script_lang,
        town_name=town_name,
        local_town_name=local_town_name,
        town_title=town_title,
        side_name=side_name,
        side_title=side_title,
        pair_name=pair_name,
        is_elsewhere=is_elsewhere,
        is_hidden_from_reader=is_hidden_from_reader,
    )
