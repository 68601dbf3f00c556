"""Routes of the agenda helper: which parts of the agenda outside peers serve best."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.cases.agenda import agenda_of
from matchmaker.cases.forms import AgendaForm
from matchmaker.cases.option_routes import blueprint
from matchmaker.cases.service import start_on
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality
from matchmaker.unit_of_work import transaction
from matchmaker.web import choices
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key


@blueprint.get("/agenda")
@guard(Permission.CREATE_NEED)
def agenda() -> ResponseReturnValue:
    """Let a town pick topics of its agenda, and say of each how outside peers serve it."""
    form = AgendaForm(request.args)
    return render_template(
        "cases/agenda.html",
        form=form,
        views=agenda_of(db.session(), _town(), form.topics) if form.topics else [],
        key=new_key(),
    )


@blueprint.post("/agenda/start")
@guard(Permission.CREATE_NEED)
def agenda_start() -> ResponseReturnValue:
    """Open a draft with the chosen topics."""
    key = request.form.get("idempotency_key", "")[:64]
    try:
        with transaction(current_actor(), key, "cases.agenda_start") as work:
            topics, language = request.form.getlist("topic"), choices.language_now()
            need = start_on(work.session, current_actor(), _town(), topics, language)
            target = url_for("needs.edit", public_id=need.public_id, step="about")
            target = work.leads_to(target)
        return redirect(target, 303)
    except BadInput:
        return redirect(url_for("cases.agenda"), 303)


def _town() -> Municipality:
    town = db.session.get(Municipality, current_actor().municipality_id)
    if town is None:
        abort(404)
    return town
