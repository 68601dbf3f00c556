"""The page of wishes: who named whom, whether it was met, and what it would cost."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.matching.wishes import Pair, mutual_pairs
from matchmaker.models import Round
from matchmaker.rounds.routes import load
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import RoundStatus
from matchmaker.web.guard import guard
from matchmaker.web.paging import PER_PAGE, Page
from matchmaker.workbench import wishes
from matchmaker.workbench.naming import Names
from matchmaker.workbench.scenario_wording import points
from matchmaker.workbench.solved import Solved, solved_round

blueprint = Blueprint("wishes", __name__, url_prefix="/rounds/<public_id>/wishes")


@blueprint.get("")
@guard(Permission.SEE_ROUND, load)
def index(round_: Round) -> ResponseReturnValue:
    """List the wishes of a round that both sides named."""
    if not round_.result_digest:
        return render_template("workbench/not_now.html", round=round_)
    solved = solved_round(db.session(), round_)
    names = wishes.names_in(db.session(), mutual_pairs(solved.problem.snapshot))
    pairs = wishes.wishes_to_show(solved, names)
    chosen = _chosen(solved)
    n_pages = max(1, -(-len(pairs) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), n_pages)
    shown = pairs[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "workbench/wishes.html",
        round=round_,
        page=Page(shown, number, n_pages, len(pairs)),
        n_met=len(chosen.intersection(pairs)),
        bonus=points(solved.problem.settings.tie_bonus),
        open=round_.status == RoundStatus.IN_REVIEW,
        lines=[_line(round_, solved, names, pair, pair in chosen) for pair in shown],
    )


def _chosen(solved: Solved) -> set[Pair]:
    needs, offers = solved.problem.arrays.needs.keys, solved.problem.arrays.offers.keys
    return {(needs[row], offers[column]) for row, column in solved.solution.pairs.tolist()}


def _line(round_: Round, solved: Solved, names: Names, pair: Pair, met: bool) -> dict[str, object]:
    """Return one wish, ready to be shown."""
    settings, own = solved.problem.settings, settings_of(round_)
    found = None if met else wishes.unmet(round_, solved, pair)
    need, offer = pair
    set_by_hand = {"lock": pair in settings.locked, "tie": pair in settings.tied}
    can_be_set = met or (found is not None and found.price is not None)
    return {
        "need": names.need(need),
        "offer": names.offer(offer),
        "met": met,
        "set": any(set_by_hand.values()),
        "reasons": [] if found is None else wishes.unmet_lines(found),
        "choices": wishes.choice_lines(own, pair),
        "links": {
            kind: url_for(
                "scenarios.adjust", public_id=round_.public_id, kind=kind, need=need, offer=offer
            )
            for kind, is_set in set_by_hand.items()
            if can_be_set and not is_set
        },
        "why_not": None
        if met
        else url_for("why.answer", public_id=round_.public_id, need_id=need, offer_id=offer),
    }
