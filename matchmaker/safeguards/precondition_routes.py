"""Routes of the preconditions, for coordinators: of an area, and of a need."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import ConflictArea, Need, PreconditionAnswer
from matchmaker.municipalities.queries import area_with, names_of
from matchmaker.needs.queries import need_by_public_id
from matchmaker.safeguards import precondition_queries as queries
from matchmaker.safeguards import precondition_service as service
from matchmaker.safeguards.precondition_forms import AnswerForm
from matchmaker.safeguards.precondition_pairs import following
from matchmaker.safeguards.precondition_words import reasons, rows_of
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary.precondition import PRECONDITIONS, RESTRICTIONS
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard

blueprint = Blueprint("preconditions", __name__, url_prefix="/preconditions")
Write = Callable[[Any, Any, Any, service.AnswerDraft], PreconditionAnswer]


def load_area(public_id: str) -> ConflictArea | None:
    """Return the area that an address names, in the coordinator's countries only."""
    return area_with(db.session(), current_actor(), public_id)


def load_need(public_id: str) -> Need | None:
    """Return the need that an address names."""
    return need_by_public_id(db.session(), public_id)


@blueprint.get("/areas/<public_id>")
@guard(Permission.ANSWER_FOR_AREA, load_area)
def of_area(area: ConflictArea) -> ResponseReturnValue:
    """Show how the preconditions stand in an area, and what was answered before."""
    history = queries.history_of(db.session(), area=area)
    return render_template(
        "safeguards/preconditions_of_area.html",
        area=area,
        place=_place(area),
        newest=_newest(history),
        history=history,
        preconditions=PRECONDITIONS,
    )


@blueprint.get("/needs/<public_id>")
@guard(Permission.ANSWER_FOR_NEED, load_need)
def of_need(need: Need) -> ResponseReturnValue:
    """Show how the preconditions stand for a need, what follows, and what was answered before."""
    session = db.session()
    standings = queries.standings_of(session, [need])[need.id]
    return render_template(
        "safeguards/preconditions_of_need.html",
        need=need,
        rows=rows_of(session, standings),
        follows=reasons(following(need, standings)),
        history=queries.history_of(session, need=need),
        preconditions=PRECONDITIONS,
    )


@blueprint.route("/areas/<public_id>/<question>", methods=["GET", "POST"])
@guard(Permission.ANSWER_FOR_AREA, load_area)
def answer_for_area(area: ConflictArea, question: str) -> ResponseReturnValue:
    """Answer one precondition for an area."""
    back = url_for("preconditions.of_area", public_id=area.public_id)
    return _answer(area, question, service.answer_for_area, back, _place(area))


@blueprint.route("/needs/<public_id>/<question>", methods=["GET", "POST"])
@guard(Permission.ANSWER_FOR_NEED, load_need)
def answer_for_need(need: Need, question: str) -> ResponseReturnValue:
    """Answer one precondition for a need."""
    back = url_for("preconditions.of_need", public_id=need.public_id)
    return _answer(need, question, service.answer_for_need, back, need.title or "")


def _answer(
    thing: Any, question: str, write: Write, back: str, caption: str
) -> ResponseReturnValue:
    precondition = PRECONDITIONS.get(question)
    if precondition is None:
        abort(404)
    form, actor = AnswerForm(), current_actor()
    form.ask(precondition)
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"preconditions.{write.__name__}") as work:
                write(work.session, actor, thing, form.draft(question))
                work.leads_to(back)
            flash(gettext("Saved."), "success")
            return redirect(back, 303)
        except BadInput as error:
            form.blame(error)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    page = render_template(
        "safeguards/answer_precondition.html",
        form=form,
        precondition=precondition,
        follows=[one for one in RESTRICTIONS if one.precondition == question],
        back=back,
        caption=caption,
    )
    return page, code


def _newest(history: list[PreconditionAnswer]) -> dict[str, PreconditionAnswer]:
    """Return the newest answer to each precondition."""
    return {row.question: row for row in reversed(history)}


def _place(area: ConflictArea) -> str:
    towns = names_of(db.session(), [area.municipality_id] if area.municipality_id else [])
    named = towns.get(area.municipality_id or 0, "")
    return " – ".join(one for one in (named, area.region) if one)
