"""Routes of the case file: present it, show it, check its line of English."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.access.envelopes import Envelope, through
from matchmaker.cases import queries
from matchmaker.cases.completeness import answers_of, chances_of, is_complete_enough, last_round_of
from matchmaker.cases.reach import Ground
from matchmaker.cases.showing import anonymous_case, case_of
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Need, Proposal
from matchmaker.needs import presenting, service
from matchmaker.needs.forms.case import CaseForm, LineForm
from matchmaker.needs.routes import load as load_need
from matchmaker.proposals.routes import load_lean as load_proposal
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import NeedStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard

blueprint = Blueprint("cases", __name__)


def status_of(form: Any) -> int:
    """Return 422 where a form came back because of what was typed."""
    return 422 if request.method == "POST" and not form.switches_language else 200


@blueprint.route("/needs/<public_id>/present", methods=["GET", "POST"])
@guard(Permission.EDIT_NEED, load_need)
def present(need: Need) -> ResponseReturnValue:
    """Ask for whom it is, why from abroad, what the town brings, and what it can teach."""
    form = CaseForm.of(need)
    if form.is_sent():
        try:
            with transaction(current_actor()) as work:
                service.save_need_step(work.session, current_actor(), need, form.draft())
                page = "needs.check" if need.status == NeedStatus.DRAFT else "cases.show"
                target = work.leads_to(url_for(page, public_id=need.public_id))
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return render_template("cases/present.html", form=form, need=need), status_of(form)


@blueprint.get("/needs/<public_id>/case")
@guard(Permission.SEE_NEED, load_need)
def show(need: Need) -> ResponseReturnValue:
    """Show the case on one page that can be printed."""
    actor = current_actor()
    return render_template(
        "cases/show.html",
        need=need,
        case=case_of(need),
        is_owner=need.municipality_id == actor.municipality_id,
        may_edit=allowed(Permission.EDIT_NEED, actor, need),
        may_check=allowed(Permission.VERIFY_NEED, actor, need),
    )


@blueprint.get("/needs/<public_id>/chances")
@guard(Permission.SEE_NEED, load_need)
def chances(need: Need) -> ResponseReturnValue:
    """Say what would raise the chances: what misses, the last round, the offers of today."""
    session = db.session()
    last = queries.last_told_round(session, need)
    return render_template(
        "cases/chances.html",
        need=need,
        answers=answers_of(need),
        today=chances_of(need, Ground.of(session, need)) if is_complete_enough(need) else None,
        last_round=last_round_of(need, last),
        may_edit=allowed(Permission.EDIT_NEED, current_actor(), need),
    )


@blueprint.route("/needs/<public_id>/line", methods=["GET", "POST"])
@guard(Permission.VERIFY_NEED, load_need)
def line(need: Need) -> ResponseReturnValue:
    """Compare the line of English with the town's own words, write it where it misses."""
    form = LineForm(data={"line_en": need.line_en or ""})
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "cases.line") as work:
                seen = request.form.get("seen", default=0, type=int)
                text = form.line_en.data or ""
                presenting.check_line(work.session, current_actor(), need, text, seen)
                target = work.leads_to(url_for("cases.show", public_id=need.public_id))
            flash(gettext("The line is marked as checked."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    seen = request.form.get("seen", type=int) or need.version
    return render_template("cases/line.html", form=form, need=need, seen=seen), status_of(form)


@blueprint.get("/proposals/<public_id>/case")
@guard(Permission.SEE_ANSWER_PAGE, load_proposal)
def offered(proposal: Proposal) -> ResponseReturnValue:
    """Show the case to the helper it is offered to: no name and no free text of the town."""
    need = through(proposal.need, Envelope.HELPER)
    return render_template(
        "cases/offered.html", proposal=proposal, case=anonymous_case(need), need=None
    )
