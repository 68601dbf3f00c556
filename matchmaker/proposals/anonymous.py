"""What one side may read of the other before both have accepted: no name, no free text."""

from typing import Any

from flask_babel import gettext

from matchmaker.access.envelopes import Envelope, through
from matchmaker.models import Need, Offer
from matchmaker.needs.summary import case_rows
from matchmaker.proposals.wording import size_band
from matchmaker.vocabulary import Category, Depth, Mandate, Publicity, Setting
from matchmaker.web import showing

Row = dict[str, Any]


def need_rows(need: Need) -> list[Row]:
    """Return what a helper may read of a need that is offered to it."""
    need = through(need, Envelope.HELPER)
    rows: list[Row] = [
        *_place(need),
        {"key": gettext("Kind of help"), "value": showing.code_label(need.category, Category)},
        {"key": gettext("Activity"), "value": showing.activity_label(need.activity)},
        {
            "key": gettext("Topics"),
            "value": [showing.topic_label(topic.topic_code) for topic in need.topics],
        },
        {"key": gettext("Setting"), "value": _settings(need)},
        {"key": gettext("Period"), "value": _period(need)},
    ]
    rows += [row for row in case_rows(need) if row["value"]]
    if need.category == Category.DIALOGUE:
        depth = {"key": gettext("Depth"), "value": showing.code_label(need.depth, Depth)}
        rows.insert(4, depth)
    return rows


def offer_rows(offer: Offer) -> list[Row]:
    """Return what an asking municipality may read of a helper that has accepted."""
    offer = through(offer, Envelope.HELPER)
    rows: list[Row] = [
        *_place(offer),
        {"key": gettext("Kind of help"), "value": showing.code_label(offer.category, Category)},
        {
            "key": gettext("Activities"),
            "value": [showing.activity_label(one.activity) for one in offer.activities],
        },
        {
            "key": gettext("Topics"),
            "value": [showing.topic_label(topic.topic_code) for topic in offer.topics],
        },
        {"key": gettext("Setting"), "value": _settings(offer)},
        {"key": gettext("Period"), "value": _period(offer)},
        {
            "key": gettext("Languages"),
            "value": [showing.language_name(code) for code in offer.languages],
        },
        {"key": gettext("Mandate"), "value": showing.code_label(offer.mandate, Mandate)},
    ]
    if offer.publicity:
        wish = showing.code_label(offer.publicity, Publicity)
        rows.append({"key": gettext("Publicity"), "value": wish})
    if offer.effort_days is not None:
        rows.insert(-1, {"key": gettext("Working days"), "value": str(offer.effort_days)})
    if offer.learns:
        lessons = [showing.lesson_label(code) for code in offer.learns]
        rows.append({"key": gettext("Would like to learn"), "value": lessons})
    return rows


def _place(row: Need | Offer) -> list[Row]:
    town = row.municipality
    return [
        {"key": gettext("Country"), "value": showing.country_name(town.country)},
        {"key": gettext("Size"), "value": size_band(town.population)},
    ]


def _settings(row: Need | Offer) -> list[str]:
    return [showing.code_label(code, Setting) for code in row.settings]


def _period(row: Need | Offer) -> str:
    return gettext(
        "%(start)s to %(end)s",
        start=showing.show_date(row.window_start),
        end=showing.show_date(row.window_end),
    )
