"""Routes of the check for peace and conflict impact of a match; coordinators only."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.audit.since import n_events
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Proposal
from matchmaker.safeguards import impact_queries as queries
from matchmaker.safeguards import impact_service as service
from matchmaker.safeguards import impact_views as views
from matchmaker.safeguards.impact_forms import CheckForm, GoOnForm
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import ProposalStatus
from matchmaker.vocabulary.impact import Direction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import seen_of_form

blueprint = Blueprint("impact", __name__, url_prefix="/proposals")
blueprint.add_app_template_filter(views.light_text, "light_text")
blueprint.add_app_template_filter(views.state_text, "risk_state")
blueprint.add_app_template_filter(views.LIGHT_KINDS.get, "light_kind")


def load(public_id: str) -> Proposal | None:
    """Return the proposal of this public id."""
    return queries.proposal_by_public_id(db.session(), public_id)


@blueprint.get("/<public_id>/impact")
@guard(Permission.SEE_PROPOSAL, load)
def show(proposal: Proposal) -> ResponseReturnValue:
    """Show the whole check: both directions, what the town says, risks, and reasons."""
    session, actor = db.session(), current_actor()
    answers = queries.answers_of_match(session, proposal)
    may_answer = allowed(Permission.ANSWER_IMPACT, actor, proposal)
    shown = views.shown_check(session, proposal)
    open_ = proposal.status == ProposalStatus.PROPOSED
    return render_template(
        "safeguards/impact.html",
        proposal=proposal,
        shown=shown,
        directions=[
            (one, gettext(one.label), views.rows_of_match(answers, one)) for one in Direction
        ],
        of_need=views.rows_of_need(proposal),
        may_answer=may_answer and open_,
        may_write=may_answer and open_ and actor.user_id not in shown.writers,
    )


@blueprint.route("/<public_id>/impact/<step>", methods=["GET", "POST"])
@guard(Permission.ANSWER_IMPACT, load)
def answer(proposal: Proposal, step: str) -> ResponseReturnValue:
    """Answer one direction of the check."""
    if step not in {one.value for one in Direction}:
        abort(404)
    actor, target = current_actor(), _page(proposal)
    if request.method == "GET" and proposal.status != ProposalStatus.PROPOSED:
        return redirect(target, 303)
    known = queries.answers_of_match(db.session(), proposal)
    form = CheckForm.of([one for one in known if one.question.direction == step])
    if form.is_sent():
        try:
            with transaction(actor, form.key, "impact.answer") as work:
                service.save_answers(work.session, actor, proposal, form.lines, seen_of_form())
                work.leads_to(target)
            flash(gettext("The answers are saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "safeguards/answer.html",
        proposal=proposal,
        form=form,
        subject=gettext(Direction(step).label),
        back=target,
        seen=_seen(proposal),
    )
    return page, _code(form)


@blueprint.route("/<public_id>/go-on", methods=["GET", "POST"])
@guard(Permission.LET_RED_GO_ON, load)
def go_on(proposal: Proposal) -> ResponseReturnValue:
    """Write why a red match may go on; two persons have to."""
    form, actor, target = GoOnForm(), current_actor(), _page(proposal)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "impact.go_on") as work:
                text, seen = form.text.data or "", seen_of_form()
                service.write_reason(work.session, actor, proposal, text, seen)
                work.leads_to(target)
            flash(gettext("Your reason is saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    shown = views.shown_check(db.session(), proposal)
    if request.method == "GET" and not shown.standing.reds:
        return redirect(target, 303)
    page = render_template(
        "safeguards/go_on.html",
        proposal=proposal,
        form=form,
        shown=shown,
        back=target,
        seen=_seen(proposal),
    )
    return page, _code(form)


def _page(proposal: Proposal) -> str:
    return url_for("impact.show", public_id=proposal.public_id)


def _seen(proposal: Proposal) -> int | None:
    """Return how many events the form shows: of now, or those it was opened with."""
    return n_events(db.session(), proposal) if request.method == "GET" else seen_of_form()


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
