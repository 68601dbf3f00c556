"""What a coordinator sees of the people of a municipality, and putting somebody in charge."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.memberships import queries, service
from matchmaker.memberships.colleague_routes import blueprint, load
from matchmaker.models import Membership, Municipality
from matchmaker.municipalities.routes import load as load_town
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.web.paging import page_of


@blueprint.get("/without-anybody")
@guard(Permission.LIST_MUNICIPALITIES)
def without_anybody() -> ResponseReturnValue:
    """List the municipalities for which nobody answers."""
    page = page_of(db.session(), queries.municipalities_without_anybody(current_actor()))
    return render_template("memberships/without_anybody.html", page=page)


@blueprint.get("/of/<public_id>")
@guard(Permission.SEE_PEOPLE_OF_TOWN, load_town)
def of_town(town: Municipality) -> ResponseReturnValue:
    """Show who acts for a municipality: roles and positions, no addresses."""
    rows = db.session()
    people = queries.people_of(rows, {"municipality_id": town.id, "association_id": None})
    in_charge = any(row.position == "lead" and queries.can_act(row) for row in people)
    return render_template(
        "memberships/of_town.html",
        town=town,
        people=people,
        able={row.id: queries.can_act(row) for row in people},
        in_charge=in_charge,
        key=new_key(),
    )


@blueprint.post("/<public_id>/appoint")
@guard(Permission.APPOINT, load)
def appoint(member: Membership) -> ResponseReturnValue:
    """Put a member in charge of a municipality that has nobody."""
    assert member.municipality is not None
    return press(
        "memberships.appoint",
        url_for("memberships.of_town", public_id=member.municipality.public_id),
        lambda session, actor: service.appoint(session, actor, member),
        gettext("Saved."),
    )
