"""The page that says what each demand in the settings of a round costs."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.matching.demand_prices import Demand
from matchmaker.models import Round
from matchmaker.rounds.clashes import clash_of
from matchmaker.rounds.routes import load
from matchmaker.rounds.settings import settings_of
from matchmaker.web.beside import BESIDE
from matchmaker.web.guard import guard
from matchmaker.workbench.naming import Names
from matchmaker.workbench.price_wording import cost_text, costs_of_rules, demand_text
from matchmaker.workbench.prices import (
    Found,
    demands_told,
    has_input,
    is_too_large,
    known_prices,
    work_out,
)

blueprint = Blueprint("prices", __name__, url_prefix="/rounds")


def prices_beside(round_: Round) -> dict[str, Any]:
    """Return what the settings tell of prices: those at hand, and where all are worked out."""
    if not has_input(round_):
        return {}
    return {
        "prices": costs_of_rules(known_prices(round_)),
        "prices_at": url_for("prices.show", public_id=round_.public_id),
    }


BESIDE["rounds.floors"].append(prices_beside)


@blueprint.get("/<public_id>/settings/prices")
@guard(Permission.SEE_ROUND, load)
def show(round_: Round) -> ResponseReturnValue:
    """Say what each demand costs; with `work=yes`, work out what is not known."""
    if not has_input(round_):
        abort(404)
    session = db.session()
    too_large = is_too_large(session, round_)
    asked = request.args.get("work") == "yes" and not too_large
    found = work_out(session, round_) if asked else Found(known_prices(round_))
    settings = settings_of(round_)
    demands = [demand for demand, _ in demands_told(round_)]
    names = _names(demands)
    rows = [
        {
            "demand": {"text": demand_text(one, settings, names)},
            "cost": cost_text(found.prices[one])
            if one in found.prices
            else gettext("not worked out yet"),
        }
        for one in demands
    ]
    return render_template(
        "workbench/prices.html",
        round=round_,
        rows=rows,
        n_missing=sum(one not in found.prices for one in demands),
        too_large=too_large,
        found=found,
        clash=clash_of(session, found.clash),
    )


def _names(demands: list[Demand]) -> Names:
    """Return the names of the needs and offers that are named one by one, as far as the reader
    works for the needs."""
    keys = [one.name.partition(" ") for one in demands if one.kind in ("lock", "must_serve")]
    needs = [need for need, _, _ in keys]
    offers = [offer for _, _, offer in keys if offer]
    return Names.of(db.session(), needs, offers)
