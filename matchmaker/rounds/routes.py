"""Routes of rounds: thin, each guarded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.audit.since import n_events
from matchmaker.errors import BadInput, ChangedSince
from matchmaker.extensions import db
from matchmaker.jobs import latest_job, stop_child
from matchmaker.models import Need, Round, now
from matchmaker.proposals.queries import UNENGAGED, needs_by_key, offers_by_key
from matchmaker.rounds import calibration, presets, queries, service, solving, wording
from matchmaker.rounds.clashes import clash_of, groups_of, proof_text
from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.forms import RoundForm, SettingsForm
from matchmaker.rounds.overview import sides_in_scope
from matchmaker.rounds.settings import settings_of
from matchmaker.rounds.since import changed_since, settings_told
from matchmaker.rounds.staleness import n_stale
from matchmaker.safeguards.impact_queries import n_checks
from matchmaker.safeguards.precondition_pairs import following
from matchmaker.safeguards.precondition_queries import standings_of
from matchmaker.safeguards.precondition_words import reasons, rows_of
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import N_
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import beside
from matchmaker.web.changed import changed_page
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press, seen_of_form
from matchmaker.web.paging import page_of

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")
blueprint.add_app_template_filter(wording.STATUS_KINDS.get, "round_status_kind")
blueprint.add_app_template_filter(wording.reason_text, "unmatched_reason")
blueprint.add_app_template_filter(proof_text, "proof")


def load(public_id: str) -> Round | None:
    """Return the round of this public id."""
    return queries.round_by_public_id(db.session(), public_id)


@blueprint.get("")
@guard(Permission.LIST_ROUNDS)
def index() -> ResponseReturnValue:
    """List the rounds of the association."""
    page = page_of(db.session(), queries.rounds_visible_to(current_actor()))
    return render_template("rounds/index.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Permission.CREATE_ROUND)
def new() -> ResponseReturnValue:
    """Open a round."""
    form, actor = RoundForm(), current_actor()
    if form.is_sent():
        with transaction(actor, form.key, "rounds.new") as work:
            round_ = service.create_round(work.session, actor, form.title.data or "")
            target = work.leads_to(url_for("rounds.show", public_id=round_.public_id))
        return redirect(target, 303)
    return render_template("rounds/new.html", form=form), _code(form)


def load_shown(public_id: str) -> Round | None:
    """Return the round of this public id with the figures of its result."""
    return queries.round_with_overview(db.session(), public_id)


@blueprint.get("/<public_id>")
@guard(Permission.SEE_ROUND, load_shown)
def show(round_: Round) -> ResponseReturnValue:
    """Show where the round stands, what to do next, and the figures that matter."""
    session, actor = db.session(), current_actor()
    failure = round_.failure
    waiting = round_.status == "open"
    solving_now = round_.status == "solving"
    groups = groups_of(session, round_.summary.get("competitions", ()))
    figures = (round_.overview or {}).get("figures", {})
    return render_template(
        "rounds/show.html",
        round=round_,
        key=new_key(),
        settings=settings_of(round_),
        n_needs=len(queries.needs_to_match(session, actor)) if waiting else None,
        n_offers=_n_offers(round_) if waiting else None,
        job=latest_job(session, service.SOLVE, round_.public_id) if solving_now else None,
        solve_steps=wording.SOLVE_STEPS,
        failure=wording.failure_text(failure),
        clash=clash_of(session, failure),
        n_stale=n_stale(session, actor, round_) if round_.status == "in_review" else 0,
        cooling=round_.cool_off_ends_at is not None and round_.cool_off_ends_at > now(),
        n_by_status=queries.n_proposals_by_status(session, round_, actor),
        checks=n_checks(session, round_.id, actor),
        figures=figures,
        sides=sides_in_scope(figures, actor),
        worst=queries.proposal_of_pair(session, actor, round_, figures.get("worst_pair")),
        groups=groups,
        more_groups=round_.summary.get("n_competitions", 0) - len(groups),
    )


@blueprint.route("/<public_id>/settings", methods=["GET", "POST"])
@guard(Permission.SET_ROUND, load)
def settings(round_: Round) -> ResponseReturnValue:
    """Set weights, policy, limits and signatures."""
    present, actor = settings_of(round_), current_actor()
    form = SettingsForm() if request.method == "POST" else SettingsForm.of(present)
    target = url_for("rounds.show", public_id=round_.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "rounds.settings") as work:
                service.change_settings(work.session, actor, round_, form.changed, seen_of_form())
                work.leads_to(target)
        except ChangedSince as error:
            saved = settings_of(round_)
            return changed_page(db.session(), error, changed_since(saved, form.changed(saved)))
        flash(gettext("The settings are saved."), "success")
        return redirect(target, 303)
    may_be_set = round_.status in service.BEFORE_SOLVING
    found = _suggestions(round_) if may_be_set else None
    last = presets.compared_round(db.session(), round_)
    page = render_template(
        "rounds/settings.html",
        form=form,
        round=round_,
        found=found,
        seen=n_events(db.session(), round_) if request.method == "GET" else seen_of_form(),
        n_keep=len(present.matching.keep),
        least=calibration.LEAST_DECISIONS,
        least_towns=calibration.LEAST_TOWNS,
        rows={
            category: wording.suggested_rows(one, present.matching.weights[category])
            for category, one in (found.of.items() if found else ())
        },
        key=new_key(),
        presets=presets.Preset.choices(),
        last=last,
        since=changed_since(settings_of(last), present) if last else [],
        told=settings_told(present),
        floors=[(one.name, floor_text(one)) for one in present.floors],
        may_be_set=may_be_set,
        **beside("rounds.floors", round_),
    )
    return page, _code(form)


@blueprint.post("/<public_id>/settings/preset")
@guard(Permission.SET_ROUND, load)
def preset(round_: Round) -> ResponseReturnValue:
    """Begin with the weights of a purpose, or with the settings of the last round."""
    code = request.form.get("preset", "")
    if code not in {one.value for one in presets.Preset}:
        abort(404)
    target, seen = url_for("rounds.settings", public_id=round_.public_id), seen_of_form()

    def take(session: Any, actor: Any) -> None:
        presets.take_preset(session, actor, round_, presets.Preset(code), seen)

    return press("rounds.preset", target, take, gettext("The settings are saved."))


@blueprint.post("/<public_id>/settings/suggested")
@guard(Permission.SET_ROUND, load)
def take_suggested(round_: Round) -> ResponseReturnValue:
    """Set the weights that past decisions suggest."""
    found, target = _suggestions(round_), url_for("rounds.settings", public_id=round_.public_id)

    def take(session: Any, actor: Any) -> None:
        if not found.weights or request.form.get("suggestion") != found.fingerprint:
            raise BadInput("", N_("The suggestion has changed in the meantime. Look at it again."))
        presets.take_weights(session, actor, round_, found.weights, seen_of_form())

    return press("rounds.take_suggested", target, take, gettext("The settings are saved."))


@blueprint.post("/<public_id>/let-go")
@guard(Permission.RUN_ROUND, load)
def let_go(round_: Round) -> ResponseReturnValue:
    """Let go of one of the demands that clash."""
    code = request.form.get("way", "")

    def let_go_of(session: Any, actor: Any, row: Round) -> None:
        service.let_go_of(session, actor, row, code)

    return _press(round_, let_go_of, gettext("The change is made. Propose the pairs again."))


@blueprint.post("/<public_id>/freeze")
@guard(Permission.RUN_ROUND, load)
def freeze(round_: Round) -> ResponseReturnValue:
    """Take in the needs and offers of this moment."""
    return _press(round_, service.freeze_round)


@blueprint.post("/<public_id>/reopen")
@guard(Permission.RUN_ROUND, load)
def reopen(round_: Round) -> ResponseReturnValue:
    """Let the needs go again."""
    return _press(round_, service.reopen_round)


@blueprint.post("/<public_id>/solve")
@guard(Permission.RUN_ROUND, load)
def solve(round_: Round) -> ResponseReturnValue:
    """Start the solver."""
    actor, target = current_actor(), _home(round_)
    with transaction(actor, request.form.get("idempotency_key", "")[:64], "rounds.solve") as work:
        job = service.start_solving(work.session, actor, round_)
        work.leads_to(target)
    solving.launch(job)
    return redirect(target, 303)


@blueprint.post("/<public_id>/stop")
@guard(Permission.RUN_ROUND, load)
def stop(round_: Round) -> ResponseReturnValue:
    """Stop the solver."""
    actor = current_actor()
    with transaction(actor) as work:
        job = service.cancel_solving(work.session, actor, round_)
        pid = None if job is None else job.pid
    stop_child(pid)
    return redirect(_home(round_), 303)


@blueprint.post("/<public_id>/withdraw")
@guard(Permission.PUBLISH_ROUND, load)
def withdraw(round_: Round) -> ResponseReturnValue:
    """Take the publication back while it is cooling off."""
    return _press(round_, service.withdraw_publication)


@blueprint.post("/<public_id>/close")
@guard(Permission.PUBLISH_ROUND, load)
def close(round_: Round) -> ResponseReturnValue:
    """Close the round."""
    return _press(round_, service.close_round)


@blueprint.get("/<public_id>/cancel")
@guard(Permission.PUBLISH_ROUND, load)
def give_up(round_: Round) -> ResponseReturnValue:
    """Say what is lost when the round is given up."""
    if round_.status not in service.BEFORE_PUBLICATION:
        return redirect(_home(round_))
    session, counts = db.session(), queries.n_proposals_by_status(db.session(), round_)
    return render_template(
        "rounds/give_up.html",
        round=round_,
        n_live=sum(counts.get(status, 0) for status in UNENGAGED),
        n_signed=queries.n_signed(session, round_),
        seen=n_events(session, round_),
        key=new_key(),
    )


@blueprint.post("/<public_id>/cancel")
@guard(Permission.PUBLISH_ROUND, load)
def cancel(round_: Round) -> ResponseReturnValue:
    """Give the round up."""
    seen, done = seen_of_form(), gettext("The round is given up.")

    def cancel_round(session: Any, actor: Any, row: Round) -> None:
        service.cancel_round(session, actor, row, seen)

    return _press(round_, cancel_round, done)


@blueprint.post("/<public_id>/export")
@guard(Permission.EXPORT_ROUND, load)
def export(round_: Round) -> ResponseReturnValue:
    """Hand out the stored round as a file that ``matchmaker propose --snapshot`` runs again."""
    if not round_.snapshot:
        abort(404)
    actor = current_actor()
    elsewhere = settings_of(round_).offers_from_elsewhere
    if elsewhere or not queries.holds_towns_in_scope_only(db.session(), actor, round_):
        # The file places every town on the map; those of others are not the reader's to see.
        flash(
            gettext("This round cannot be downloaded. Its result is on this page."),
            "error",
        )
        return redirect(_home(round_), 303)
    with transaction(actor) as work:
        stored = service.export_round(work.session, actor, round_)
    answer = current_app.json.response(stored)
    answer.headers["Content-Disposition"] = "attachment; filename=round.json"
    return answer


@blueprint.get("/<public_id>/unmatched/<need_id>")
@guard(Permission.SEE_ROUND, load)
def unmatched(round_: Round, need_id: str) -> ResponseReturnValue:
    """Say why one need was left, and what would help."""
    session = db.session()
    left = queries.unmatched_need(session, current_actor(), round_, need_id)
    if left is None or left.reason is None:
        abort(404)
    reason = left.reason
    need_keys, offer_keys = wording.reason_keys(reason)
    needs, offers = needs_by_key(session, need_keys), offers_by_key(session, offer_keys)
    competing = [one for one in round_.summary.get("competitions", ()) if need_id in one["needs"]]
    return render_template(
        "rounds/unmatched.html",
        round=round_,
        groups=groups_of(session, competing),
        need=left.need,
        reason=reason,
        funnel=wording.funnel_rows(reason),
        losses=wording.loss_lines(reason, needs, offers),
        changes=[wording.change_text(change, offers) for change in reason["changes"]],
        nearest=wording.near_lines(reason, offers),
        preconditions=_preconditions(left.need),
        key=new_key(),
        **beside("rounds.unmatched", round_, left.need, reason, offers),
    )


def _preconditions(need: Need) -> dict[str, Any]:
    """Return how the preconditions stand now for a need of the reader's scope."""
    standings = standings_of(db.session(), [need])[need.id]
    follows = reasons(following(need, standings))
    return {"rows": rows_of(db.session(), standings), "follows": follows} if follows else {}


def _suggestions(round_: Round) -> calibration.Suggestions:
    return calibration.suggestions(
        db.session(),
        settings_of(round_).matching.weights,
        round_.association_id,
        calibration.MOST_TEXT,
    )


def _n_offers(round_: Round) -> int:
    """Count the offers that would enter the round now."""
    elsewhere = settings_of(round_).offers_from_elsewhere
    return len(queries.offers_to_match(db.session(), current_actor(), elsewhere=elsewhere))


def _home(round_: Round) -> str:
    return url_for("rounds.show", public_id=round_.public_id)


def _press(round_: Round, step: Callable[..., Any], done: str = "") -> ResponseReturnValue:
    name = f"rounds.{step.__name__}"
    return press(name, _home(round_), lambda session, actor: step(session, actor, round_), done)


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
