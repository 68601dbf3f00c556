"""Routes of floors, caps and evenness by group: thin, each guarded."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.audit.since import n_events
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Round
from matchmaker.rounds.floor_forms import EvenForm, FloorForm
from matchmaker.rounds.floor_steps import add_floor, remove_floor
from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.groups import groups_in
from matchmaker.rounds.routes import blueprint, load
from matchmaker.rounds.service import BEFORE_SOLVING
from matchmaker.rounds.settings import settings_of
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import beside
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press, seen_of_form

__all__ = ["blueprint"]


@blueprint.get("/<public_id>/settings/floors")
@guard(Permission.SET_ROUND, load)
def floors(round_: Round) -> ResponseReturnValue:
    """List floors, caps and evenness, with what each costs where that was worked out."""
    return render_template(
        "rounds/floors.html",
        round=round_,
        floors=[(one.name, floor_text(one)) for one in settings_of(round_).floors],
        may_be_set=round_.status in BEFORE_SOLVING,
        seen=n_events(db.session(), round_),
        key=new_key(),
        **beside("rounds.floors", round_),
    )


@blueprint.route("/<public_id>/settings/floors/add", methods=["GET", "POST"])
@guard(Permission.SET_ROUND, load)
def add_one(round_: Round) -> ResponseReturnValue:
    """Add a floor or a cap for one group."""
    return _add(round_, FloorForm(), gettext("Add a floor or a cap"))


@blueprint.route("/<public_id>/settings/floors/even", methods=["GET", "POST"])
@guard(Permission.SET_ROUND, load)
def keep_even(round_: Round) -> ResponseReturnValue:
    """Keep two groups even."""
    return _add(round_, EvenForm(), gettext("Keep two groups even"))


@blueprint.post("/<public_id>/settings/floors/remove")
@guard(Permission.SET_ROUND, load)
def remove_one(round_: Round) -> ResponseReturnValue:
    """Remove one of them."""
    name, seen = request.form.get("name", ""), seen_of_form()
    target = url_for("rounds.floors", public_id=round_.public_id)

    def remove(session: Any, actor: Any) -> None:
        remove_floor(session, actor, round_, name, seen)

    return press("rounds.remove_one", target, remove, gettext("The rule is removed."))


def _add(round_: Round, form: FloorForm | EvenForm, heading: str) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    form.offer(groups_in(session, actor, round_), frozen=round_.frozen_at is not None)
    target = url_for("rounds.floors", public_id=round_.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "rounds.add_floor") as work:
                add_floor(work.session, actor, round_, form.floor(), seen_of_form())
                work.leads_to(target)
        except BadInput as error:
            form.blame(error)
        else:
            flash(gettext("The rule is added."), "success")
            return redirect(target, 303)
    page = render_template(
        "rounds/add_floor.html",
        form=form,
        round=round_,
        heading=heading,
        seen=n_events(session, round_) if request.method == "GET" else seen_of_form(),
    )
    return page, 422 if request.method == "POST" and not form.switches_language else 200
