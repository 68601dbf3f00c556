"""Routes of the questions about risks while the work goes on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Need, RiskAnswer, RiskQuestion, now
from matchmaker.safeguards import risk_queries as queries
from matchmaker.safeguards import risk_service as service
from matchmaker.safeguards.impact_forms import HeedForm, RiskForm
from matchmaker.safeguards.risk_views import earlier_rows, first_rows
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role, Side
from matchmaker.vocabulary.impact import QUESTIONS
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import BESIDE
from matchmaker.web.guard import guard

blueprint = Blueprint("risks", __name__, url_prefix="/risks")
blueprint.add_app_template_filter(lambda code: gettext(QUESTIONS[code].risk), "risk")


def load(public_id: str) -> RiskQuestion | None:
    """Return the follow-up question of this public id."""
    return queries.risk_by_public_id(db.session(), public_id)


def load_answer(public_id: str) -> RiskAnswer | None:
    """Return the answer of this public id."""
    return queries.answer_by_public_id(db.session(), public_id)


def risks_of_need(need: Need) -> dict[str, Any]:
    """Return the risks of matches of a need that are not known to be gone, for its page."""
    actor = current_actor()
    side = None if actor.role == Role.COORDINATOR else Side.REQUESTER
    return {"open_risks": earlier_rows(queries.open_risks_of(db.session(), need.id, side=side))}


BESIDE["needs.show"].append(risks_of_need)


@blueprint.route("/<public_id>", methods=["GET", "POST"])
@guard(Permission.ANSWER_RISK, load)
def answer(question: RiskQuestion) -> ResponseReturnValue:
    """Ask one side how a risk stands."""
    actor, target = current_actor(), _engagement(question)
    side = queries.side_of(actor, question.engagement.proposal)
    if request.method == "GET" and not queries.may_answer(question, side, now().date()):
        return redirect(target, 303)
    form = RiskForm()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "risks.answer") as work:
                state, text = form.state.data, form.text.data or ""
                service.answer_risk(work.session, actor, question, state, text)
                work.leads_to(target)
            flash(gettext("Your answer is saved. Thank you."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "safeguards/risk.html",
        question=question,
        form=form,
        first=first_rows(db.session(), actor, question),
        is_coordinator=side == "coordinator",
        back=target,
    )
    return page, _code(form)


@blueprint.route("/<public_id>/heed", methods=["GET", "POST"])
@guard(Permission.HEED_RISK, load_answer)
def heed(said: RiskAnswer) -> ResponseReturnValue:
    """Ask a coordinator what is done about a risk that became worse."""
    actor, target = current_actor(), _engagement(said.asked)
    if request.method == "GET" and (said.state != "worse" or said.heeded_at is not None):
        return redirect(target, 303)
    form = HeedForm()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "risks.heed") as work:
                service.heed_worse(work.session, actor, said, form.text.data or "")
                work.leads_to(target)
            flash(gettext("What is done is written down."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("safeguards/heed.html", said=said, form=form, back=target)
    return page, _code(form)


def _engagement(question: RiskQuestion) -> str:
    return url_for("engagements.show", public_id=question.engagement.public_id) + "#risks"


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
