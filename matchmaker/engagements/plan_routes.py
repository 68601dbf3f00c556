"""Routes of the plan of an engagement: read it, write it, put its days into a calendar."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.audit.since import n_events
from matchmaker.engagements import plan_queries as queries
from matchmaker.engagements import plan_service as service
from matchmaker.engagements.plan_forms import DaysForm, MilestoneForm, PlanForm, VisitForm
from matchmaker.engagements.routes import blueprint as blueprint
from matchmaker.engagements.routes import load
from matchmaker.errors import BadInput, ChangedSince
from matchmaker.extensions import db
from matchmaker.models import Engagement, Milestone, now
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import VisitPlace
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.calendar import calendar_of
from matchmaker.web.changed import changed_page
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press, seen_of_form


@blueprint.get("/<public_id>/plan")
@guard(Permission.SEE_PLAN, load)
def plan(engagement: Engagement) -> ResponseReturnValue:
    """Show the plan, its milestones and visits, and the days spent on it."""
    session, actor = db.session(), current_actor()
    days = queries.person_days_of(session, engagement)
    return render_template(
        "engagements/plan.html",
        engagement=engagement,
        versions=queries.versions_of(session, engagement),
        milestones=queries.milestones_of(session, engagement),
        visits=queries.visits_of(session, engagement),
        days=days,
        spent=queries.spent_by_side(days),
        may_change=allowed(Permission.CHANGE_PLAN, actor, engagement),
        names_contact=service.may_name_contact(engagement),
        own_side=actor.role,
        today=now().date(),
        key=new_key(),
    )


@blueprint.route("/<public_id>/plan/edit", methods=["GET", "POST"])
@guard(Permission.CHANGE_PLAN, load)
def plan_edit(engagement: Engagement) -> ResponseReturnValue:
    """Write the plan; who comes second reads what the other wrote and decides."""
    session, actor = db.session(), current_actor()
    names_contact = service.may_name_contact(engagement)
    saved = {"text": engagement.plan, "political_contact": engagement.political_contact}
    form = PlanForm(data=saved, with_contact=names_contact)
    if form.is_sent():
        contact = form.political_contact.data if names_contact else None
        text = form.text.data or ""
        try:
            with transaction(actor, form.key, "engagements.plan_edit") as work:
                service.write_plan(work.session, actor, engagement, text, contact, seen_of_form())
                work.leads_to(_plan_of(engagement))
        except ChangedSince as error:
            db.session().rollback()
            return changed_page(db.session(), error, _differences(form, load_again(engagement)))
        except BadInput as error:
            form.blame(error)
        else:
            flash(gettext("The plan is saved."), "success")
            return redirect(_plan_of(engagement), 303)
    seen = n_events(session, engagement) if request.method == "GET" else seen_of_form()
    return _form_page(engagement, form, "plan_edit", seen=seen)


def load_again(engagement: Engagement) -> Engagement:
    """Return the engagement as it is saved now."""
    found = load(engagement.public_id)
    assert found is not None
    return found


def _differences(form: PlanForm, saved: Engagement) -> list[dict[str, str]]:
    """Return what going on would overwrite."""
    rows: list[tuple[Any, str | None, str | None]] = [
        (form.text.label.text, saved.plan, form.text.data)
    ]
    if "political_contact" in form:
        contact = form.political_contact
        rows.append((contact.label.text, saved.political_contact, contact.data))
    return [
        {"what": str(what), "then": then or "", "now": present or ""}
        for what, then, present in rows
        if (then or "") != (present or "")
    ]


@blueprint.route("/<public_id>/plan/milestone", methods=["GET", "POST"])
@guard(Permission.CHANGE_PLAN, load)
def plan_milestone(engagement: Engagement) -> ResponseReturnValue:
    """Add a milestone, or change one."""
    which = request.args.get("which", "")
    row = queries.item_of(db.session(), engagement, "milestone", which) if which else None
    if which and not isinstance(row, Milestone):
        abort(404)
    form = MilestoneForm(obj=row)

    def step(session: Any, actor: Any) -> None:
        assert form.due_on.data is not None
        said = service.Step(form.what.data or "", form.due_on.data, form.done_when.data or "")
        service.set_milestone(session, actor, engagement, said, which)

    return _add(engagement, form, "plan_milestone", step)


@blueprint.route("/<public_id>/plan/visit", methods=["GET", "POST"])
@guard(Permission.CHANGE_PLAN, load)
def plan_visit(engagement: Engagement) -> ResponseReturnValue:
    """Write a visit down; refused with the reason where nobody can be present."""
    form = VisitForm()

    def step(session: Any, actor: Any) -> None:
        assert form.starts_on.data and form.ends_on.data and form.persons.data
        period = (form.starts_on.data, form.ends_on.data)
        place = VisitPlace(form.place.data)
        service.add_visit(session, actor, engagement, period, form.persons.data, place)

    return _add(engagement, form, "plan_visit", step)


@blueprint.route("/<public_id>/plan/days", methods=["GET", "POST"])
@guard(Permission.CHANGE_PLAN, load)
def plan_days(engagement: Engagement) -> ResponseReturnValue:
    """Write down working days that the own side has spent."""
    form = DaysForm()

    def step(session: Any, actor: Any) -> None:
        assert form.until.data and form.days.data
        service.add_days(session, actor, engagement, form.until.data, form.days.data)

    return _add(engagement, form, "plan_days", step)


@blueprint.post("/<public_id>/plan/done")
@guard(Permission.CHANGE_PLAN, load)
def plan_done(engagement: Engagement) -> ResponseReturnValue:
    """Say that a milestone is reached, or that it is not after all."""
    which = request.form.get("which", "")
    return press(
        "engagements.plan_done",
        _plan_of(engagement),
        lambda session, actor: service.mark_done(session, actor, engagement, which),
        gettext("The plan is saved."),
    )


@blueprint.post("/<public_id>/plan/remove")
@guard(Permission.CHANGE_PLAN, load)
def plan_remove(engagement: Engagement) -> ResponseReturnValue:
    """Take a milestone, a visit or an entry of days out."""
    kind, which = request.form.get("kind", ""), request.form.get("which", "")
    return press(
        "engagements.plan_remove",
        _plan_of(engagement),
        lambda session, actor: service.remove_item(session, actor, engagement, kind, which),
        gettext("It is taken out of the plan."),
    )


@blueprint.get("/<public_id>/plan/dates.ics")
@guard(Permission.SEE_PLAN, load)
def plan_dates(engagement: Engagement) -> ResponseReturnValue:
    """Hand out the days of the plan; what they are about stays on the platform."""
    days = queries.days_ahead(db.session(), engagement)
    if not days:
        abort(404)
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"
    title = gettext("A date on the platform")
    more = gettext("Sign in to the platform to see what it is about.")
    body = calendar_of([(day, title, key) for day, key in days], host, now(), more)
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return answer


def _add(
    engagement: Engagement, form: BaseForm, name: str, step: Callable[[Any, Any], None]
) -> ResponseReturnValue:
    """Show a form of the plan, or do what was sent and go back to the plan."""
    if form.is_sent():
        actor = current_actor()
        try:
            with transaction(actor, form.key, f"engagements.{name}") as work:
                step(work.session, actor)
                work.leads_to(_plan_of(engagement))
        except BadInput as error:
            form.blame(error)
        else:
            flash(gettext("The plan is saved."), "success")
            return redirect(_plan_of(engagement), 303)
    return _form_page(engagement, form, name)


def _form_page(
    engagement: Engagement, form: BaseForm, name: str, seen: int | None = None
) -> ResponseReturnValue:
    refused = request.method == "POST" and not form.switches_language
    page = render_template(
        f"engagements/{name}.html", form=form, back=_plan_of(engagement), seen=seen
    )
    return page, 422 if refused else 200


def _plan_of(engagement: Engagement) -> str:
    return url_for("engagements.plan", public_id=engagement.public_id)
