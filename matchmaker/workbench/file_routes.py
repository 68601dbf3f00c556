"""What leaves a round as a file, its report, and the page where it is solved once more."""

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.exchange.cells import csv_text
from matchmaker.extensions import db
from matchmaker.models import Round
from matchmaker.proposals.queries import needs_by_key, offers_by_key
from matchmaker.proposals.wording import name_of_need, name_of_offer
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.workbench import export, repeat, tables
from matchmaker.workbench.beside import Paper, paper_in
from matchmaker.workbench.list_forms import (
    LeftForm,
    ListForm,
    ProposalForm,
    UnusedForm,
    form_of,
)
from matchmaker.workbench.lists import EVERYTHING, ListFilter
from matchmaker.workbench.overview_routes import load
from matchmaker.workbench.paper_routes import no_papers, paper_language
from matchmaker.workbench.pdf import NoPapers, are_papers_there, pdf_of
from matchmaker.workbench.report import facts_of_round
from matchmaker.workbench.report import report as write_report
from matchmaker.workbench.texts import LANGUAGES, texts_in

blueprint = Blueprint("files", __name__, url_prefix="/rounds")
FORMS: dict[str, type[ListForm]] = {
    "proposals": ProposalForm,
    "unmatched": LeftForm,
    "unused": UnusedForm,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NAMED = 20
"""Differing pairs that are named."""


@blueprint.get("/<public_id>/files")
@guard(Permission.SEE_ROUND, load)
def index(round_: Round) -> ResponseReturnValue:
    """Offer the tables of a round as files, with the filters of the list one comes from."""
    table = request.args.get("table", "")
    return render_template(
        "workbench/files.html",
        round=round_,
        names=tables.NAMES,
        table=table if table in FORMS else "",
        filters=request.args.to_dict() if _filter(round_, table).narrows else {},
    )


@blueprint.post("/<public_id>/table.csv")
@guard(Permission.EXPORT_ROUND, load)
def as_csv(round_: Round) -> ResponseReturnValue:
    """Hand out one table as CSV."""
    table = _table("proposals")
    sheet = _sheet(round_, table)
    _note(round_, table, "csv", len(sheet.rows))
    text = "\ufeff" + csv_text(sheet.header, sheet.rows)
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=table.csv"
    return answer


@blueprint.post("/<public_id>/table.xlsx")
@guard(Permission.EXPORT_ROUND, load)
def as_xlsx(round_: Round) -> ResponseReturnValue:
    """Hand out one table, or all of them, as XLSX."""
    table = _table("")
    sheets = [_sheet(round_, one) for one in ([table] if table else tables.TABLES)]
    _note(round_, table or "all", "xlsx", sum(len(sheet.rows) for sheet in sheets))
    answer = current_app.response_class(tables.workbook(sheets), mimetype=XLSX)
    answer.headers["Content-Disposition"] = "attachment; filename=tables.xlsx"
    return answer


@blueprint.get("/<public_id>/report")
@guard(Permission.SEE_ROUND, load)
def report(round_: Round) -> ResponseReturnValue:
    """Show the report of a round."""
    return render_template(
        "workbench/report.html",
        round=round_,
        paper=_report_of(round_),
        paper_languages=[texts_in(one) for one in LANGUAGES],
        papers_there=are_papers_there(),
    )


@blueprint.post("/<public_id>/report/pdf")
@guard(Permission.EXPORT_ROUND, load)
def report_pdf(round_: Round) -> ResponseReturnValue:
    """Hand out the report of a round as PDF."""
    paper = _report_of(round_)
    page = render_template("workbench/print.html", paper=paper, body="workbench/_report.html")
    back = address_of("files.report", public_id=round_.public_id)
    try:
        made = pdf_of(page)
    except NoPapers:
        return no_papers(back)
    actor, language = current_actor(), paper.texts.language
    with transaction(actor) as work:
        export.note_report(work.session, actor, round_, language)
    answer = current_app.response_class(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "attachment; filename=report.pdf"
    return answer


@blueprint.get("/<public_id>/repeat")
@guard(Permission.SEE_ROUND, load)
def again(round_: Round) -> ResponseReturnValue:
    """Show what is needed to solve the round once more, here and outside."""
    return _repeat_page(round_, None)


@blueprint.post("/<public_id>/repeat")
@guard(Permission.SEE_ROUND, load)
def solve_again(round_: Round) -> ResponseReturnValue:
    """Solve the stored round once more and show how the result compares."""
    if not round_.result_digest or not round_.snapshot or repeat.is_too_large(round_):
        abort(404)
    actor = current_actor()
    with transaction(actor) as work:
        outcome = repeat.repeat(work.session, actor, round_)
    return _repeat_page(round_, outcome)


def _repeat_page(round_: Round, outcome: repeat.Repeated | None) -> str:
    """Show the page; pairs that differ are named as far as the reader may know them."""
    named = {}
    if outcome is not None:
        session = db.session()
        some = {"came": outcome.came[:MOST_NAMED], "went": outcome.went[:MOST_NAMED]}
        pairs = [*some["came"], *some["went"]]
        needs = needs_by_key(session, [need for need, _ in pairs])
        offers = offers_by_key(session, [offer for _, offer in pairs])
        named = {
            kind: [(name_of_need(needs.get(n)), name_of_offer(offers.get(o))) for n, o in found]
            for kind, found in some.items()
        }
    return render_template(
        "workbench/repeat.html",
        round=round_,
        outcome=outcome,
        named=named,
        versions=repeat.versions(),
        command=repeat.COMMAND,
        too_large=repeat.is_too_large(round_),
    )


def _report_of(round_: Round) -> Paper:
    facts = facts_of_round(db.session(), current_actor(), round_)
    return paper_in(paper_language(), lambda texts: write_report(texts, facts))


def _table(default: str) -> str:
    table = request.form.get("table", default) or default
    if table and table not in tables.TABLES:
        abort(404)
    return table


def _filter(round_: Round, table: str) -> ListFilter:
    """Return what the list one comes from was narrowed to."""
    if table not in FORMS or request.args.get("table", "") != table:
        return EVERYTHING
    figures = (round_.overview or {}).get("figures", {})
    return form_of(FORMS[table], request.args, figures, current_actor()).chosen()


def _sheet(round_: Round, table: str) -> tables.Sheet:
    by = _filter(round_, table)
    return tables.TABLES[table](db.session(), current_actor(), round_, by)


def _note(round_: Round, table: str, form: str, n_rows: int) -> None:
    actor = current_actor()
    with transaction(actor) as work:
        export.note_table(work.session, actor, round_, table, form, n_rows)
