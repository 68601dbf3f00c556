"""A need in rows of questions and answers, for the last page of the form and for its own page."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from matchmaker.models import Need
from matchmaker.needs import steps
from matchmaker.needs.forms.impact import answer_text
from matchmaker.vocabulary import Category, Depth, Setting
from matchmaker.vocabulary.impact import AskedAt, asked
from matchmaker.web import choices, showing

Row = dict[str, Any]
CASE_PAGE = "case"


def sections_of(need: Need, *, change: bool, secrets: bool = True) -> list[tuple[str, list[Row]]]:
    """Return (title, rows) of each subject; with links to change an answer where asked.

    Without `secrets` it tells how many municipalities and countries are ruled out, and how many
    it knows already, never which.
    """
    builders = (
        ("activity", _kind),
        ("about", _about),
        ("time", _time),
        ("setting", _setting),
        ("visibility", _visibility),
        ("impact", _impact),
    )
    sections = [
        (gettext(steps.TITLES[page]), [_linked(need, page, row, change) for row in build(need)])
        for page, build in builders
    ]
    rows = _secrets(need) if secrets else _how_many_secrets(need)
    sections[-2][1].extend(_linked(need, "visibility", row, change) for row in rows)
    case = [_linked(need, CASE_PAGE, row, change) for row in case_rows(need)]
    return [*sections, (gettext("Your case"), [*case, *_line(need, change)])]


def _linked(need: Need, page: str, row: Row, change: bool) -> Row:
    page = row.pop("page", page)
    if change and page == CASE_PAGE:
        row["href"] = url_for("cases.present", public_id=need.public_id)
    elif change:
        row["href"] = url_for("needs.edit", public_id=need.public_id, step=page)
    return row


def case_rows(need: Need) -> list[Row]:
    """Return the coded answers of the case, which read the same in every language."""
    lessons = [showing.lesson_label(code) for code in need.teaches or ()]
    return [
        {"key": gettext("For whom"), "value": _case(need.for_whom)},
        {"key": gettext("Why help from outside"), "value": _case(need.why_outside)},
        {"key": gettext("What the town brings"), "value": _case(need.brings)},
        {"key": gettext("What the town can teach"), "value": lessons},
    ]


def _case(codes: list[str] | None) -> list[str]:
    return [showing.case_label(code) for code in codes or ()]


def _line(need: Need, change: bool) -> list[Row]:
    line = {"key": gettext("In one line of English"), "value": need.line_en or "", "lang": "en"}
    return [_linked(need, CASE_PAGE, line, change)]


def _kind(need: Need) -> list[Row]:
    rows: list[Row] = [
        {
            "key": gettext("Kind of help"),
            "value": showing.code_label(need.category, Category),
            "page": "category",
        },
        {"key": gettext("Activity"), "value": showing.activity_label(need.activity)},
    ]
    if need.category == Category.DIALOGUE:
        rows.append({"key": gettext("Depth"), "value": showing.code_label(need.depth, Depth)})
    if need.second_category:
        label = showing.code_label(need.second_category, Category)
        rows.append({"key": gettext("Second kind of help"), "value": label})
    return rows


def _about(need: Need) -> list[Row]:
    topics = [
        gettext(
            "%(topic)s (%(importance)s; level %(level)s)",
            topic=showing.topic_label(row.topic_code),
            importance=gettext(choices.IMPORTANCE[str(row.importance)]),
            level=row.level,
        )
        for row in need.topics
    ]
    return [
        {"key": gettext("Title"), "value": need.title, "lang": need.text_language},
        {"key": gettext("Description"), "value": need.description, "lang": need.text_language},
        {"key": gettext("Topics"), "value": topics, "page": "levels" if topics else "about"},
    ]


def _time(need: Need) -> list[Row]:
    return [
        {"key": gettext("From"), "value": showing.show_date(need.window_start)},
        {"key": gettext("Until"), "value": showing.show_date(need.window_end)},
        {"key": gettext("Least overlap in days"), "value": str(need.overlap_days)},
        {"key": gettext("Working days of experts"), "value": _number(need.effort_days)},
        {"key": gettext("Months of co-operation"), "value": _number(need.commitment_months)},
        {"key": gettext("Helpers at most"), "value": str(need.places)},
        {"key": gettext("Helpers at least"), "value": str(need.minimum or 1)},
    ]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _setting(need: Need) -> list[Row]:
    return [
        {
            "key": gettext("Settings"),
            "value": [showing.code_label(code, Setting) for code in need.settings],
        },
        {
            "key": gettext("Working languages"),
            "value": [showing.language_name(code) for code in need.languages],
        },
        {"key": gettext("Interpretation"), "value": _truth(need.interpretation)},
    ]


def _truth(value: bool | None) -> str:
    return gettext(choices.YES_NO_UNKNOWN[choices.truth_code(value)])


def _visibility(need: Need) -> list[Row]:
    rows: list[Row] = [
        {"key": gettext("Local governments only"), "value": _truth(need.low_profile)},
        {"key": gettext("No publicity"), "value": _truth(need.no_publicity)},
        {"key": gettext("Hidden for now"), "value": _truth(need.hidden)},
    ]
    if need.depth == Depth.HEART:
        rows.append({"key": gettext("All parties consent"), "value": _truth(need.consent)})
    if need.tie_waiver:
        rows.append({"key": gettext("Without a recorded partnership too"), "value": _truth(True)})
    if need.category == Category.LOBBY:
        rows.append({"key": gettext("Urgent"), "value": _truth(need.urgent)})
    return rows


def _impact(need: Need) -> list[Row]:
    """Return the short questions with what the town says; an open one is named as such."""
    said = {row.question: row for row in need.impact}
    rows: list[Row] = []
    for one in asked(AskedAt.NEED, need.activity):
        row = said.get(one.code)
        rows.append(
            {
                "key": gettext(one.question),
                "value": answer_text(row.light if row else ""),
                "note": row.sentence if row else "",
            }
        )
    return rows


def _secrets(need: Need) -> list[Row]:
    """Return whom the municipality knows, whom it rules out, and names that mean no place."""
    wishes, countries = need.wish_names or [], map(showing.country_name, need.veto_countries)
    rows = [
        {"key": gettext("Would like to work with (secret)"), "value": wishes},
        {"key": gettext("Must not help (secret)"), "value": [*need.veto_names, *countries]},
    ]
    unknown = showing.names_of_no_place(dict.fromkeys([*wishes, *need.veto_names]))
    if unknown:
        rows.append({"key": gettext("Names we do not know"), "value": unknown})
    return rows


def _how_many_secrets(need: Need) -> list[Row]:
    counts = (
        (gettext("Would like to work with"), len(need.wish_names or ())),
        (gettext("Must not help"), len(need.veto_names) + len(need.veto_countries)),
    )
    return [
        {"key": key, "value": ngettext("%(num)d was noted", "%(num)d were noted", count)}
        for key, count in counts
        if count
    ]
