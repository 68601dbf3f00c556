"""Routes of council papers: the public one, and the annex with the consent it needs."""

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.audit import record
from matchmaker.councils import consent, papers
from matchmaker.councils.consent_queries import (
    MAY_ASK,
    consent_by_public_id,
    consent_of,
    goes_on,
)
from matchmaker.councils.place import place_of
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import AnnexConsent, Proposal
from matchmaker.proposals.anonymous import offer_rows
from matchmaker.proposals.routes import load as load_proposal
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import AnnexStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.workbench.beside import Paper, paper_in
from matchmaker.workbench.paper_routes import no_papers, paper_language
from matchmaker.workbench.pdf import NoPapers, are_papers_there, pdf_of
from matchmaker.workbench.texts import LANGUAGES, texts_in

blueprint = Blueprint("councils", __name__)

STATUS_KINDS = {
    AnnexStatus.ASKED.value: "waiting",
    AnnexStatus.GIVEN.value: "good",
    AnnexStatus.REFUSED.value: "bad",
    AnnexStatus.REVOKED.value: "bad",
    AnnexStatus.PRINTED.value: "info",
}


def load(public_id: str) -> AnnexConsent | None:
    """Return the consent of this public id."""
    return consent_by_public_id(db.session(), public_id)


@blueprint.get("/proposals/<public_id>/council-paper")
@guard(Permission.SEE_COUNCIL_PAPER, load_proposal)
def paper(proposal: Proposal) -> ResponseReturnValue:
    """Show the public paper, and where the consent for the annex stands."""
    return render_template(
        "councils/paper.html",
        proposal=proposal,
        paper=_public(proposal),
        consent=consent_of(db.session(), proposal),
        may_ask=proposal.status in MAY_ASK,
        kinds=STATUS_KINDS,
        paper_languages=[texts_in(one) for one in LANGUAGES],
        papers_there=are_papers_there(),
        key=new_key(),
    )


@blueprint.post("/proposals/<public_id>/council-paper/pdf")
@guard(Permission.SEE_COUNCIL_PAPER, load_proposal)
def paper_pdf(proposal: Proposal) -> ResponseReturnValue:
    """Hand out the public paper as PDF."""
    made = _pdf(_public(proposal), url_for("councils.paper", public_id=proposal.public_id))
    if isinstance(made, bytes):
        _note(proposal, "pdf")
        return _paper_file(made)
    return made


@blueprint.post("/proposals/<public_id>/council-paper/text")
@guard(Permission.SEE_COUNCIL_PAPER, load_proposal)
def paper_text(proposal: Proposal) -> ResponseReturnValue:
    """Hand out the public paper as plain text, to be adapted."""
    text = papers.as_text(_public(proposal))
    _note(proposal, "text")
    return _paper_text(text)


@blueprint.post("/proposals/<public_id>/ask-to-name")
@guard(Permission.ASK_TO_NAME, load_proposal)
def ask_to_name(proposal: Proposal) -> ResponseReturnValue:
    """Ask the other side for its consent to be named in the annex."""
    return press(
        "councils.ask_to_name",
        url_for("councils.paper", public_id=proposal.public_id),
        lambda session, actor: consent.ask(session, actor, proposal),
        gettext("The other municipality has been asked. You are told of its answer."),
    )


@blueprint.get("/naming/<public_id>")
@guard(Permission.ANSWER_NAMING, load)
def naming(row: AnnexConsent) -> ResponseReturnValue:
    """Show the asking side who wants to name it to whom, and take its answer."""
    return render_template(
        "councils/naming.html",
        row=row,
        kind=STATUS_KINDS[row.status],
        rows=offer_rows(row.proposal.offer),
        alive=goes_on(row.proposal),
        key=new_key(),
    )


@blueprint.post("/naming/<public_id>/give")
@guard(Permission.ANSWER_NAMING, load)
def give(row: AnnexConsent) -> ResponseReturnValue:
    """Give the consent."""
    return _answer(row, AnnexStatus.GIVEN, gettext("You have agreed to be named."))


@blueprint.post("/naming/<public_id>/refuse")
@guard(Permission.ANSWER_NAMING, load)
def refuse(row: AnnexConsent) -> ResponseReturnValue:
    """Refuse the consent."""
    return _answer(row, AnnexStatus.REFUSED, gettext("You are not named."))


@blueprint.post("/naming/<public_id>/take-back")
@guard(Permission.ANSWER_NAMING, load)
def take_back(row: AnnexConsent) -> ResponseReturnValue:
    """Take the consent back."""
    return _answer(row, AnnexStatus.REVOKED, gettext("You have taken your consent back."))


def _answer(row: AnnexConsent, status: AnnexStatus, done: str) -> ResponseReturnValue:
    return press(
        f"councils.{status}",
        url_for("councils.naming", public_id=row.public_id),
        lambda session, actor: consent.answer(session, actor, row, status),
        done,
    )


@blueprint.post("/naming/<public_id>/annex")
@guard(Permission.OPEN_ANNEX, load)
def annex(row: AnnexConsent) -> ResponseReturnValue:
    """Open the annex on the page: the name is shown, and written down that it was."""
    _open(row, "page")
    return render_template(
        "councils/annex.html",
        row=row,
        paper=_closed(row),
        papers_there=are_papers_there(),
        key=new_key(),
    )


@blueprint.post("/naming/<public_id>/annex/pdf")
@guard(Permission.OPEN_ANNEX, load)
def annex_pdf(row: AnnexConsent) -> ResponseReturnValue:
    """Hand out the annex as PDF."""
    _open(row, "pdf")
    back = url_for("councils.paper", public_id=row.proposal.public_id)
    made = _pdf(_closed(row), back)
    return _annex_file(made) if isinstance(made, bytes) else made


@blueprint.post("/naming/<public_id>/annex/text")
@guard(Permission.OPEN_ANNEX, load)
def annex_text(row: AnnexConsent) -> ResponseReturnValue:
    """Hand out the annex as plain text."""
    _open(row, "text")
    text = papers.as_text(_closed(row))
    return _annex_text(text)


def _open(row: AnnexConsent, form: str) -> None:
    """Open the annex, or answer as if there were none."""
    try:
        with transaction(current_actor()) as work:
            consent.open_annex(work.session, current_actor(), row, form)
    except BadInput:
        abort(404)


def _public(proposal: Proposal) -> Paper:
    """Write the public paper in the language asked for, while the match goes on."""
    if not goes_on(proposal):
        abort(404)
    facts = papers.Public(proposal.offer, place_of(db.session(), proposal.need))
    return paper_in(paper_language(), lambda texts: papers.public_paper(texts, facts))


def _closed(row: AnnexConsent) -> Paper:
    return paper_in(paper_language(), lambda texts: papers.annex(texts, row))


def _pdf(found: Paper, back: str) -> bytes | ResponseReturnValue:
    page = render_template("workbench/print.html", paper=found, body="councils/_paper.html")
    try:
        return pdf_of(page)
    except NoPapers:
        return no_papers(back)


def _note(proposal: Proposal, form: str) -> None:
    """Write down that somebody took the paper."""
    with transaction(current_actor()) as work:
        details = {"form": form, "language": paper_language()}
        event = "proposal.council_paper"
        record(work.session, current_actor(), event, "proposal", proposal.public_id, details)


def _paper_file(body: bytes) -> Response:
    answer = current_app.response_class(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = "attachment; filename=council-paper.pdf"
    return answer


def _paper_text(text: str) -> Response:
    answer = current_app.response_class(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=council-paper.txt"
    return answer


def _annex_file(body: bytes) -> Response:
    answer = current_app.response_class(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = "attachment; filename=annex.pdf"
    return answer


def _annex_text(text: str) -> Response:
    answer = current_app.response_class(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=annex.txt"
    return answer
