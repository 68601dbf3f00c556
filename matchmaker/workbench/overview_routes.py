"""Routes of what a round looks like: its lists, its heat map, its map. Thin, each guarded."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.exchange.sentences import REASONS, UNUSED_REASONS
from matchmaker.extensions import db
from matchmaker.matching.heat import WINDOW
from matchmaker.models import Round
from matchmaker.rounds import queries
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.workbench import heatmap, lists, worldmap
from matchmaker.workbench.list_forms import LeftForm, ListForm, ProposalForm, UnusedForm, form_of
from matchmaker.workbench.paged import page_with_total

blueprint = Blueprint("overview", __name__, url_prefix="/rounds")


def load(public_id: str) -> Round | None:
    """Return the solved round of this public id, with its overview."""
    round_ = queries.round_with_overview(db.session(), public_id)
    return round_ if round_ is not None and round_.summary else None


@blueprint.app_template_filter("left_reason")
def left_reason(code: str | None) -> str:
    """Say why a need was left, in a sentence."""
    return gettext(REASONS[code]) if code in REASONS else ""


@blueprint.app_template_filter("unused_reason")
def unused_reason(code: str | None) -> str:
    """Say why an offer is not used, in a sentence."""
    sentence = UNUSED_REASONS.get(code or "", REASONS["not_needed"])
    return gettext(sentence)


@blueprint.get("/<public_id>/proposals")
@guard(Permission.SEE_ROUND, load)
def proposals(round_: Round) -> ResponseReturnValue:
    """List the proposals, narrowed by what stands in the address."""
    return _list("workbench/proposals.html", round_, ProposalForm, lists.proposals)


@blueprint.get("/<public_id>/unmatched")
@guard(Permission.SEE_ROUND, load)
def left(round_: Round) -> ResponseReturnValue:
    """List the needs that were left, narrowed by what stands in the address."""
    return _list("workbench/left.html", round_, LeftForm, lists.needs_left)


@blueprint.get("/<public_id>/unused")
@guard(Permission.SEE_ROUND, load)
def unused(round_: Round) -> ResponseReturnValue:
    """List the offers that are not used, narrowed by what stands in the address."""
    return _list("workbench/unused.html", round_, UnusedForm, lists.offers_unused)


@blueprint.get("/<public_id>/helpers")
@guard(Permission.SEE_ROUND, load)
def helpers(round_: Round) -> ResponseReturnValue:
    """List the helping municipalities with their pairs and places."""
    page = page_with_total(db.session(), lists.helpers(round_.id))
    return render_template("workbench/helpers.html", round=round_, page=page)


@blueprint.get("/<public_id>/pairs")
@guard(Permission.SEE_ROUND, load)
def pairs(round_: Round) -> ResponseReturnValue:
    """Show the heat map of all pairs."""
    overview = _overview(round_)
    axes = overview["axes"]
    area = heatmap.Area(0, 0, axes["n_rows"], axes["n_columns"])
    whole = heatmap.is_all_in_scope(db.session(), current_actor(), round_)
    return render_template(
        "workbench/pairs.html",
        round=round_,
        axes=axes,
        blocks=overview["blocks"] if whole else [],
        drawing=heatmap.drawing_of(overview["bins"], area) if whole else None,
        levels=heatmap.LEVELS,
    )


@blueprint.get("/<public_id>/window")
@guard(Permission.SEE_ROUND, load)
def window(round_: Round) -> ResponseReturnValue:
    """Show a part of the heat map: closer if it is large, and 25 x 25 of it as a table."""
    session, actor = db.session(), current_actor()
    axes = _overview(round_)["axes"]
    names = {"need": 1, "offer": 1, "needs": WINDOW, "offers": WINDOW}
    asked = {name: request.args.get(name, least, type=int) for name, least in names.items()}
    area = heatmap.area_of(axes, **asked)
    cells = heatmap.cells_of(session, round_, axes, area)
    whole = heatmap.is_all_in_scope(session, actor, round_)
    near = area if area.is_window else heatmap.busiest(cells, area)
    return render_template(
        "workbench/window.html",
        round=round_,
        axes=axes,
        area=area,
        drawing=None
        if area.is_window or not whole
        else heatmap.drawing_of(heatmap.bins_of(cells), area),
        levels=heatmap.LEVELS,
        window=heatmap.window_of(session, actor, round_, near, heatmap.part_of(cells, area, near)),
    )


@blueprint.get("/<public_id>/map")
@guard(Permission.SEE_ROUND, load)
def world(round_: Round) -> ResponseReturnValue:
    """Show where help comes from, and where there is conflict."""
    drawn = worldmap.map_of(db.session(), round_, current_actor())
    return render_template("workbench/map.html", round=round_, drawn=drawn)


def _list(template: str, round_: Round, kind: type[ListForm], select: Any) -> ResponseReturnValue:
    actor = current_actor()
    figures = (round_.overview or {}).get("figures", {})
    form = form_of(kind, request.args, figures, actor)
    by = form.chosen()
    page = page_with_total(db.session(), select(round_.id, actor, by))
    return render_template(template, round=round_, filters=form, page=page, narrowed=by.narrows)


def _overview(round_: Round) -> dict[str, Any]:
    """Return what was worked out of the result; a round from before has no such pages."""
    if round_.overview is None:
        abort(404)
    return round_.overview
