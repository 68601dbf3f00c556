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
    country, number = request.args.get("country", ""), request.args.get("region", "")
    by_year = request.args.get("per") == "year"
    found = asked_in_scope(db.session(), current_actor())
    places = places_in(found)
    country = country if country in places else ""
    region = _numbered(places.get(country, []), number)
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
        number=number if region else "",
        per="year" if by_year else "quarter",
        period_name=period_name,
    )


def _numbered(regions: list[str], number: str) -> str:
    """Return the region of this number; addresses hold no name of where somebody asked."""
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        return ""
    return regions[int(number) - 1] if 0 < int(number) <= len(regions) else ""


def period_name(period: str) -> str:
    """Name a year or a quarter."""
    year, _, quarter = period.partition("-")
    if not quarter:
        return year
    return gettext("%(year)s, quarter %(quarter)s", year=year, quarter=quarter)
