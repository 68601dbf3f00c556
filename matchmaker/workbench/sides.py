"""Both sides of a match on paper, in the envelope that the reader holds, or without names."""

from flask_babel import gettext

from matchmaker.access.envelopes import Envelope
from matchmaker.models import Need, Offer
from matchmaker.proposals.wording import isolated, size_band
from matchmaker.vocabulary import Category, Depth, Mandate, Setting
from matchmaker.web import showing
from matchmaker.workbench.texts import Texts

Rows = list[tuple[str, list[str]]]
MOST_TOPICS = 5
MOST_LANGUAGES = 6


def rows_of_town(texts: Texts, row: Need | Offer, may: Envelope) -> Rows:
    """Say which municipality: its name, to boards its region too, else country and size alone."""
    town = row.municipality
    if showing.is_elsewhere(town):
        name = texts.say("outside")
    elif may < Envelope.AGREED:
        name = texts.say("left_out")
    else:
        region = town.region if may >= Envelope.COORDINATOR else ""
        name = isolated(", ".join(one for one in (showing.own_name(town), region) if one))
    return [
        (texts.say("town"), [name]),
        (texts.label(gettext("Country")), [showing.country_name(town.country)]),
        (texts.label(gettext("Size")), [texts.label(size_band(town.population))]),
    ]


def rows_of_need(texts: Texts, need: Need) -> Rows:
    """Say what is asked, in codes only: titles and descriptions may name people and places."""
    word = texts.label
    rows = [
        (word(gettext("Kind of help")), [word(showing.code_label(need.category, Category))]),
        (word(gettext("Activity")), [word(showing.activity_label(need.activity))]),
        (word(gettext("Setting")), [_list(texts, _settings(texts, need))]),
        (word(gettext("Period")), [_period(need)]),
        (
            word(gettext("Topics")),
            _few(
                texts,
                [
                    texts.say(
                        "level", topic=word(showing.topic_label(one.topic_code)), level=one.level
                    )
                    for one in sorted(need.topics, key=lambda t: (-t.importance, t.topic_code))
                ],
            ),
        ),
    ]
    if need.category == Category.DIALOGUE:
        depth = word(showing.code_label(need.depth, Depth)) or texts.say("not_stated")
        rows.insert(2, (word(gettext("Depth")), [depth]))
    return rows


def rows_of_offer(texts: Texts, offer: Offer, need: Need) -> Rows:
    """Say what is offered, as far as it concerns the need."""
    word = texts.label
    asked = {one.topic_code for one in need.topics}
    days = texts.say("not_stated") if offer.effort_days is None else str(offer.effort_days)
    spoken = [showing.language_name(code) for code in offer.languages[:MOST_LANGUAGES]]
    return [
        (word(gettext("Kind of help")), [word(showing.code_label(offer.category, Category))]),
        (word(gettext("Setting")), [_list(texts, _settings(texts, offer))]),
        (word(gettext("Period")), [_period(offer)]),
        (word(gettext("Languages")), [_list(texts, spoken)]),
        (word(gettext("Working days")), [days]),
        (
            word(gettext("Topics")),
            _few(
                texts,
                [
                    word(showing.topic_label(one.topic_code))
                    for one in sorted(
                        offer.topics, key=lambda t: (t.topic_code not in asked, t.topic_code)
                    )
                ],
            ),
        ),
    ]


def mandate_lines(texts: Texts, offer: Offer, may: Envelope) -> list[str]:
    """Say how the helping council stands; chance and day to itself and to boards in scope only."""
    lines = [texts.label(showing.code_label(offer.mandate, Mandate)) or texts.say("not_stated")]
    closed = may < Envelope.COORDINATOR or showing.is_elsewhere(offer.municipality)
    if offer.mandate == Mandate.CONDITIONAL and not closed:
        chance = texts.say("not_stated")
        if offer.mandate_chance is not None:
            chance = showing.show_percent(offer.mandate_chance)
        lines.append(texts.say("chance", chance=chance))
        if offer.mandate_lapses is not None:
            lines.append(texts.say("lapses", day=showing.show_date(offer.mandate_lapses)))
    return lines


def _few(texts: Texts, names: list[str]) -> list[str]:
    """Return the first of many, and how many more there are."""
    if not names:
        return [texts.say("not_stated")]
    more = len(names) - MOST_TOPICS
    return names[:MOST_TOPICS] + ([texts.say("more", n=more)] if more > 0 else [])


def _list(texts: Texts, names: list[str]) -> str:
    comma = "، " if texts.language == "ar" else ", "
    return comma.join(names) or texts.say("not_stated")


def _settings(texts: Texts, row: Need | Offer) -> list[str]:
    return [texts.label(showing.code_label(code, Setting)) for code in row.settings]


def _period(row: Need | Offer) -> str:
    return f"{showing.show_date(row.window_start)} – {showing.show_date(row.window_end)}"
