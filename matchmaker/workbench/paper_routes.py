"""Papers: the dossier of a match and the report of a round, on the page and as PDF."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.models import Proposal
from matchmaker.proposals.routes import load_lean as load_proposal
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.workbench import export
from matchmaker.workbench.audience import Audience
from matchmaker.workbench.beside import Paper, paper_in
from matchmaker.workbench.dossier import dossier as write_dossier
from matchmaker.workbench.dossier import facts_of_proposal, is_hidden
from matchmaker.workbench.pdf import ONE_PAGE, NoPapers, are_papers_there, pdf_of
from matchmaker.workbench.texts import LANGUAGES, texts_in

blueprint = Blueprint("papers", __name__)


def paper_language() -> str:
    """Return the language asked for, else that of the page."""
    asked = request.values.get("language", "")
    reader = str(get_locale() or "en")
    return next(one for one in (asked, reader, "en") if one in LANGUAGES)


@blueprint.get("/proposals/<public_id>/dossier")
@guard(Permission.SEE_PROPOSAL, load_proposal)
def dossier(proposal: Proposal) -> ResponseReturnValue:
    """Show the dossier of a match, with its choices and the button that prints it."""
    return render_template(
        "workbench/dossier.html",
        proposal=proposal,
        paper=_dossier_of(proposal),
        audience=_audience(),
        audiences=tuple(Audience),
        paper_languages=[texts_in(one) for one in LANGUAGES],
        papers_there=are_papers_there(),
    )


@blueprint.post("/proposals/<public_id>/dossier/pdf")
@guard(Permission.EXPORT_PROPOSAL, load_proposal)
def dossier_pdf(proposal: Proposal) -> ResponseReturnValue:
    """Hand out the dossier as one printed page."""
    paper = _dossier_of(proposal)
    back = address_of("papers.dossier", public_id=proposal.public_id)
    page = render_template("workbench/print.html", paper=paper, body="workbench/_dossier.html")
    try:
        made = pdf_of(page, ONE_PAGE)
    except NoPapers:
        return no_papers(back)
    actor, language, audience = current_actor(), paper.texts.language, _audience()
    with transaction(actor) as work:
        export.note_dossier(work.session, actor, proposal, language, audience.value)
    answer = current_app.response_class(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "attachment; filename=dossier.pdf"
    return answer


def _audience() -> Audience:
    """Return for whom it is asked for, else for boards, who may read what the page shows."""
    asked = request.values.get("reader", "")
    return next((one for one in Audience if one == asked), Audience.BOARD)


def _dossier_of(proposal: Proposal) -> Paper:
    """Write the dossier in the language asked for; nothing of a side that is hidden now."""
    if is_hidden(proposal):
        abort(404)
    facts = facts_of_proposal(db.session(), current_actor(), proposal, _audience())
    return paper_in(paper_language(), lambda texts: write_dossier(texts, facts))


def no_papers(back: str) -> ResponseReturnValue:
    """Say that PDF cannot be made here, and go back to the page."""
    flash(
        gettext("PDF cannot be made on this server at present. You can print the page instead."),
        "error",
    )
    return redirect(back, 303)
