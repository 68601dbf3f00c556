"""Routes of engagements: thin, each guarded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.engagements import queries, service
from matchmaker.engagements.forms import CompleteForm, ReasonForm
from matchmaker.extensions import db
from matchmaker.lifecycle import may_become
from matchmaker.models import Engagement, Municipality
from matchmaker.safeguards.precondition_queries import reviews_of
from matchmaker.safeguards.risk_views import follow_up
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import EngagementStatus, Role
from matchmaker.vocabulary.precondition import PRECONDITIONS
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.web.paging import page_of

blueprint = Blueprint("engagements", __name__, url_prefix="/engagements")

STATUS_KINDS = {
    "planned": "waiting",
    "active": "good",
    "paused": "warning",
    "completed": "info",
    "ended": "neutral",
}
blueprint.add_app_template_filter(STATUS_KINDS.get, "engagement_status_kind")


def asked_of(engagement: Engagement) -> dict[str, Any]:
    """Return what the page of an engagement shows coordinators of its preconditions."""
    actor = current_actor()
    if actor.role != Role.COORDINATOR:
        return {}
    reviews = reviews_of(db.session(), engagement)
    if not all(allowed(Permission.DECIDE_GOING_ON, actor, one) for one in reviews[:1]):
        return {}
    return {"reviews": reviews, "PRECONDITIONS": PRECONDITIONS}


def load(public_id: str) -> Engagement | None:
    """Return the engagement of this public id."""
    return queries.engagement_by_public_id(db.session(), public_id)


@blueprint.get("")
@guard(Permission.LIST_ENGAGEMENTS)
def index() -> ResponseReturnValue:
    """List the engagements the reader takes part in or coordinates."""
    page = page_of(db.session(), queries.engagements_visible_to(current_actor()))
    return render_template("engagements/index.html", page=page)


@blueprint.get("/<public_id>")
@guard(Permission.SEE_ENGAGEMENT, load)
def show(engagement: Engagement) -> ResponseReturnValue:
    """Show both sides, where the work stands and what can be done."""
    return _page(engagement, [])


@blueprint.post("/<public_id>/contact")
@guard(Permission.SHOW_COUNTERPART_CONTACT, load)
def contact(engagement: Engagement) -> ResponseReturnValue:
    """Show how to reach the other side; that somebody looked is written down."""
    actor = current_actor()
    with transaction(actor) as work:
        shown = [side.id for side in service.show_contact(work.session, actor, engagement)]
    sides = (engagement.proposal.need.municipality, engagement.proposal.offer.municipality)
    return _page(engagement, [side for side in sides if side.id in shown])


def _page(engagement: Engagement, contacts: list[Municipality]) -> ResponseReturnValue:
    actor = current_actor()
    may_move = allowed(Permission.MOVE_ENGAGEMENT, actor, engagement)
    return render_template(
        "engagements/show.html",
        engagement=engagement,
        proposal=engagement.proposal,
        contacts=contacts,
        key=new_key(),
        may_see_plan=allowed(Permission.SEE_PLAN, actor, engagement),
        **asked_of(engagement),
        follow_up=follow_up(db.session(), actor, engagement),
        is_coordinator=actor.role == Role.COORDINATOR,
        may_answer_risk=allowed(Permission.ANSWER_RISK, actor, engagement),
        may_heed=allowed(Permission.HEED_RISK, actor, engagement),
        may_show_contact=allowed(Permission.SHOW_COUNTERPART_CONTACT, actor, engagement),
        next_steps={
            status.value
            for status in EngagementStatus
            if may_move and may_become("engagement", engagement.status, status)
        },
    )


@blueprint.post("/<public_id>/start")
@guard(Permission.MOVE_ENGAGEMENT, load)
def start(engagement: Engagement) -> ResponseReturnValue:
    """Say that the work has begun."""
    return _press(engagement, service.start_engagement, gettext("The engagement has begun."))


@blueprint.post("/<public_id>/pause")
@guard(Permission.MOVE_ENGAGEMENT, load)
def pause(engagement: Engagement) -> ResponseReturnValue:
    """Put the work on hold."""
    return _press(engagement, service.pause_engagement, gettext("The engagement is paused."))


@blueprint.post("/<public_id>/resume")
@guard(Permission.MOVE_ENGAGEMENT, load)
def resume(engagement: Engagement) -> ResponseReturnValue:
    """Take paused work up again."""
    return _press(engagement, service.resume_engagement, gettext("The engagement goes on."))


@blueprint.route("/<public_id>/complete", methods=["GET", "POST"])
@guard(Permission.MOVE_ENGAGEMENT, load)
def complete(engagement: Engagement) -> ResponseReturnValue:
    """Say what it means that the work is done and, once that is confirmed, write it down."""
    form, actor = CompleteForm(), current_actor()
    target = url_for("engagements.show", public_id=engagement.public_id)
    if request.method == "GET" and not _may_be_completed(engagement):
        return redirect(target, 303)
    if form.is_sent():
        with transaction(actor, form.key, "engagements.complete") as work:
            service.complete_engagement(work.session, actor, engagement)
            work.leads_to(target)
        flash(gettext("The engagement is completed."), "success")
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template(
        "engagements/complete.html",
        form=form,
        back=target,
        closing=_closing(engagement),
        proposal=engagement.proposal,
    )
    return page, code


@blueprint.route("/<public_id>/end", methods=["GET", "POST"])
@guard(Permission.MOVE_ENGAGEMENT, load)
def end(engagement: Engagement) -> ResponseReturnValue:
    """Ask why the work ends early, and end it."""
    form, actor = ReasonForm(), current_actor()
    target = url_for("engagements.show", public_id=engagement.public_id)
    if form.is_sent():
        with transaction(actor, form.key, "engagements.end") as work:
            service.end_engagement(work.session, actor, engagement, form.code, form.text.data)
            work.leads_to(target)
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template(
        "engagements/end.html", form=form, back=target, closing=_closing(engagement)
    )
    return page, code


def _closing(engagement: Engagement) -> str:
    return url_for("engagements.closing", public_id=engagement.public_id)


def _may_be_completed(engagement: Engagement) -> bool:
    return may_become("engagement", engagement.status, EngagementStatus.COMPLETED)


def _press(engagement: Engagement, step: Callable[..., Any], done: str) -> ResponseReturnValue:
    target = url_for("engagements.show", public_id=engagement.public_id)
    name = f"engagements.{step.__name__}"
    return press(name, target, lambda session, actor: step(session, actor, engagement), done)
