"""Routes of what is passed on after a round: hints, and the call for offers."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from matchmaker import places
from matchmaker.access import Permission
from matchmaker.audit import record
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Hint, Need, Offer, Round, RoundNeed
from matchmaker.proposals.queries import offers_by_key
from matchmaker.rounds.queries import unmatched_need, unmatched_needs
from matchmaker.rounds.wanted import cannot_be_told
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import N_, Bar, Side
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import BESIDE
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.workbench import hint_queries as queries
from matchmaker.workbench.frozen import frozen_needs
from matchmaker.workbench.hint_wording import call_text, lines_told, way_text
from matchmaker.workbench.offers_wanted import Line, call_lines, digest_of, wanted_of
from matchmaker.workbench.overview_routes import load
from matchmaker.workbench.passing_on import (
    addressee,
    can_pass_on,
    may_send,
    put_away,
    send_call,
)
from matchmaker.workbench.passing_on import (
    pass_on as pass_on_hint,
)

blueprint = Blueprint("hints", __name__)

CHANGED = N_("The call has changed in the meantime. Read it again, then send it.")


def load_hint(public_id: str) -> Hint | None:
    """Return the hint or call of this public id."""
    return queries.hint_by_public_id(db.session(), public_id)


def ways(round_: Round, need: Need, reason: dict[str, Any], offers: Any) -> dict[str, Any]:
    """Return for each near offer of an unmatched need to whom a hint could go, by its key."""
    actor, done = current_actor(), queries.passed_on(db.session(), need.id)
    now = may_send(round_)
    found: dict[str, Any] = {}
    for near in reason["nearest"]:
        offer = offers.get(near["offer"])
        if offer is None or offer.municipality.hidden:
            continue
        to = addressee(near["bars"])
        possible = can_pass_on(actor, need, offer, near["bars"])
        passed = offer.id in done
        found[near["offer"]] = {
            "text": way_text(
                to[0] if to and possible else None, bars=bool(near["bars"]), passed=passed, now=now
            ),
            "open": possible and not passed and now,
        }
    return {"passing": found}


BESIDE["rounds.unmatched"].append(ways)


@blueprint.post("/rounds/<public_id>/unmatched/<need_id>/pass-on/<offer_id>")
@guard(Permission.RUN_ROUND, load)
def pass_on(round_: Round, need_id: str, offer_id: str) -> ResponseReturnValue:
    """Pass on to one of the two municipalities that they came close."""
    target = url_for("rounds.unmatched", public_id=round_.public_id, need_id=need_id)
    if _near(round_, need_id, offer_id) is None:
        abort(404)

    def step(session: Any, actor: Any) -> None:
        found = _near(round_, need_id, offer_id)
        if found is None:
            raise BadInput("", N_("This has changed in the meantime. Look at it again."))
        left, offer, bars = found
        pass_on_hint(session, actor, round_, left.need, offer, bars)

    done = gettext("It is passed on. The municipality finds it on its home page.")
    return press("hints.pass_on", target, step, done)


@blueprint.get("/hints/<public_id>")
@guard(Permission.SEE_HINT, load_hint)
def show(hint: Hint) -> ResponseReturnValue:
    """Show a municipality what a coordinator passed on to it."""
    is_call = hint.need_id is None
    return render_template(
        "workbench/hint.html",
        hint=hint,
        is_call=is_call,
        asks=hint.side == Side.REQUESTER,
        lines=lines_told(hint.told) if is_call else [],
        bars=[] if is_call else [gettext(Bar(code).label) for code in hint.told],
        key=new_key(),
    )


@blueprint.post("/hints/<public_id>/seen")
@guard(Permission.SEE_HINT, load_hint)
def seen(hint: Hint) -> ResponseReturnValue:
    """Put a hint away."""
    return press(
        "hints.seen",
        url_for("pages.home"),
        lambda session, actor: put_away(session, actor, hint),
    )


@blueprint.get("/rounds/<public_id>/offers-wanted")
@guard(Permission.SEE_ROUND, load)
def wanted(round_: Round) -> ResponseReturnValue:
    """Show the call for offers as it would be sent, and to how many."""
    session, actor = db.session(), current_actor()
    lines = _lines(round_)
    if lines is None:
        page = "too_large" if cannot_be_told(round_) else "wanted_later"
        return render_template(f"workbench/{page}.html", round=round_)
    before = queries.called_towns(session, round_)
    waiting = [town for town in queries.helping_towns(session, actor) if town.id not in before]
    return render_template(
        "workbench/offers_wanted.html",
        round=round_,
        lines=lines_told(lines),
        digest=digest_of(lines),
        n_sent=len(before),
        n_waiting=len(waiting),
        may_send=may_send(round_),
        key=new_key(),
    )


@blueprint.post("/rounds/<public_id>/offers-wanted/download")
@guard(Permission.EXPORT_ROUND, load)
def download(round_: Round) -> ResponseReturnValue:
    """Hand the call out as a text."""
    lines = _lines(round_)
    if not lines:
        abort(404)
    told, actor = lines_told(lines), current_actor()
    with transaction(actor) as work:
        public_id = round_.public_id
        record(work.session, actor, "round.call_downloaded", "round", public_id)
    answer = current_app.response_class(call_text(told), mimetype="text/plain")
    answer.headers["Content-Disposition"] = "attachment; filename=offers-wanted.txt"
    return answer


@blueprint.route("/rounds/<public_id>/offers-wanted/send", methods=["GET", "POST"])
@guard(Permission.PUBLISH_ROUND, load)
def send(round_: Round) -> ResponseReturnValue:
    """Ask whether the call is to be sent, and send it to the helping municipalities in scope."""
    session, actor, target = db.session(), current_actor(), _wanted_url(round_)
    lines = _lines(round_)
    if not lines:
        abort(404)
    if request.method == "GET":
        before = queries.called_towns(session, round_)
        towns = [town for town in queries.helping_towns(session, actor) if town.id not in before]
        return render_template(
            "workbench/offers_wanted_send.html",
            round=round_,
            n_waiting=len(towns),
            digest=digest_of(lines),
            may_send=may_send(round_),
            key=new_key(),
        )
    if request.form.get("digest") != digest_of(lines):
        flash(gettext(CHANGED), "error")
        return redirect(target, 303)
    return press("hints.send", target, lambda work, who: _send(work, who, round_, lines))


def _send(session: Any, actor: Any, round_: Round, lines: list[Line]) -> None:
    n = send_call(session, actor, round_, lines)
    if n:
        flash(
            ngettext(
                "The call was sent to %(num)d municipality.",
                "The call was sent to %(num)d municipalities.",
                n,
            ),
            "success",
        )
    else:
        flash(gettext("Everybody in your scope has got it before. Nothing was sent."), "success")


def _lines(round_: Round) -> list[Line] | None:
    """Return the lines of the call; None where it is not known yet what is wanted."""
    if not round_.result_digest:
        abort(404)
    session, actor = db.session(), current_actor()
    wanted = wanted_of(session, round_)
    if wanted is None:
        return None
    keys = unmatched_needs(round_.id, actor).with_only_columns(Need.public_id).order_by(None)
    needs, home = frozen_needs(round_, session.scalars(keys))
    continent = {code: places.continent(code) for code in set(home.values())}
    return call_lines(needs, home, wanted, places.number_of_places(), continent)


def _near(round_: Round, need_id: str, offer_id: str) -> tuple[RoundNeed, Offer, list[str]] | None:
    """Return an unmatched need, one of the offers nearest to it, and what stands between."""
    session = db.session()
    left = unmatched_need(session, current_actor(), round_, need_id)
    if left is None or left.reason is None:
        return None
    for near in left.reason["nearest"]:
        if near["offer"] == offer_id:
            offer = offers_by_key(session, [offer_id]).get(offer_id)
            return None if offer is None else (left, offer, near["bars"])
    return None


def _wanted_url(round_: Round) -> str:
    return url_for("hints.wanted", public_id=round_.public_id)
