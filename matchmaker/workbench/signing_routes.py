"""Signing the plain proposals together, and publishing with open eyes: thin, each guarded."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from matchmaker.access import Permission
from matchmaker.audit.since import n_events
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Round, now
from matchmaker.rounds import queries, service
from matchmaker.rounds.staleness import HIDDEN, stale_sides
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import N_, RoundStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press, seen_of_form
from matchmaker.web.paging import PER_PAGE, Page
from matchmaker.workbench import plain

blueprint = Blueprint("signing", __name__, url_prefix="/rounds")

CARE = {
    "two": N_("Two signatures are asked"),
    "stale": N_("A side has changed since the round was frozen"),
    "red": N_("Its check for peace and conflict impact is red"),
    "amber": N_("Its check for peace and conflict impact names a risk"),
    "unchecked": N_("It could take place in the area, and its check is not answered"),
    "unknown": N_("It is not known whether a condition is met"),
    "tie": N_("Another result would be just as good"),
    "own": N_("You act for one of the two municipalities"),
}
"""Why a proposal is looked at by itself, by code."""
STALE = {
    "gone": (
        N_("Withdrawn, closed or lapsed"),
        N_("Its pairs are taken back by themselves. The place they free goes to the next best."),
    ),
    "back": (
        N_("Changed, and waits for verification"),
        N_("Its pairs are taken back. It can enter the next round."),
    ),
    "edited": (
        N_("Changed and verified again"),
        N_("Compare it with its pairs before you sign them, or reject them."),
    ),
    "suspended": (
        N_("Its municipality is suspended"),
        N_("Its pairs cannot be approved. Reject them, or wait."),
    ),
    "paused": (
        N_("Paused by its municipality"),
        N_("Its pairs cannot be approved until the offer is open again."),
    ),
    "full": (
        N_("Its places went to another round"),
        N_("Its pairs cannot be approved. Reject them: the next best is then proposed."),
    ),
}
"""What became of a side, and what to do, by code."""
blueprint.add_app_template_filter(lambda code: gettext(CARE[code]), "care")
blueprint.add_app_template_filter(lambda code: gettext(STALE[code][0]), "stale")
blueprint.add_app_template_filter(lambda code: gettext(STALE[code][1]), "stale_advice")


def load(public_id: str) -> Round | None:
    """Return the round of this public id."""
    return queries.round_by_public_id(db.session(), public_id)


@blueprint.get("/<public_id>/publish")
@guard(Permission.PUBLISH_ROUND, load)
def publish(round_: Round) -> ResponseReturnValue:
    """Say what publishing will do, what is not signed, and what has changed since the freeze."""
    if round_.status != RoundStatus.IN_REVIEW:
        return redirect(_home(round_))
    session, actor = db.session(), current_actor()
    stale = stale_sides(session, actor, round_)
    counts = queries.n_proposals_by_status(session, round_, actor)
    page = render_template(
        "workbench/publish.html",
        round=round_,
        counts=counts,
        n_live=counts.get("proposed", 0) + counts.get("approved", 0),
        n_ended=counts.get("rejected", 0) + counts.get("undone", 0),
        n_unmatched=queries.n_unmatched(session, round_, actor),
        stale=[one for one in stale if one.code != HIDDEN],
        n_hidden=sum(one.code == HIDDEN for one in stale),
        ends_at=now() + current_app.config["COOL_OFF"],
        cool_off=bool(current_app.config["COOL_OFF"]),
        seen=n_events(session, round_),
        key=new_key(),
    )
    return page


@blueprint.post("/<public_id>/publish")
@guard(Permission.PUBLISH_ROUND, load)
def publish_now(round_: Round) -> ResponseReturnValue:
    """Publish the round; the municipalities hear of it once the cool-off is over."""
    cool_off, seen = current_app.config["COOL_OFF"], seen_of_form()
    return press(
        "rounds.publish_round",
        _home(round_),
        lambda session, actor: service.publish_round(session, actor, round_, cool_off, seen=seen),
        gettext("The round is published."),
    )


@blueprint.get("/<public_id>/approve-plain")
@guard(Permission.SIGN_PLAIN, load)
def approve_plain(round_: Round) -> ResponseReturnValue:
    """List the proposals that need no special care, and name those that do."""
    since = datetime.now(UTC)
    session, actor = db.session(), current_actor()
    sides = plain.sorted_out(session, actor, round_)
    number, n_pages = _page_number(len(sides.plain))
    shown = sides.plain[(number - 1) * PER_PAGE : number * PER_PAGE]
    named = {code: ids[: plain.MOST_NAMED] for code, ids in sides.others.items()}
    wanted = [*shown, *(row_id for ids in named.values() for row_id in ids)]
    rows = plain.proposals_by_id(session, wanted)
    left = request.args.getlist("left")[:PER_PAGE]
    return render_template(
        "workbench/approve_plain.html",
        round=round_,
        page=Page([rows[row_id] for row_id in shown], number, n_pages, len(sides.plain)),
        others=[
            (code, len(ids), [rows[row_id] for row_id in named[code]])
            for code, ids in sides.others.items()
        ],
        left=plain.left_out(session, actor, left) if left else (),
        n_left=request.args.get("n_left", 0, type=int),
        most=plain.MOST_SIGNED,
        open=round_.status in (RoundStatus.IN_REVIEW, RoundStatus.PUBLISHED),
        since=since.isoformat(),
        key=new_key(),
    )


@blueprint.post("/<public_id>/approve-plain")
@guard(Permission.SIGN_PLAIN, load)
def sign_plain(round_: Round) -> ResponseReturnValue:
    """Sign the ticked proposals, or all plain ones; what changed meanwhile is left out, named."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")[:64]
    picked = None if request.form.get("all") else request.form.getlist("pick")
    target = url_for("signing.approve_plain", public_id=round_.public_id)
    within = current_app.config["ANSWER_WITHIN"]
    try:
        with transaction(actor, key, "signing.sign_plain") as work:
            done = plain.sign_plain(work.session, actor, round_, _since(), picked, within)
            left: dict[str, Any] = {}
            if done.left:
                left = {"left": sorted(done.left)[:PER_PAGE], "n_left": len(done.left)}
            target = work.leads_to(
                url_for("signing.approve_plain", public_id=round_.public_id, **left)
            )
    except BadInput as error:
        flash(gettext(error.message, **error.values), "error")
    else:
        text = ngettext(
            "You have signed %(num)d proposal.",
            "You have signed %(num)d proposals.",
            len(done.signed),
        )
        flash(text, "success" if done.signed else "error")
    return redirect(target, 303)


def _since() -> datetime:
    """Return when the page was made; where the form does not tell, everything counts as later."""
    try:
        moment = datetime.fromisoformat(request.form.get("since", ""))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page_number(n_items: int) -> tuple[int, int]:
    n_pages = max(1, -(-n_items // PER_PAGE))
    return min(max(1, request.args.get("page", 1, type=int)), n_pages), n_pages


def _home(round_: Round) -> str:
    return url_for("rounds.show", public_id=round_.public_id)
