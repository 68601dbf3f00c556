"""The scope of each association: what its coordinators see, from their next request on."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.admin import service
from matchmaker.admin.forms import NewAssociationForm, ScopeForm
from matchmaker.admin.queries import all_associations, association_with, known_sides
from matchmaker.admin.routes import blueprint
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Association
from matchmaker.proposals.scopes import set_scope
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.paging import page_of


def load_association(public_id: str) -> Association | None:
    """Return the association that an address names."""
    return association_with(db.session(), public_id)


@blueprint.get("/associations")
@guard(Permission.MANAGE_MEMBERSHIPS)
def associations() -> ResponseReturnValue:
    """List the associations with what their coordinators see."""
    page = page_of(db.session(), all_associations())
    return render_template("admin/associations.html", page=page)


@blueprint.route("/associations/new", methods=["GET", "POST"])
@guard(Permission.SET_SCOPE)
def association_new() -> ResponseReturnValue:
    """Enter an association with what its coordinators will see."""
    actor, form = current_actor(), NewAssociationForm()
    form.offer(known_sides(db.session(), []))
    if form.is_sent():
        try:
            with transaction(actor, form.key, "admin.association_new") as work:
                made = service.add_association(work.session, actor, form.name.data or "")
                set_scope(work.session, actor, made, form.country_codes, form.side_codes)
                target = work.leads_to(url_for("admin.associations"))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("admin/association_new.html", form=form)
    return page, 422 if form.is_submitted() and not form.switches_language else 200


@blueprint.route("/associations/<public_id>/scope", methods=["GET", "POST"])
@guard(Permission.SET_SCOPE, load_association)
def association_scope(association: Association) -> ResponseReturnValue:
    """Set the countries and sides that the coordinators of an association work for."""
    actor = current_actor()
    form = ScopeForm(data={"countries": association.scope, "sides": association.sides})
    form.offer(known_sides(db.session(), association.sides))
    if form.is_sent():
        countries, sides = form.country_codes, form.side_codes
        try:
            with transaction(actor, form.key, "admin.association_scope") as work:
                set_scope(work.session, actor, association, countries, sides)
                target = work.leads_to(url_for("admin.associations"))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("admin/association_scope.html", form=form, association=association)
    return page, 422 if form.is_submitted() and not form.switches_language else 200
