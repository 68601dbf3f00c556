"""Routes of what coordinators enter of places: conflict areas and ties."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import ConflictArea, Municipality, now
from matchmaker.municipalities import entries, queries
from matchmaker.municipalities.forms import AreaForm, NewAreaForm, ReasonForm, TieForm
from matchmaker.municipalities.routes import blueprint, load
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard
from matchmaker.web.paging import page_of


def load_area(public_id: str) -> ConflictArea | None:
    """Return the area that an address names, in the coordinator's countries only."""
    return queries.area_with(db.session(), current_actor(), public_id)


@blueprint.get("/areas")
@guard(Permission.MANAGE_AREAS)
def areas() -> ResponseReturnValue:
    """List the conflict areas, with those that have to be confirmed again marked."""
    page = page_of(db.session(), queries.areas_visible_to(current_actor()))
    today = now().date()
    in_force = {area.id: queries.is_in_force(area, today) for area in page.items}
    ids = [area.municipality_id for area in page.items if area.municipality_id]
    towns = queries.names_of(db.session(), ids)
    return render_template("municipalities/areas.html", page=page, in_force=in_force, towns=towns)


@blueprint.route("/areas/new", methods=["GET", "POST"])
@guard(Permission.MANAGE_AREAS)
def area_new() -> ResponseReturnValue:
    """Enter a place in conflict."""
    form, actor = NewAreaForm(), current_actor()
    if form.is_sent():
        place = entries.AreaPlace(
            form.level.data,
            form.country.data,
            form.region.data or "",
            form.municipality.data or "",
        )
        try:
            with transaction(actor, form.key, "municipalities.area_new") as work:
                entries.add_area(work.session, actor, place, _said_of(form))
                target = work.leads_to(url_for("municipalities.areas"))
            return _saved(target)
        except BadInput as error:
            form.blame(error)
    return render_template("municipalities/area_new.html", form=form), _code(form)


@blueprint.route("/areas/<public_id>", methods=["GET", "POST"])
@guard(Permission.MANAGE_AREAS, load_area)
def area(area: ConflictArea) -> ResponseReturnValue:
    """Confirm or change how things stand in an area."""
    form, actor = AreaForm(obj=area), current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "municipalities.area") as work:
                entries.confirm_area(work.session, actor, area, _said_of(form))
                target = work.leads_to(url_for("municipalities.areas"))
            return _saved(target)
        except BadInput as error:
            form.blame(error)
    towns = queries.names_of(db.session(), [area.municipality_id] if area.municipality_id else [])
    page = render_template("municipalities/area.html", form=form, area=area, towns=towns)
    return page, _code(form)


@blueprint.route("/areas/<public_id>/close", methods=["GET", "POST"])
@guard(Permission.MANAGE_AREAS, load_area)
def area_close(area: ConflictArea) -> ResponseReturnValue:
    """Take the entry of an area out, with a reason."""
    form, actor = ReasonForm(), current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "municipalities.area_close") as work:
                entries.close_area(work.session, actor, area, form.reason.data or "")
                target = work.leads_to(url_for("municipalities.areas"))
            return _saved(target)
        except BadInput as error:
            form.blame(error)
    towns = queries.names_of(db.session(), [area.municipality_id] if area.municipality_id else [])
    page = render_template("municipalities/area_close.html", form=form, area=area, towns=towns)
    return page, _code(form)


@blueprint.route("/<public_id>/ties/new", methods=["GET", "POST"])
@guard(Permission.MANAGE_TIES, load)
def tie_new(municipality: Municipality) -> ResponseReturnValue:
    """Enter a tie with another municipality."""
    form, actor = TieForm(), current_actor()
    if form.is_sent():
        draft = entries.TieDraft(
            country=form.country.data,
            name=form.municipality.data or "",
            kind=form.kind.data,
            since=form.since.data,
            until=form.until.data,
            source=form.source.data or "",
            topics=list(form.topics.data or []),
        )
        try:
            with transaction(actor, form.key, "municipalities.tie_new") as work:
                entries.add_tie(work.session, actor, municipality, draft)
                public_id = municipality.public_id
                target = work.leads_to(url_for("municipalities.show", public_id=public_id))
            return _saved(target)
        except BadInput as error:
            form.blame(error)
    page = render_template("municipalities/tie_new.html", form=form, municipality=municipality)
    return page, _code(form)


def _said_of(form: AreaForm | NewAreaForm) -> entries.AreaDraft:
    values: Any = form.data
    return entries.AreaDraft(
        values["phase"], values["presence"], values["valid_until"], values["source"]
    )


def _saved(target: str) -> ResponseReturnValue:
    flash(gettext("Saved."), "success")
    return redirect(target, 303)


def _code(form: BaseForm) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
