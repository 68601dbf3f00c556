"""The page that says how ready an offer is."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission, allowed
from matchmaker.extensions import db
from matchmaker.models import Offer
from matchmaker.offers.mandate_routes import blueprint as blueprint
from matchmaker.offers.mandate_steps import answers_of, steps_of
from matchmaker.offers.readiness import readiness_of
from matchmaker.offers.routes import load
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard


@blueprint.get("/<public_id>/readiness")
@guard(Permission.SEE_OFFER, load)
def readiness(offer: Offer) -> ResponseReturnValue:
    """Show each point, what is missing, and who can help."""
    points = readiness_of(offer, answers_of(steps_of(db.session(), offer)))
    return render_template(
        "offers/readiness.html",
        offer=offer,
        points=points,
        n_missing=sum(one.state == "missing" for one in points),
        may_edit=allowed(Permission.EDIT_OFFER, current_actor(), offer),
    )
