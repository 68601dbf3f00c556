"""Routes of the register of who else is at work: of the scope, and beside a need."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Need, OtherActor
from matchmaker.needs.queries import need_by_public_id
from matchmaker.safeguards import others_queries as queries
from matchmaker.safeguards import others_service as service
from matchmaker.safeguards.others_forms import OtherForm, OtherInAreaForm
from matchmaker.safeguards.others_words import rows_of, years_of
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.web.paging import page_of

blueprint = Blueprint("others", __name__, url_prefix="/who-else")


def load_need(public_id: str) -> Need | None:
    """Return the need that an address names."""
    return need_by_public_id(db.session(), public_id)


def load_other(public_id: str) -> OtherActor | None:
    """Return the actor that an address names, where it is the reader's to change."""
    return queries.other_with(db.session(), current_actor(), public_id)


@blueprint.get("")
@guard(Permission.LIST_OTHERS)
def index() -> ResponseReturnValue:
    """List who else is at work in the reader's scope."""
    page = page_of(db.session(), queries.others_visible_to(current_actor()))
    return render_template("safeguards/others.html", page=page, years_of=years_of, key=new_key())


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Permission.LIST_OTHERS)
def new() -> ResponseReturnValue:
    """Write down an organisation at work in an area."""
    form, actor = OtherInAreaForm(), current_actor()
    back = url_for("others.index")
    if form.is_sent():
        draft = form.draft(country=form.country.data or "", region=form.region.data or "")
        try:
            with transaction(actor, form.key, "others.new") as work:
                service.enter_other(work.session, actor, draft)
                work.leads_to(back)
            return _saved(back)
        except BadInput as error:
            form.blame(error)
    return _page(form, back, None)


@blueprint.get("/needs/<public_id>")
@guard(Permission.SEE_NEED, load_need)
def of_need(need: Need) -> ResponseReturnValue:
    """Show who else is at work where a need comes from, and on which of its topics."""
    beside = queries.beside_needs(db.session(), [need], any_topic=True)[need.id]
    return render_template(
        "safeguards/others_of_need.html",
        need=need,
        rows=rows_of(need, beside),
        may_name=allowed(Permission.NAME_OTHERS, current_actor(), need),
        key=new_key(),
    )


@blueprint.route("/needs/<public_id>/new", methods=["GET", "POST"])
@guard(Permission.NAME_OTHERS, load_need)
def name_in_need(need: Need) -> ResponseReturnValue:
    """Write down an organisation that the town knows of."""
    form, actor = OtherForm(), current_actor()
    back = url_for("others.of_need", public_id=need.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "others.name_in_need") as work:
                service.name_in_need(work.session, actor, need, form.draft())
                work.leads_to(back)
            return _saved(back)
        except BadInput as error:
            form.blame(error)
    return _page(form, back, need)


@blueprint.post("/<public_id>/close")
@guard(Permission.CLOSE_OTHER, load_other)
def close(row: OtherActor) -> ResponseReturnValue:
    """Take an organisation out that is not at work there any more."""
    target = url_for("others.index")
    if row.need is not None and not allowed(Permission.LIST_OTHERS, current_actor()):
        target = url_for("others.of_need", public_id=row.need.public_id)
    return press(
        "others.close",
        target,
        lambda session, actor: service.close_other(session, actor, row),
        gettext("It is taken out."),
    )


def _page(form: OtherForm, back: str, need: Need | None) -> tuple[Any, int]:
    page = render_template("safeguards/other_new.html", form=form, back=back, need=need)
    return page, 422 if request.method == "POST" and not form.switches_language else 200


def _saved(target: str) -> ResponseReturnValue:
    flash(gettext("Saved."), "success")
    return redirect(target, 303)
