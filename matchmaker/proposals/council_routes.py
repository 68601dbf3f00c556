"""Routes of the way to the council's decision on one match."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Proposal
from matchmaker.offers.forms.way import StepForm
from matchmaker.offers.mandate_rule import OF_A_MATCH, vote
from matchmaker.offers.mandate_steps import answers_of, record_step_of_match, steps_of
from matchmaker.offers.mandate_wording import stage_rows
from matchmaker.proposals.routes import blueprint as blueprint
from matchmaker.proposals.routes import load
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import ProposalStatus, Stage
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key


@blueprint.get("/<public_id>/council")
@guard(Permission.ANSWER_AS_HELPER, load)
def council(proposal: Proposal) -> ResponseReturnValue:
    """Show how far the decision on this match has come, and what can be answered now."""
    rows = steps_of(db.session(), proposal.offer, proposal)
    waits = proposal.status == ProposalStatus.SUBJECT_TO_COUNCIL

    def change(stage: Stage) -> str:
        return url_for("proposals.council_step", public_id=proposal.public_id, step=stage.value)

    return render_template(
        "proposals/council.html",
        proposal=proposal,
        rows=stage_rows(rows, OF_A_MATCH, change if waits else None),
        waits=waits,
        decided=vote(answers_of(rows)),
        key=new_key(),
    )


@blueprint.route("/<public_id>/council/<step>", methods=["GET", "POST"])
@guard(Permission.ANSWER_AS_HELPER, load)
def council_step(proposal: Proposal, step: str) -> ResponseReturnValue:
    """Write down one stage of the decision on this match."""
    if step not in {one.value for one in OF_A_MATCH}:
        abort(404)
    one = Stage(step)
    form = StepForm.of(steps_of(db.session(), proposal.offer, proposal).get(one))
    back = url_for("proposals.council", public_id=proposal.public_id)
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "proposals.council_step") as work:
                record_step_of_match(work.session, current_actor(), proposal, one, form.draft())
                work.leads_to(back)
            return redirect(back, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("offers/mandate_step.html", form=form, title=one.label, back=back)
    return page, 422 if request.method == "POST" and not form.switches_language else 200
