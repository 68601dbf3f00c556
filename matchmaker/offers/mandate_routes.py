"""Routes of the way to a decision on an offer."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Offer, now
from matchmaker.offers import mandate_steps
from matchmaker.offers.forms.way import OutlookForm, StepForm
from matchmaker.offers.mandate_rule import stages_of
from matchmaker.offers.mandate_wording import KINDS, MEANS, framework_lines, stage_rows
from matchmaker.offers.receipt_routes import blueprint as blueprint
from matchmaker.offers.routes import load
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Mandate, Stage, practice_of
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard


@blueprint.get("/<public_id>/mandate")
@guard(Permission.SEE_OFFER, load)
def mandate(offer: Offer) -> ResponseReturnValue:
    """Show how far the decision has come, stage by stage."""
    rows = mandate_steps.steps_of(db.session(), offer)
    stages = stages_of(practice_of(offer.municipality.country))
    may_edit = allowed(Permission.EDIT_OFFER, current_actor(), offer)
    may_edit = may_edit and offer.status not in mandate_steps.OVER
    standing = Mandate(offer.mandate) if offer.mandate else None

    def change(stage: Stage) -> str:
        return url_for("offers.mandate_step", public_id=offer.public_id, step=stage.value)

    return render_template(
        "offers/mandate.html",
        offer=offer,
        standing=standing,
        kind=KINDS[standing] if standing else "neutral",
        means=MEANS[standing] if standing and may_edit else "",
        rows=stage_rows(rows, stages, change if may_edit else None),
        framework=framework_lines(offer.municipality.country),
        outlook=standing in (Mandate.CONDITIONAL, Mandate.LAPSED),
        planned=mandate_steps.next_planned_day(rows, now().date()),
        may_edit=may_edit,
    )


@blueprint.route("/<public_id>/mandate/<step>", methods=["GET", "POST"])
@guard(Permission.EDIT_OFFER, load)
def mandate_step(offer: Offer, step: str) -> ResponseReturnValue:
    """Write down one stage."""
    if step not in {one.value for one in stages_of(practice_of(offer.municipality.country))}:
        abort(404)
    one = Stage(step)
    form = StepForm.of(mandate_steps.steps_of(db.session(), offer).get(one))
    back = url_for("offers.mandate", public_id=offer.public_id)
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "offers.mandate_step") as work:
                mandate_steps.record_step(work.session, current_actor(), offer, one, form.draft())
                work.leads_to(back)
            return redirect(back, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("offers/mandate_step.html", form=form, title=one.label, back=back)
    return page, 422 if request.method == "POST" and not form.switches_language else 200


@blueprint.route("/<public_id>/outlook", methods=["GET", "POST"])
@guard(Permission.EDIT_OFFER, load)
def outlook(offer: Offer) -> ResponseReturnValue:
    """Say how likely a yes is, and until when it is waited for."""
    form = OutlookForm.of(offer)
    back = url_for("offers.mandate", public_id=offer.public_id)
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "offers.outlook") as work:
                mandate_steps.set_outlook(work.session, current_actor(), offer, form.draft())
                work.leads_to(back)
            return redirect(back, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("offers/outlook.html", form=form, back=back)
    return page, 422 if request.method == "POST" and not form.switches_language else 200
