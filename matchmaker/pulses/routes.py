"""Routes of pulses for who is signed in: answer, read, look after."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor, Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Engagement, RiskQuestion, now
from matchmaker.pulses import queries, service
from matchmaker.pulses.forms import PulseForm, TaskForm
from matchmaker.safeguards.risk_queries import due_for
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard

blueprint = Blueprint("pulses", __name__)
ROOT = "/engagements/<public_id>"


def load(public_id: str) -> Engagement | None:
    """Return the engagement of this public id."""
    return queries.engagement_by_public_id(db.session(), public_id)


@blueprint.get(f"{ROOT}/pulses")
@guard(Permission.SEE_PULSES, load)
def show(engagement: Engagement) -> ResponseReturnValue:
    """Show what was asked and answered: to a side its own, to coordinators both, and the tasks."""
    session, actor = db.session(), current_actor()
    pulses = queries.pulses_of(session, engagement)
    answers = queries.answers_of(session, pulses)
    reads_all = actor.role == Role.COORDINATOR
    sides = [side for side in service.SIDES if reads_all or side == actor.role]
    looks_after = allowed(Permission.LOOK_AFTER_ENGAGEMENT, actor, engagement)
    open_pulse = queries.open_pulse_of(session, engagement, now())
    return render_template(
        "pulses/show.html",
        engagement=engagement,
        rows=[
            (pulse, side, [one for one in answers[pulse.id] if one.side == side])
            for pulse in pulses
            for side in sides
        ],
        tasks=queries.tasks_of(session, engagement) if looks_after else [],
        risks=_due_risks(session, actor, engagement),
        may_answer=open_pulse is not None and allowed(Permission.ANSWER_PULSE, actor, engagement),
        at=now(),
    )


def _due_risks(session: Session, actor: Actor, engagement: Engagement) -> list[RiskQuestion]:
    """Return the questions about named risks of this work whose day has come for the reader."""
    due = due_for(session, actor, now().date())
    return [one for one in due if one.engagement_id == engagement.id]


@blueprint.route(f"{ROOT}/pulse", methods=["GET", "POST"])
@guard(Permission.ANSWER_PULSE, load)
def answer(engagement: Engagement) -> ResponseReturnValue:
    """Answer the pulse that is open."""
    session, actor = db.session(), current_actor()
    target = url_for("pulses.show", public_id=engagement.public_id)
    pulse = queries.open_pulse_of(session, engagement, now())
    if pulse is None:
        return redirect(target, 303) if request.method == "GET" else abort(404)
    assert actor.user_id is not None
    form = PulseForm(obj=queries.answer_of(session, pulse, actor.user_id))
    if not service.asks_about_contact(pulse):
        form.without_contact()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "pulses.answer") as work:
                service.answer(work.session, actor, pulse, form.said, now(), by_link=False)
                work.leads_to(target)
        except BadInput as error:
            form.blame(error)
        else:
            flash(gettext("Thank you. Your answer is written down."), "success")
            return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template("pulses/answer.html", form=form, pulse=pulse, back=target)
    return page, code


@blueprint.route(f"{ROOT}/look-after/<task_id>", methods=["GET", "POST"])
@guard(Permission.LOOK_AFTER_ENGAGEMENT, load)
def look_after(engagement: Engagement, task_id: str) -> ResponseReturnValue:
    """Say what was done about a task, which closes it."""
    target = url_for("pulses.show", public_id=engagement.public_id)
    task = queries.task_of(db.session(), engagement, task_id)
    if task is None:
        abort(404)
    if task.closed_at is not None and request.method == "GET":
        return redirect(target, 303)
    form, actor = TaskForm(), current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "pulses.look_after") as work:
                service.close_task(work.session, actor, task, form.done.data or "")
                work.leads_to(target)
        except BadInput as error:
            form.blame(error)
        else:
            flash(gettext("The task is closed."), "success")
            return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template(
        "pulses/look_after.html", form=form, task=task, engagement=engagement, back=target
    )
    return page, code
