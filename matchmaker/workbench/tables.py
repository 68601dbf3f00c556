"""The lists of a round as tables for a file: the rows of the screen, in the reader's envelope."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.exchange.cells import safe_cell
from matchmaker.exchange.sentences import REASONS, UNUSED_REASONS
from matchmaker.models import Need, Offer, Round
from matchmaker.proposals.wording import signature_reason
from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import N_, Category, Criterion, Policy, ProposalStatus, UnknownAs
from matchmaker.web import showing
from matchmaker.workbench import lists
from matchmaker.workbench.lists import ListFilter

Row = list[object]


@dataclass(frozen=True)
class Sheet:
    """One table: its title, the names of its columns, and its rows."""

    title: str
    header: list[str]
    rows: list[Row]


def proposals(session: Session, actor: Actor, round_: Round, by: ListFilter) -> Sheet:
    """Return the proposals as the list shows them."""
    header = [
        gettext("Asks for help"),
        gettext("Country"),
        gettext("Need"),
        gettext("Kind of help"),
        gettext("Activity"),
        gettext("Offers help"),
        gettext("Country"),
        gettext("Offer"),
        gettext("Score, of 100"),
        gettext("Status"),
        gettext("Signatures given"),
        gettext("Signatures asked"),
        gettext("Why two signatures are asked"),
    ]
    rows: list[Row] = []
    for one, given in session.execute(lists.proposals(round_.id, actor, by)).all():
        reasons = " ".join(signature_reason(code) for code in one.signature_reasons)
        rows.append(
            [
                *_side(one.need),
                showing.code_label(one.need.category, Category),
                showing.activity_label(one.need.activity),
                *_side(one.offer),
                round(100 * one.score, 1),
                showing.code_label(one.status, ProposalStatus),
                given,
                one.required_signatures,
                reasons,
            ]
        )
    return Sheet(gettext("Proposals"), header, rows)


def unmatched(session: Session, actor: Actor, round_: Round, by: ListFilter) -> Sheet:
    """Return the needs that were left, each with its reason."""
    header = [
        gettext("Municipality"),
        gettext("Country"),
        gettext("Need"),
        gettext("Kind of help"),
        gettext("Activity"),
        gettext("Reason"),
    ]
    rows: list[Row] = [
        [
            *_side(one.need),
            showing.code_label(one.need.category, Category),
            showing.activity_label(one.need.activity),
            gettext(REASONS[one.reason_code]) if one.reason_code in REASONS else "",
        ]
        for one in session.scalars(lists.needs_left(round_.id, actor, by))
    ]
    return Sheet(gettext("Needs without a proposal"), header, rows)


def unused(session: Session, actor: Actor, round_: Round, by: ListFilter) -> Sheet:
    """Return the offers that are not used, each with its reason."""
    header = [
        gettext("Municipality"),
        gettext("Country"),
        gettext("Offer"),
        gettext("Kind of help"),
        gettext("Places"),
        gettext("Reason"),
    ]
    rows: list[Row] = [
        [
            *_side(one.offer),
            showing.code_label(one.offer.category, Category),
            one.places,
            gettext(UNUSED_REASONS.get(one.reason_code or "", REASONS["not_needed"])),
        ]
        for one in session.scalars(lists.offers_unused(round_.id, actor, by))
    ]
    return Sheet(gettext("Offers not used"), header, rows)


def figures(session: Session, actor: Actor, round_: Round, by: ListFilter) -> Sheet:
    """Return the figures of the result."""
    summary = round_.summary
    rows: list[Row] = [
        [gettext("Needs"), summary["n_needs"]],
        [gettext("Needs served"), summary["served"]],
        [gettext("Proposals"), summary["n_proposals"]],
        [gettext("Offers in the round"), summary["n_offers"]],
        [gettext("Pairs that meet all conditions"), summary["n_candidates"]],
        [gettext("Aim"), showing.code_label(summary["policy"], Policy)],
        [gettext("Total of the scores"), round(summary["total"], 9)],
        [gettext("Input"), round_.snapshot_digest],
        [gettext("Settings of the round"), round_.settings_digest],
        [gettext("Result"), round_.result_digest],
        [gettext("Version of the model"), round_.matching_version],
    ]
    return Sheet(gettext("Figures"), [gettext("Figure"), gettext("Value")], rows)


def settings(session: Session, actor: Actor, round_: Round, by: ListFilter) -> Sheet:
    """Return the settings in words; what names single needs and offers is counted only."""
    own = settings_of(round_)
    rules = own.matching
    rows: list[Row] = [
        [f"{gettext(Category(kind).label)}: {gettext(Criterion(what).label)}", weight]
        for kind, weights in rules.weights.items()
        for what, weight in weights.items()
    ]
    rows += [
        [gettext("Aim"), showing.code_label(rules.policy, Policy)],
        [gettext("Least score of a proposal"), rules.minimum_score],
        [gettext("Points for a pair of the last round"), round(100 * rules.keep_bonus, 9)],
        [gettext("What is not known"), showing.code_label(rules.unknown_as, UnknownAs)],
        [gettext("Two signatures below a score of"), own.low_score],
        [gettext("Two signatures always"), _yes_no(own.always_two)],
        [gettext("Offers from other associations"), _yes_no(own.offers_from_elsewhere)],
        [gettext("Pairs fixed by hand"), len(own.fixed)],
        [gettext("Pairs preferred by hand"), len(rules.tied)],
        [gettext("Needs that must be served"), len(rules.must_serve)],
        [gettext("Rules for groups"), len(rules.rules) + len(rules.balances)],
        *([gettext("Floors and caps"), floor_text(one)] for one in own.floors),
    ]
    return Sheet(
        gettext("Settings of the round"), [gettext("Setting of the round"), gettext("Value")], rows
    )


TABLES: dict[str, Callable[[Session, Actor, Round, ListFilter], Sheet]] = {
    "proposals": proposals,
    "unmatched": unmatched,
    "unused": unused,
    "figures": figures,
    "settings": settings,
}
NAMES = {
    "proposals": N_("Proposals"),
    "unmatched": N_("Needs without a proposal"),
    "unused": N_("Offers not used"),
    "figures": N_("Figures"),
    "settings": N_("Settings of the round"),
}


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return the tables as XLSX; no cell is a formula or a link, no property names anybody."""
    import xlsxwriter  # takes a moment to load and is rarely wanted

    out = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True})
    for number, sheet in enumerate(sheets, start=1):
        page = book.add_worksheet(f"{number}")
        page.write_string(0, 0, sheet.title, bold)
        for at, name in enumerate(sheet.header):
            page.write_string(1, at, name, bold)
        for line, row in enumerate(sheet.rows, start=2):
            for at, value in enumerate(row):
                _write(page, line, at, safe_cell(value))
    book.close()
    return out.getvalue()


def _write(page: Any, line: int, at: int, value: object) -> None:
    if isinstance(value, int | float):
        page.write_number(line, at, value)
    else:
        page.write_string(line, at, str(value))


def _side(row: Need | Offer) -> Row:
    """Return municipality, country and title as the reader may see them."""
    country = showing.country_name(row.municipality.country)
    return [showing.side_name(row), country, showing.side_title(row)]


def _yes_no(answer: bool) -> str:
    return gettext("yes") if answer else gettext("no")
