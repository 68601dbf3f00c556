"""Routes of municipalities: registering, the page of one, the verification queue."""

import secrets
from collections.abc import Callable
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker import places
from matchmaker.access import Actor, Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality
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
from matchmaker.web.guard import guard
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


@blueprint.get("/register")
@guard(Permission.REGISTER_MUNICIPALITY)
def register() -> ResponseReturnValue:
    """Find the place by any spelling; the search stands in the address."""
    form = SearchForm(request.args)
    searched = bool(request.args.get("text"))
    found = []
    if searched and form.validate():
        found = places.suggest(form.text.data or "", form.country.data, limit=10)
    return render_template(
        "municipalities/register.html", form=form, found=found, searched=searched
    )


@blueprint.route("/register/details", methods=["GET", "POST"])
@guard(Permission.REGISTER_MUNICIPALITY)
def register_details() -> ResponseReturnValue:
    """Describe the municipality and register it."""
    role, country, place = _asked_for()
    if country is None:
        return redirect(url_for("municipalities.register"), 303)
    form = MunicipalityForm(country, data=_known_of(place))
    if form.is_sent():
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
    return (
        render_template(
            "municipalities/register_details.html",
            form=form,
            role=role,
            country=country_name(country),
            found=place is not None,
        ),
        _code(form),
    )


def _asked_for() -> tuple[Role, str | None, places.Place | None]:
    """Read from the address which role, country and place the registration is about."""
    role = Role.HELPER if request.args.get("role") == Role.HELPER else Role.REQUESTER
    place = places.get(request.args.get("place", -1, type=int))
    country = place.country if place else request.args.get("country", "")
    return role, (country if country in places.countries() else None), place


def _known_of(place: places.Place | None) -> dict[str, object]:
    """Return what the list of places knows, to start the form with."""
    if place is None:
        return {"name": request.args.get("text", "")[:200]}
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
    may = {
        name: allowed(permission, actor, municipality)
        for name, permission in (
            ("edit", Permission.EDIT_MUNICIPALITY),
            ("decide", Permission.VERIFY_MUNICIPALITY),
            ("tie", Permission.MANAGE_TIES),
        )
    }
    return render_template(
        "municipalities/show.html",
        municipality=municipality,
        may=may,
        contact=contact,
        times_shown=queries.times_contact_was_shown(rows, municipality),
        ties=queries.ties_of(rows, municipality),
        presence=queries.presence_at(
            rows, municipality.country, municipality.region, municipality.id
        ),
        same_place=queries.same_place_as(rows, municipality) if may["decide"] else [],
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


def _code(form: MunicipalityForm | EditMunicipalityForm | ReasonForm) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200


# --- Verification ---------------------------------------------------------------------------

Step = Callable[[Session, Actor, Municipality, str], None]


@blueprint.route("/<public_id>/verify", methods=["GET", "POST"])
@guard(Permission.VERIFY_MUNICIPALITY, load)
def verify(municipality: Municipality) -> ResponseReturnValue:
    """Verify a registration, saying how it was checked."""
    return _decide(municipality, "verify", service.verify_municipality)


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
    "verify": MunicipalityStatus.REGISTERED,
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
        with transaction(actor, form.key, f"municipalities.{decision}") as work:
            step(work.session, actor, municipality, form.reason.data or "")
            target = work.leads_to(back)
        flash(gettext("Saved."), "success")
        return redirect(target, 303)
    page = render_template(
        "municipalities/decide.html", form=form, municipality=municipality, decision=decision
    )
    return page, _code(form)
