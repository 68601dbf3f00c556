"""The page of even-handedness: how the sides were served, per area and over time."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.models import now
from matchmaker.safeguards.even_drawing import HEIGHT, WIDTH, lines_of
from matchmaker.safeguards.even_queries import asked_in_scope, evenness_of, places_in
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard

blueprint = Blueprint("even", __name__, url_prefix="/even-handedness")


@blueprint.get("")
@guard(Permission.SEE_EVENNESS)
def index() -> ResponseReturnValue:
    """Show what each side asked for and got in the reader's scope."""
    country, region = request.args.get("country", ""), request.args.get("region", "")
    by_year = request.args.get("per") == "year"
    found = asked_in_scope(db.session(), current_actor())
    places = places_in(found)
    country = country if country in places else ""
    region = region if country and region in places[country] else ""
    chosen = [one for one in found if country in ("", one.country) and region in ("", one.region)]
    even = evenness_of(chosen, now().date(), by_year=by_year)
    return render_template(
        "safeguards/even.html",
        even=even,
        lines=lines_of(even),
        width=WIDTH,
        height=HEIGHT,
        places=places,
        country=country,
        region=region,
        per="year" if by_year else "quarter",
        period_name=period_name,
    )


def period_name(period: str) -> str:
    """Name a year or a quarter."""
    year, _, quarter = period.partition("-")
    if not quarter:
        return year
    return gettext("%(year)s, quarter %(quarter)s", year=year, quarter=quarter)
