"""A case in words: what, for whom, why help from outside, what the town brings."""

from typing import Any

from flask_babel import gettext

from matchmaker.models import Need
from matchmaker.needs.summary import case_rows
from matchmaker.proposals.wording import size_band
from matchmaker.vocabulary import Category, Depth, Setting
from matchmaker.web import choices, showing

Row = dict[str, Any]


def case_of(need: Need) -> dict[str, Any]:
    """Return a case for its town and its coordinators."""
    for_whom, why, brings, teaches = case_rows(need)
    return {
        "line": need.line_en or "",
        "line_checked_at": need.line_checked_at,
        "what": [*_what(need), *_amounts(need)],
        "for_whom": for_whom["value"],
        "why": why["value"],
        "brings": brings["value"],
        "teaches": teaches["value"],
    }


def anonymous_case(need: Need) -> dict[str, Any]:
    """Return a case for the helper it is offered to; takes what the helper's envelope holds."""
    for_whom, why, brings, teaches = case_rows(need)
    return {
        "line": "",
        "line_checked_at": None,
        "what": _what(need),
        "for_whom": for_whom["value"],
        "why": why["value"],
        "brings": brings["value"],
        "teaches": teaches["value"],
    }


def _what(need: Need) -> list[Row]:
    town = need.municipality
    topics = [showing.topic_label(row.topic_code) for row in need.topics]
    rows: list[Row] = [
        {"key": gettext("Kind of help"), "value": showing.code_label(need.category, Category)},
        {"key": gettext("Activity"), "value": showing.activity_label(need.activity)},
        {"key": gettext("Topics"), "value": topics},
        {
            "key": gettext("Setting"),
            "value": [showing.code_label(code, Setting) for code in need.settings],
        },
        {"key": gettext("Period"), "value": _period(need)},
        {"key": gettext("Country"), "value": showing.country_name(town.country)},
        {"key": gettext("Size"), "value": size_band(town.population)},
    ]
    if need.category == Category.DIALOGUE:
        depth = {"key": gettext("Depth"), "value": showing.code_label(need.depth, Depth)}
        rows.insert(2, depth)
    return rows


def _period(need: Need) -> str:
    if need.window_start is None or need.window_end is None:
        return ""
    start, end = showing.show_date(need.window_start), showing.show_date(need.window_end)
    return gettext("%(start)s to %(end)s", start=start, end=end)


def _amounts(need: Need) -> list[Row]:
    """Return what only the town and its coordinators read of how much is asked."""
    return [
        {
            "key": gettext("Working languages"),
            "value": [showing.language_name(code) for code in need.languages],
        },
        {
            "key": gettext("Interpretation"),
            "value": gettext(choices.YES_NO_UNKNOWN[choices.truth_code(need.interpretation)]),
        },
        {"key": gettext("Working days of experts"), "value": _number(need.effort_days)},
        {"key": gettext("Months of co-operation"), "value": _number(need.commitment_months)},
    ]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
