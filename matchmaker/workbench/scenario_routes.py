"""Routes of scenarios: what if this or that were changed by hand."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Round, Scenario
from matchmaker.rounds import solving
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import AdjustmentKind, RoundStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.workbench import scenario_queries as queries
from matchmaker.workbench import scenario_service as service
from matchmaker.workbench import scenario_views as views
from matchmaker.workbench.choosing import choice_page
from matchmaker.workbench.scenario_forms import NEW, ROUND, CompareForm, NameForm, WhyForm
from matchmaker.workbench.scenario_wording import points
from matchmaker.workbench.scenario_work import Asked, Clashing

blueprint = Blueprint("scenarios", __name__, url_prefix="/rounds/<public_id>/scenarios")
blueprint.add_app_template_filter(points, "points")


def load(public_id: str) -> Round | None:
    """Return the round of this public id."""
    return queries.round_by_public_id(db.session(), public_id)


@blueprint.route("", methods=["GET", "POST"])
@guard(Permission.RUN_ROUND, load)
def index(round_: Round) -> ResponseReturnValue:
    """List the scenarios of a round; save a new one."""
    if not round_.result_digest:
        return render_template("workbench/not_now.html", round=round_)
    form, clash = NameForm(), None
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "scenarios.new") as work:
                scenario = service.create_scenario(
                    work.session, current_actor(), round_, form.name.data or ""
                )
                target = work.leads_to(_address(round_, scenario))
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
        except Clashing as error:
            clash = views.clash_of(db.session(), error)
    page = views.list_page(db.session(), current_actor(), round_)
    answer = render_template(
        "workbench/scenarios.html", round=round_, form=form, clash=clash, **page
    )
    return answer, _code(form)


@blueprint.get("/compare")
@guard(Permission.SEE_ROUND, load)
def compare(round_: Round) -> ResponseReturnValue:
    """Put two results side by side: figures, and only the pairs that differ."""
    if not round_.result_digest:
        return render_template("workbench/not_now.html", round=round_)
    session = db.session()
    scenarios = queries.scenarios_of(session, round_)
    by_id: dict[str, Scenario | None] = {one.public_id: one for one in scenarios}
    by_id[ROUND] = None
    a, b = request.args.get("a", ROUND), request.args.get("b", ROUND)
    if a not in by_id or b not in by_id:
        abort(404)
    form = CompareForm(data={"a": a, "b": b})
    form.offer_choices(scenarios)
    page = views.comparison(session, current_actor(), round_, by_id[a], by_id[b])
    return render_template("workbench/compare.html", round=round_, form=form, **page)


@blueprint.route("/adjust", methods=["GET", "POST"])
@guard(Permission.RUN_ROUND, load)
def adjust(round_: Round) -> ResponseReturnValue:
    """Choose what to change by hand; see its price and who loses; give the reason and save."""
    session, kind = db.session(), request.args.get("kind", "")
    if round_.status != RoundStatus.IN_REVIEW:
        return render_template("workbench/not_now.html", round=round_)
    if kind not in {code.value for code in AdjustmentKind}:
        return render_template(
            "workbench/kinds.html", round=round_, chosen=request.args.get("scenario", "")
        )
    scenario = _asked_scenario(round_)
    asked, errors = views.asked_of(request.args, kind)
    if asked is None:
        page = choice_page(session, current_actor(), round_, kind, request.args)
        return render_template(
            "workbench/choose.html", round=round_, kind=kind, errors=errors, **page
        )
    return _priced(round_, scenario, asked)


def _priced(round_: Round, scenario: Scenario | None, asked: Asked) -> ResponseReturnValue:
    """Show what a change costs; save it once the reason is given."""
    form, moved = WhyForm(new=scenario is None), False
    if form.is_sent():
        try:
            return redirect(_saved(round_, scenario, asked, form), 303)
        except BadInput as error:
            form.blame(error)
        except service.ChangedSince:
            moved = True
        except Clashing:
            pass
        db.session().rollback()
        scenario = _asked_scenario(round_)
    page = views.price_page(db.session(), current_actor(), round_, scenario, asked)
    if page is None:
        abort(404)
    answer = render_template(
        "workbench/price.html",
        round=round_,
        scenario=scenario,
        form=form,
        asked=asked,
        moved_since=moved,
        **page,
    )
    return answer, 409 if moved else _code(form)


def _saved(round_: Round, scenario: Scenario | None, asked: Asked, form: WhyForm) -> str:
    with transaction(current_actor(), form.key, "scenarios.adjust") as work:
        changed = service.adjust(
            work.session,
            current_actor(),
            round_,
            scenario,
            asked,
            form.reason.data,
            form.words.data or "",
            name="" if scenario is not None else form.name.data or "",
            seen=request.form.get("seen", type=int),
            base=request.form.get("base"),
        )
        target = work.leads_to(_address(round_, changed))
    flash(gettext("The change is saved in the scenario. Nothing is sent."), "success")
    return target


@blueprint.get("/<scenario_id>")
@guard(Permission.SEE_ROUND, load)
def show(round_: Round, scenario_id: str) -> ResponseReturnValue:
    """Show a scenario: what was changed, what it costs, and who moves."""
    scenario = _scenario(round_, scenario_id)
    if not round_.result_digest:
        return render_template("workbench/not_now.html", round=round_)
    page = views.scenario_page(db.session(), current_actor(), round_, scenario)
    return render_template(
        "workbench/scenario.html", round=round_, scenario=scenario, key=new_key(), **page
    )


@blueprint.post("/<scenario_id>/take-back")
@guard(Permission.RUN_ROUND, load)
def take_back(round_: Round, scenario_id: str) -> ResponseReturnValue:
    """Take one change by hand back."""
    which = request.form.get("adjustment", "")

    def step(session: Any, actor: Any) -> None:
        scenario = _scenario(round_, scenario_id)
        service.take_back(session, actor, round_, scenario, which, _seen())

    return _press("take_back", round_, scenario_id, step, gettext("The change is taken back."))


@blueprint.post("/<scenario_id>/anew")
@guard(Permission.RUN_ROUND, load)
def anew(round_: Round, scenario_id: str) -> ResponseReturnValue:
    """Work a scenario out anew from the round as it stands."""

    def step(session: Any, actor: Any) -> None:
        service.work_out_anew(session, actor, round_, _scenario(round_, scenario_id))

    return _press("anew", round_, scenario_id, step, gettext("The scenario is worked out anew."))


@blueprint.post("/<scenario_id>/delete")
@guard(Permission.RUN_ROUND, load)
def delete(round_: Round, scenario_id: str) -> ResponseReturnValue:
    """Delete a scenario."""
    target = url_for("scenarios.index", public_id=round_.public_id)
    seen = request.form.get("seen", type=int)

    def step(session: Any, actor: Any) -> None:
        service.delete_scenario(session, actor, round_, _scenario(round_, scenario_id), seen)

    try:
        return press("scenarios.delete", target, step, gettext("The scenario is deleted."))
    except service.ChangedSince:
        flash(views.changed_since(), "error")
    return redirect(_address(round_, scenario_id), 303)


@blueprint.post("/<scenario_id>/use")
@guard(Permission.RUN_ROUND, load)
def use(round_: Round, scenario_id: str) -> ResponseReturnValue:
    """Make a scenario the round's own."""
    actor, target = current_actor(), url_for("rounds.show", public_id=round_.public_id)
    key = request.form.get("idempotency_key", "")[:64]
    try:
        with transaction(actor, key, "scenarios.use") as work:
            scenario = _scenario(round_, scenario_id)
            job = service.use_scenario(work.session, actor, round_, scenario, _seen())
            work.leads_to(target)
    except BadInput as error:
        flash(gettext(error.message, **error.values), "error")
        return redirect(_address(round_, scenario_id), 303)
    except service.ChangedSince:
        flash(views.changed_since(), "error")
        return redirect(_address(round_, scenario_id), 303)
    solving.launch(job)
    return redirect(target, 303)


def _press(name: str, round_: Round, scenario_id: str, step: Any, done: str) -> ResponseReturnValue:
    """Do one write on a scenario and go back to it; say what was refused."""
    target = _address(round_, scenario_id)
    try:
        return press(f"scenarios.{name}", target, step, done)
    except service.ChangedSince:
        flash(views.changed_since(), "error")
    except Clashing as error:
        clash = views.clash_of(db.session(), error)
        if clash is not None:
            flash(f"{clash.sentence} {clash.promise}", "error")
    return redirect(target, 303)


def _asked_scenario(round_: Round) -> Scenario | None:
    """Return the scenario that the address names; None for a new one."""
    public_id = request.args.get("scenario", NEW)
    return None if public_id in ("", NEW) else _scenario(round_, public_id)


def _scenario(round_: Round, public_id: str) -> Scenario:
    scenario = queries.scenario_of(db.session(), round_, public_id)
    if scenario is None:
        abort(404)
    return scenario


def _seen() -> int:
    """Return the version of the scenario that the page was made from."""
    return request.form.get("seen", -1, type=int)


def _address(round_: Round, scenario: Scenario | str) -> str:
    scenario_id = scenario if isinstance(scenario, str) else scenario.public_id
    return url_for("scenarios.show", public_id=round_.public_id, scenario_id=scenario_id)


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
