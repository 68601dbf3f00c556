"""Routes of municipalities: registering, the page of one, the verification queue."""

import secrets
from collections.abc import Callable
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from matchmaker import places
from matchmaker.access import Actor, Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality
from matchmaker.models.deletion import open_request
from matchmaker.municipalities import queries, service
from matchmaker.municipalities.forms import (
    EditMunicipalityForm,
    FilterForm,
    MunicipalityForm,
    ReasonForm,
    SearchForm,
)
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MunicipalityStatus, Role
from matchmaker.web.actor import CHOSEN, current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard
from matchmaker.web.held_post import held_fields
from matchmaker.web.paging import page_of
from matchmaker.web.session_id import new_session_id
from matchmaker.web.showing import country_name

blueprint = Blueprint("municipalities", __name__, url_prefix="/municipalities")


def load(public_id: str) -> Municipality | None:
    """Return the municipality that an address names."""
    return queries.municipality_with(db.session(), public_id)


@blueprint.get("")
@guard(Permission.LIST_MUNICIPALITIES)
def index() -> ResponseReturnValue:
    """List the municipalities of the coordinator's countries; the waiting ones come first."""
    form = FilterForm(request.args)
    chosen = {name: (form[name].data or "").strip() for name in ("status", "country", "text")}
    query = queries.municipalities_visible_to(current_actor(), **chosen)
    page = page_of(db.session(), query)
    waiting = queries.registrations_waiting_for(db.session(), current_actor())
    return render_template(
        "municipalities/index.html", form=form, page=page, waiting=waiting, chosen=chosen
    )


# --- Registering ----------------------------------------------------------------------------


@blueprint.route("/register", methods=["GET", "POST"])
@guard(Permission.REGISTER_MUNICIPALITY)
def register() -> ResponseReturnValue:
    """Find the place by any spelling; writes nothing, and no address names the place."""
    form = SearchForm()
    searched = form.is_sent()
    found = []
    if searched:
        found = places.suggest(form.text.data or "", form.country.data, limit=10)
    page = render_template(
        "municipalities/register.html", form=form, found=found, searched=searched
    )
    return page, 200 if searched else _code(form)


@blueprint.route("/register/details", methods=["GET", "POST"])
@guard(Permission.REGISTER_MUNICIPALITY)
def register_details() -> ResponseReturnValue:
    """Describe the municipality and register it; what was chosen before travels in the form."""
    asked = request.form if request.method == "POST" else held_fields() or request.form
    role, country, place = _asked_for(asked)
    if country is None:
        return redirect(url_for("municipalities.register"), 303)
    begins = "begin" in asked
    form = (
        MunicipalityForm(country, formdata=None, data=_known_of(place, asked))
        if begins
        else MunicipalityForm(country)
    )
    if not begins and form.is_sent():
        draft = service.MunicipalityDraft(
            country=country,
            geonameid=place.geonameid if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            **form.values(),
        )
        try:
            return redirect(_register(form.key, role, draft), 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "municipalities/register_details.html",
        form=form,
        role=role,
        country=country_name(country),
        country_code=country,
        place=place,
    )
    return page, 200 if begins else _code(form)


def _asked_for(asked: MultiDict[str, str]) -> tuple[Role, str | None, places.Place | None]:
    """Read from the form which role, country and place the registration is about."""
    role = Role.HELPER if asked.get("role") == Role.HELPER else Role.REQUESTER
    place = places.get(asked.get("place", -1, type=int))
    country = place.country if place else asked.get("country", "")
    return role, (country if country in places.countries() else None), place


def _known_of(place: places.Place | None, asked: MultiDict[str, str]) -> dict[str, object]:
    """Return what the list of places knows, to start the form with."""
    if place is None:
        return {"name": asked.get("text", "")[:200]}
    return {"name": place.name, "region": place.region, "population": place.population or None}


def _register(key: str, role: Role, draft: service.MunicipalityDraft) -> str:
    actor = current_actor()
    with transaction(actor, key, "municipalities.register") as work:
        membership = service.register_municipality(work.session, actor, role, draft)
        chosen = membership.public_id
        municipality = cast(
            Municipality, work.session.get(Municipality, membership.municipality_id)
        )
        target = work.leads_to(url_for("municipalities.show", public_id=municipality.public_id))
    session[CHOSEN] = chosen
    new_session_id()
    flash(gettext("The municipality is registered. A coordinator will check it now."), "success")
    return target


# --- One municipality -----------------------------------------------------------------------


@blueprint.get("/<public_id>")
@guard(Permission.SEE_MUNICIPALITY, load)
def show(municipality: Municipality) -> ResponseReturnValue:
    """Show a municipality without its contact."""
    return _page(municipality)


def _page(municipality: Municipality, *, contact: bool = False) -> ResponseReturnValue:
    actor, rows = current_actor(), db.session()
    ties = queries.ties_of(rows, municipality)
    may = {
        name: allowed(permission, actor, municipality)
        for name, permission in (
            ("edit", Permission.EDIT_MUNICIPALITY),
            ("decide", Permission.SUSPEND_MUNICIPALITY),
            ("hide", Permission.HIDE_MUNICIPALITY),
            ("show_again", Permission.SHOW_MUNICIPALITY_AGAIN),
            ("tie", Permission.MANAGE_TIES),
            ("enter_need", Permission.ENTER_NEED_ON_BEHALF),
            ("delete", Permission.DELETE_MUNICIPALITY),
            ("propose", Permission.PROPOSE_IDENTITY),
        )
    }
    may["propose"] &= municipality.status != MunicipalityStatus.REGISTERED
    change = queries.open_change_of(rows, municipality)
    sees_change = change is not None and allowed(Permission.SEE_IDENTITY_CHANGE, actor, change)
    return render_template(
        "municipalities/show.html",
        municipality=municipality,
        may=may,
        application=queries.application_of(rows, municipality)
        if municipality.status == MunicipalityStatus.REGISTERED
        else None,
        change=change.public_id if change is not None and sees_change else "",
        contact=contact,
        times_shown=queries.times_contact_was_shown(rows, municipality),
        openings=queries.last_openings_of(rows, municipality) if may["show_again"] else [],
        ties=ties,
        named=queries.named_for(rows, actor, ties),
        deletion=open_request(rows, municipality_id=municipality.id),
        presence=queries.presence_at(
            rows, municipality.country, municipality.region, municipality.id
        ),
        same_place=queries.same_place_as(rows, actor, municipality) if may["decide"] else [],
        key=secrets.token_urlsafe(24),
    )


@blueprint.post("/<public_id>/contact")
@guard(Permission.SHOW_CONTACT, load)
def contact(municipality: Municipality) -> ResponseReturnValue:
    """Show the contact; that it was opened is written down first."""
    municipality_id = municipality.id
    with transaction(current_actor()) as work:
        row = cast(Municipality, work.session.get(Municipality, municipality_id))
        service.show_contact(work.session, current_actor(), row)
    return _page(row, contact=True)


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
@guard(Permission.EDIT_MUNICIPALITY, load)
def edit(municipality: Municipality) -> ResponseReturnValue:
    """Change what is known of a municipality."""
    actor = current_actor()
    fixed = service.fixed_fields(actor, municipality)
    form = EditMunicipalityForm(municipality.country, fixed, obj=municipality)
    if form.is_sent():
        values = form.values()
        try:
            with transaction(actor, form.key, "municipalities.edit") as work:
                service.change_municipality(work.session, actor, municipality, values)
                public_id = municipality.public_id
                target = work.leads_to(url_for("municipalities.show", public_id=public_id))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "municipalities/edit.html", form=form, municipality=municipality, fixed=fixed
    )
    return page, _code(form)


def _code(form: BaseForm) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200


# --- Suspension ---------------------------------------------------------------------------

Step = Callable[[Session, Actor, Municipality, str], None]


@blueprint.route("/<public_id>/suspend", methods=["GET", "POST"])
@guard(Permission.SUSPEND_MUNICIPALITY, load)
def suspend(municipality: Municipality) -> ResponseReturnValue:
    """Suspend a verified municipality."""
    return _decide(municipality, "suspend", service.suspend_municipality)


@blueprint.route("/<public_id>/restore", methods=["GET", "POST"])
@guard(Permission.SUSPEND_MUNICIPALITY, load)
def restore(municipality: Municipality) -> ResponseReturnValue:
    """Restore a suspended municipality."""
    return _decide(municipality, "restore", service.verify_municipality)


FROM = {
    "suspend": MunicipalityStatus.VERIFIED,
    "restore": MunicipalityStatus.SUSPENDED,
}
"""The status a decision starts from: on any other its page leads back."""


def _decide(municipality: Municipality, decision: str, step: Step) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    back = url_for("municipalities.show", public_id=municipality.public_id)
    if request.method == "GET" and municipality.status != FROM[decision]:
        return redirect(back, 303)
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"municipalities.{decision}") as work:
                step(work.session, actor, municipality, form.reason.data or "")
                target = work.leads_to(back)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "municipalities/decide.html", form=form, municipality=municipality, decision=decision
    )
    return page, _code(form)
