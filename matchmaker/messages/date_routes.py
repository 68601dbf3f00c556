"""Dates as calendar files; what they are about stays on the platform."""

from datetime import date
from urllib.parse import urlsplit

from flask import Response, abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.messages.mail_routes import blueprint as blueprint
from matchmaker.messages.routes import load_engagement, load_proposal
from matchmaker.models import Engagement, Offer, Proposal, now
from matchmaker.offers.mandate_steps import next_planned_day, steps_of
from matchmaker.offers.routes import load as load_offer
from matchmaker.web.calendar import calendar_file
from matchmaker.web.guard import guard
from matchmaker.web.language import zone


@blueprint.get("/proposals/<public_id>/date.ics")
@guard(Permission.TALK_ABOUT_PROPOSAL, load_proposal)
def proposal_date(proposal: Proposal) -> ResponseReturnValue:
    """Hand out the day until which an answer is asked, in the reader's time zone."""
    if proposal.answer_by is None:
        abort(404)
    return _file(proposal.answer_by.astimezone(zone()).date(), f"answer:{proposal.public_id}")


@blueprint.get("/engagements/<public_id>/date.ics")
@guard(Permission.TALK_IN_ENGAGEMENT, load_engagement)
def engagement_date(engagement: Engagement) -> ResponseReturnValue:
    """Hand out the day on which the work is to begin."""
    if engagement.starts_on is None:
        abort(404)
    return _file(engagement.starts_on, f"start:{engagement.public_id}")


@blueprint.get("/offers/<public_id>/date.ics")
@guard(Permission.SEE_OFFER, load_offer)
def mandate_date(offer: Offer) -> ResponseReturnValue:
    """Hand out the next day for which a stage of the decision on an offer is planned."""
    day = next_planned_day(steps_of(db.session(), offer), now().date())
    if day is None:
        abort(404)
    return _file(day, f"decision:{offer.public_id}")


def _file(day: date, key: str) -> Response:
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"
    more = gettext("Sign in to the platform to see what it is about.")
    body = calendar_file(day, gettext("A date on the platform"), key, host, now(), more)
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="date.ics"'
    return answer
