"""Routes that say why, why not, and how sure: thin, each guarded."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.access.predicates import is_own_round
from matchmaker.extensions import db
from matchmaker.models import Need, Offer, Proposal, Round
from matchmaker.needs.queries import need_by_public_id
from matchmaker.offers.queries import offer_by_public_id
from matchmaker.proposals.routes import load_lean
from matchmaker.rounds.routes import load
from matchmaker.vocabulary import RoundStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import BESIDE
from matchmaker.web.guard import guard
from matchmaker.web.paging import PER_PAGE, Page
from matchmaker.web.showing import is_elsewhere
from matchmaker.workbench import why_not_wording as wording
from matchmaker.workbench import why_queries as queries
from matchmaker.workbench import wishes
from matchmaker.workbench.evidence import Telling, is_brief, towns_in
from matchmaker.workbench.naming import Names
from matchmaker.workbench.solved import Solved, solved_round
from matchmaker.workbench.sureness import sureness_of, takes_long
from matchmaker.workbench.why import why
from matchmaker.workbench.why_not import Near, needs_near, offers_near, why_not

blueprint = Blueprint("why", __name__)

LONGEST_WORDS = 120


def load_need(public_id: str) -> Need | None:
    """Return the need of this public id."""
    return need_by_public_id(db.session(), public_id)


def load_offer(public_id: str) -> Offer | None:
    """Return the offer of this public id."""
    return offer_by_public_id(db.session(), public_id)


def more_about(proposal: Proposal) -> dict[str, Any]:
    """Return what is told beside the scores of a proposal, with the pages that tell more."""
    told = why(proposal)
    if not told or proposal.round is None:
        return told
    if not is_own_round(current_actor(), proposal.round):
        return {**told, "by_hand": []}
    need, offer = proposal.need.public_id, proposal.offer.public_id
    round_id = proposal.round.public_id
    links = [
        (
            gettext("Why not another offer for this need?"),
            url_for("why.offers", public_id=round_id, need_id=need),
        ),
        (
            gettext("Why not another need for this offer?"),
            url_for("why.needs", public_id=round_id, offer_id=offer),
        ),
        (gettext("How sure is this pair?"), url_for("why.sure", public_id=proposal.public_id)),
    ]
    return {**told, "more_about": [{"text": text, "href": href} for text, href in links]}


BESIDE["proposals.show"].append(more_about)


@blueprint.get("/rounds/<public_id>/why-not/need/<need_id>")
@guard(Permission.SEE_ROUND, load)
def offers(round_: Round, need_id: str) -> ResponseReturnValue:
    """List the offers of the round for a need, the nearest first."""
    session, solved = db.session(), _solved(round_)
    if need_id not in solved.problem.rows:
        abort(404)
    need = Names.of(session, [need_id], []).needs.get(need_id)
    if need is None or not _may_be_shown(need, round_):
        abort(404)
    query, words = queries.offers_to_show(round_), _words()
    if words:
        query = queries.matching_words(query, current_actor(), Offer, words)
    shown = set(session.scalars(query))
    near = [one for one in offers_near(solved.problem, need_id) if one.key in shown]
    chosen = {one.offer for one in _pairs_of(solved, need=need_id)}
    return _near_page(round_, need, words, near, chosen)


@blueprint.get("/rounds/<public_id>/why-not/offer/<offer_id>")
@guard(Permission.SEE_ROUND, load)
def needs(round_: Round, offer_id: str) -> ResponseReturnValue:
    """List the needs of the round for an offer, those allowed first."""
    session, solved = db.session(), _solved(round_)
    if offer_id not in solved.problem.columns:
        abort(404)
    offer = Names.of(session, [], [offer_id]).offers.get(offer_id)
    if offer is None or offer.municipality.hidden:
        abort(404)
    query, words = queries.needs_to_show(current_actor(), round_), _words()
    if words:
        query = queries.matching_words(query, current_actor(), Need, words)
    shown = set(session.scalars(query))
    near = [one for one in needs_near(solved.problem, offer_id) if one.key in shown]
    chosen = {one.need for one in _pairs_of(solved, offer=offer_id)}
    return _near_page(round_, offer, words, near, chosen)


def _near_page(
    round_: Round, row: Need | Offer, words: str, near: list[Near], chosen: set[str]
) -> ResponseReturnValue:
    """Show the offers near a need, or the needs near an offer, with what the row got marked."""
    session, page, of_need = db.session(), _page(near), isinstance(row, Need)
    keys = [one.key for one in page.items]
    names = Names.of(session, [] if of_need else keys, keys if of_need else [])
    lines = []
    for one in page.items:
        pair = (row.public_id, one.key) if of_need else (one.key, row.public_id)
        name = names.offer(one.key) if of_need else names.need(one.key)
        text = wording.near_text(one, one.key in chosen)
        lines.append({"name": name, "text": text, "href": _answer_url(round_, *pair)})
    return render_template(
        "workbench/why_not_list.html",
        round=round_,
        side="offer" if of_need else "need",
        row=row,
        words=words,
        page=page,
        lines=lines,
    )


@blueprint.get("/rounds/<public_id>/why-not/need/<need_id>/<offer_id>")
@guard(Permission.SEE_ROUND, load)
def answer(round_: Round, need_id: str, offer_id: str) -> ResponseReturnValue:
    """Say why a pair is not in the result, with what forcing it costs."""
    session, solved = db.session(), _solved(round_)
    if need_id not in solved.problem.rows or offer_id not in solved.problem.columns:
        abort(404)
    try:
        found = why_not(solved, need_id, offer_id)
    except ValueError:
        return render_template("workbench/too_large.html", round=round_)
    names = Names.of(session, *wording.keys_in(found))
    need, offer = names.needs.get(need_id), names.offers.get(offer_id)
    if not _may_be_shown(need, round_) or offer is None or offer.municipality.hidden:
        abort(404)
    assert need is not None
    facts = {row.part: row.facts for row in found.evidence.rows}
    brief = is_brief(need.municipality, offer.municipality)
    named = set() if brief else towns_in(fact for some in facts.values() for fact in some)
    telling = Telling(queries.towns_by_key(session, named), brief)
    return render_template(
        "workbench/why_not.html",
        round=round_,
        need=need,
        offer=offer,
        names=names,
        found=found,
        reasons=wording.reasons(found, in_scope=not is_elsewhere(need.municipality)),
        of_need=wording.rivals(found.of_need, names, "offer"),
        of_offer=wording.rivals(found.of_offer, names, "need"),
        price=wording.price_lines(found.forced) if found.forced else [],
        changed=wording.changed_lines(found.forced, names, need_id) if found.forced else [],
        costs_nothing=found.forced is not None and found.forced.price == (0, 0.0, 0.0),
        facts={part: telling.of_all(some) for part, some in facts.items()},
        least=solved.problem.settings.minimum_score,
        lock_url=_change_url(round_, "lock", need_id, offer_id),
        tie_url=_change_url(round_, "tie", need_id, offer_id),
        by_hand=wishes.told_of_pair(round_, solved, need, offer),
    )


@blueprint.get("/proposals/<public_id>/sure")
@guard(Permission.SEE_PROPOSAL, load_lean)
def sure(proposal: Proposal) -> ResponseReturnValue:
    """Say how often the pair is kept under other weights, and whether other results tie."""
    round_ = proposal.round
    if round_ is None or not is_own_round(current_actor(), round_) or not round_.result_digest:
        abort(404)
    if takes_long(round_):
        return render_template("workbench/too_large.html", round=round_, takes_long=True)
    try:
        found = sureness_of(round_, _solved(round_))
    except ValueError:
        return render_template("workbench/too_large.html", round=round_)
    need, offer = proposal.need.public_id, proposal.offer.public_id
    pair = found.of(need, offer)
    instead = [one.offer for one in pair.instead if one.offer] if pair else []
    names = Names.of(db.session(), [], instead)
    return render_template(
        "workbench/sure.html",
        proposal=proposal,
        trials=wording.trials(found.stability.draws),
        pair=pair,
        kept=wording.kept_text(pair) if pair else "",
        instead=wording.instead_lines(pair, names) if pair else [],
        ties_known=found.ties is not None,
        exchangeable=found.is_exchangeable(need, offer),
        others_tie=found.ties is not None and found.ties.exist,
    )


@blueprint.get("/needs/<public_id>/why-not")
@guard(Permission.VERIFY_NEED, load_need)
def of_need(need: Need) -> ResponseReturnValue:
    """Lead from a need to the latest round that looked for an offer for it."""
    round_ = queries.latest_round_with(db.session(), current_actor(), need=need)
    if round_ is None:
        flash(gettext("It has not been in a round that was solved."), "error")
        return redirect(url_for("needs.show", public_id=need.public_id), 303)
    return redirect(url_for("why.offers", public_id=round_.public_id, need_id=need.public_id))


@blueprint.get("/offers/<public_id>/why-not")
@guard(Permission.VERIFY_OFFER, load_offer)
def of_offer(offer: Offer) -> ResponseReturnValue:
    """Lead from an offer to the latest round that looked for a need for it."""
    round_ = queries.latest_round_with(db.session(), current_actor(), offer=offer)
    if round_ is None:
        flash(gettext("It has not been in a round that was solved."), "error")
        return redirect(url_for("offers.show", public_id=offer.public_id), 303)
    return redirect(url_for("why.needs", public_id=round_.public_id, offer_id=offer.public_id))


def _solved(round_: Round) -> Solved:
    if not round_.result_digest:
        abort(404)
    return solved_round(db.session(), round_)


def _may_be_shown(need: Need | None, round_: Round) -> bool:
    """Tell whether a need is one of the reader's scope that is not hidden now."""
    if need is None or need.hidden or need.municipality.hidden:
        return False
    shown = queries.needs_to_show(current_actor(), round_).where(Need.id == need.id)
    return db.session().scalar(shown) is not None


def _words() -> str:
    return request.args.get("words", "").strip()[:LONGEST_WORDS]


def _page(near: list[Near]) -> Page:
    """Return the page of a list that the address asks for; a number out of range is brought in."""
    n_pages = max(1, -(-len(near) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), n_pages)
    return Page(near[(number - 1) * PER_PAGE : number * PER_PAGE], number, n_pages, len(near))


def _pairs_of(solved: Solved, need: str = "", offer: str = "") -> list[Any]:
    """Return the chosen pairs of a need or of an offer."""
    problem = solved.problem
    needs_, offers_ = problem.arrays.needs.keys, problem.arrays.offers.keys
    return [
        wording.Rival(needs_[row], offers_[column], 0.0)
        for row, column in solved.solution.pairs.tolist()
        if needs_[row] == need or offers_[column] == offer
    ]


def _answer_url(round_: Round, need: str, offer: str) -> str:
    return url_for("why.answer", public_id=round_.public_id, need_id=need, offer_id=offer)


def _change_url(round_: Round, kind: str, need: str, offer: str) -> str | None:
    """Return where a pair is set by hand in a scenario, while the result can still be changed."""
    known = "scenarios.adjust" in current_app.view_functions
    if round_.status != RoundStatus.IN_REVIEW or not known:
        return None
    return url_for(
        "scenarios.adjust", public_id=round_.public_id, kind=kind, need=need, offer=offer
    )
