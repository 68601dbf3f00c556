"""An offer in rows of questions and answers, for the last page of the form and for its own page."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from matchmaker.models import Offer
from matchmaker.offers import steps
from matchmaker.vocabulary import (
    N_,
    Category,
    Depth,
    Mandate,
    Motive,
    OfferStatus,
    Publicity,
    Setting,
)
from matchmaker.web import choices, showing

Row = dict[str, Any]


def sections_of(offer: Offer, *, change: bool) -> list[tuple[str, list[Row]]]:
    """Return (title, rows) of each subject; with links to change an answer where asked."""
    builders = (
        ("activities", _kind),
        ("about", _about),
        ("time", _time),
        ("setting", _setting),
        ("knowledge", _context),
        ("mandate", _mandate),
        ("ready", _ready),
    )
    return [
        (gettext(steps.TITLES[page]), [_linked(offer, page, row, change) for row in build(offer)])
        for page, build in builders
    ]


def _linked(offer: Offer, page: str, row: Row, change: bool) -> Row:
    page = row.pop("page", page)
    if change:
        row["href"] = url_for("offers.edit", public_id=offer.public_id, step=page)
    return row


def _kind(offer: Offer) -> list[Row]:
    kinds = [showing.code_label(code, Category) for code in steps.categories_of(offer)]
    rows: list[Row] = [
        {"key": gettext("Kind of help"), "value": kinds, "page": "category"},
        {
            "key": gettext("Activities"),
            "value": [showing.activity_label(row.activity) for row in offer.activities],
        },
        {
            "key": gettext("Done before"),
            "value": [_times(row.activity, row.times) for row in offer.activities],
            "page": "experience",
        },
    ]
    if Category.DIALOGUE in steps.categories_of(offer):
        depths = [showing.code_label(code, Depth) for code in offer.depths]
        rows.append({"key": gettext("Depth"), "value": depths, "page": "experience"})
    return rows


def _times(activity: str, times: int | None) -> str:
    name = showing.activity_label(activity)
    if times is None:
        return gettext("%(activity)s: not known", activity=name)
    return ngettext(
        "%(activity)s: %(num)s time", "%(activity)s: %(num)s times", times, activity=name
    )


def _about(offer: Offer) -> list[Row]:
    topics = [
        gettext(
            "%(topic)s (level: %(level)s)",
            topic=showing.topic_label(row.topic_code),
            level=row.level or gettext("not stated"),
        )
        for row in offer.topics
    ]
    return [
        {"key": gettext("Title"), "value": offer.title, "lang": offer.text_language},
        {"key": gettext("Description"), "value": offer.description, "lang": offer.text_language},
        {"key": gettext("Topics"), "value": topics, "page": "levels" if topics else "about"},
        {
            "key": gettext("Would like to learn"),
            "value": [showing.lesson_label(code) for code in offer.learns or ()],
        },
    ]


def _time(offer: Offer) -> list[Row]:
    return [
        {"key": gettext("From"), "value": showing.show_date(offer.window_start)},
        {"key": gettext("Until"), "value": showing.show_date(offer.window_end)},
        {"key": gettext("Working days of experts"), "value": _number(offer.effort_days)},
        {"key": gettext("Months of co-operation"), "value": _number(offer.commitment_months)},
        {"key": gettext("Municipalities at the same time"), "value": str(offer.places)},
    ]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _setting(offer: Offer) -> list[Row]:
    known = [showing.language_name(code) for code in offer.context_languages or ()]
    return [
        {
            "key": gettext("Settings"),
            "value": [showing.code_label(code, Setting) for code in offer.settings],
        },
        {
            "key": gettext("Working languages"),
            "value": [showing.language_name(code) for code in offer.languages],
        },
        {
            "key": gettext("Interpretation"),
            "value": gettext(choices.YES_NO_UNKNOWN[choices.truth_code(offer.interpretation)]),
        },
        {
            "key": gettext("Further languages of staff"),
            "value": known or _unstated(offer.context_languages is not None),
        },
    ]


def _unstated(stated: bool) -> str:
    return gettext("None") if stated else gettext("Not stated")


def _context(offer: Offer) -> list[Row]:
    areas = [
        _joined(
            row.region,
            showing.country_name(row.country),
            _last_year(row.last_year),
            gettext("staff still serve") if row.staff else "",
        )
        for row in offer.areas
    ]
    deliveries = [
        _joined(
            row.partner.name if row.partner else "",
            row.region,
            showing.country_name(row.country),
            *(showing.topic_label(code) for code in row.topics),
        )
        for row in offer.deliveries
    ]
    return [
        {"key": gettext("Earlier work"), "value": areas or _unstated(offer.areas_stated)},
        {
            "key": gettext("On the ground"),
            "value": deliveries or _unstated(offer.delivery_stated),
            "page": "partners",
        },
        {
            "key": gettext("A partner organisation takes part"),
            "value": gettext("Yes") if offer.involves_partner else gettext("No"),
            "page": "partners",
        },
    ]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _last_year(year: int | None) -> str:
    return "" if year is None else gettext("last in %(year)s", year=year)


def _mandate(offer: Offer) -> list[Row]:
    rows: list[Row] = [
        {"key": gettext("Mandate"), "value": showing.code_label(offer.mandate, Mandate)}
    ]
    if offer.mandate == Mandate.CONDITIONAL:
        chance = offer.mandate_chance
        rows += [
            {
                "key": gettext("Chance of a yes"),
                "value": "" if chance is None else showing.show_percent(chance),
            },
            {"key": gettext("Decision until"), "value": showing.show_date(offer.mandate_lapses)},
        ]
    wishes = offer.wish_names or []
    countries = [showing.country_name(code) for code in offer.veto_countries]
    rows.append({"key": gettext("Would like to work with (secret)"), "value": wishes})
    rows.append({"key": gettext("Cannot help (secret)"), "value": [*offer.veto_names, *countries]})
    unknown = showing.names_of_no_place(dict.fromkeys([*wishes, *offer.veto_names]))
    if unknown:
        rows.append({"key": gettext("Names we do not know"), "value": unknown})
    return rows


def _ready(offer: Offer) -> list[Row]:
    return [
        {
            "key": gettext("An official whose job this is"),
            "value": gettext(choices.YES_NO_UNKNOWN[choices.truth_code(offer.staffed)]),
        },
        {
            "key": gettext("Motives"),
            "value": [showing.code_label(code, Motive) for code in offer.motives],
        },
        {"key": gettext("Publicity"), "value": showing.code_label(offer.publicity, Publicity)},
    ]


STATUS_KINDS = {
    OfferStatus.DRAFT: "neutral",
    OfferStatus.SUBMITTED: "waiting",
    OfferStatus.RETURNED: "warning",
    OfferStatus.VERIFIED: "good",
    OfferStatus.OPEN: "good",
    OfferStatus.FULL: "info",
    OfferStatus.PAUSED: "warning",
    OfferStatus.LAPSED: "bad",
    OfferStatus.CLOSED: "neutral",
    OfferStatus.WITHDRAWN: "neutral",
}

NEXT_STEPS = {
    OfferStatus.DRAFT: N_("Only your municipality sees this draft. Continue where you left it."),
    OfferStatus.SUBMITTED: N_("A coordinator reads it next and verifies it or asks a question."),
    OfferStatus.RETURNED: N_("Answer the question by changing the offer, then submit it again."),
    OfferStatus.VERIFIED: N_("It opens as soon as its mandate is in force."),
    OfferStatus.OPEN: N_("It takes part in matching rounds. We ask you before anything is agreed."),
    OfferStatus.FULL: N_("All places are taken. It opens again when one becomes free."),
    OfferStatus.PAUSED: N_("It takes part in no round until you open it again."),
    OfferStatus.LAPSED: N_("The council did not decide in time. Renew the mandate and submit it."),
    OfferStatus.CLOSED: N_(
        "This offer is closed and takes part in no round any more. To offer help again, use it as"
        " a start for a new one."
    ),
    OfferStatus.WITHDRAWN: N_(
        "You have withdrawn this offer: it takes part in no round any more. To offer help again,"
        " use it as a start for a new one."
    ),
}

COORDINATOR_STEPS = {
    OfferStatus.OPEN: N_("It takes part in the rounds of associations."),
    OfferStatus.FULL: N_("All its places are taken. It opens again when one becomes free."),
    OfferStatus.LAPSED: N_("The council did not decide in time. The municipality can renew it."),
    OfferStatus.CLOSED: N_("This offer is closed. There is nothing left to do."),
    OfferStatus.WITHDRAWN: N_(
        "The municipality has withdrawn this offer. There is nothing left to do."
    ),
}
WITHDRAWN_DRAFT = N_("You have withdrawn this draft. You can post another offer at any time.")


def status_kind(status: str) -> str:
    """Return the kind of the tag that shows a status."""
    return STATUS_KINDS[OfferStatus(status)]


def next_step(offer: Offer, told: str, is_owner: bool) -> str:
    """Say what happens next, in the reader's language; empty where there is nothing to say.

    `told` is the status as the reader may know it (`offers.told`).
    """
    status = OfferStatus(told)
    if not is_owner:
        return gettext(COORDINATOR_STEPS[status]) if status in COORDINATOR_STEPS else ""
    if status == OfferStatus.WITHDRAWN and offer.submitted_at is None:
        return gettext(WITHDRAWN_DRAFT)
    return gettext(NEXT_STEPS[status])
