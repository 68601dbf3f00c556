"""Routes of needs: thin, each guarded."""

import secrets
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Actor, Permission, allowed
from matchmaker.access.predicates import is_own_round
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.lifecycle import may_become
from matchmaker.models import Need, now
from matchmaker.needs import queries, service, steps
from matchmaker.needs.copying import copy_need
from matchmaker.needs.forms import FORMS, CategoryForm, ConfirmForm, FilterForm, ReturnForm
from matchmaker.needs.standing import how_confirmed, next_step, status_kind, status_text
from matchmaker.needs.summary import sections_of
from matchmaker.unit_of_work import AlreadyDone, transaction
from matchmaker.vocabulary import NeedStatus, Role
from matchmaker.web import choices
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import beside
from matchmaker.web.guard import guard
from matchmaker.web.onward import onward_from
from matchmaker.web.paging import page_of
from matchmaker.web.steps import Step, progress

blueprint = Blueprint("needs", __name__, url_prefix="/needs")

blueprint.add_app_template_filter(status_kind, "need_status_kind")
blueprint.add_app_template_filter(status_text, "need_status_text")

STEPS = [Step(name, steps.NUMBERS[name], steps.TITLES[name]) for name in steps.ORDER]


def load(public_id: str) -> Need | None:
    """Return the need of this public id."""
    return queries.need_by_public_id(db.session(), public_id)


def _code(form: Any) -> int:
    """Return 422 where a form came back because of what was typed."""
    return 422 if request.method == "POST" and not form.switches_language else 200


@blueprint.get("")
@guard(Permission.LIST_NEEDS)
def index() -> ResponseReturnValue:
    """List the own needs, or those within the coordinator's scope."""
    actor, form = current_actor(), FilterForm(request.args)
    by = queries.NeedFilter(
        **{name: value or "" for name, value in form.data.items() if form[name].validate(form)}
    )
    visible = queries.needs_visible_to(db.session(), actor)
    return render_template(
        "needs/index.html",
        filter_form=form,
        page=page_of(db.session(), queries.narrowed(visible, by)),
        narrowed=any(value for name, value in form.data.items() if name != "sort"),
        is_coordinator=actor.role == Role.COORDINATOR,
        may_create=allowed(Permission.CREATE_NEED, actor),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Permission.CREATE_NEED)
def new() -> ResponseReturnValue:
    """Begin a need: the first answer opens the draft on the server."""
    form, actor = CategoryForm(), current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "needs.new") as work:
                need = service.create_need_draft(
                    work.session, actor, form.draft(), choices.language_now()
                )
                target = work.leads_to(
                    url_for("needs.edit", public_id=need.public_id, step="activity")
                )
            return redirect(target, 303)
        except AlreadyDone as done:
            return _save_again(done.location, form)
    where = progress(STEPS, "category")
    return render_template("needs/edit.html", form=form, need=None, where=where), _code(form)


def _save_again(location: str, form: CategoryForm) -> ResponseReturnValue:
    """Take the answer of a page reached by the back button into the draft it opened before."""
    public_id = location.split("/")[-3]
    with transaction(current_actor()) as work:
        need = queries.need_by_public_id(work.session, public_id)
        if need is not None and need.status == NeedStatus.DRAFT:
            service.save_need_step(work.session, current_actor(), need, form.draft())
    return redirect(location, 303)


@blueprint.get("/<public_id>/resume")
@guard(Permission.EDIT_NEED, load)
def resume(need: Need) -> ResponseReturnValue:
    """Open a draft where it was left."""
    page = steps.resume_at(need)
    if page == "check":
        return redirect(url_for("needs.check", public_id=need.public_id), 303)
    return redirect(url_for("needs.edit", public_id=need.public_id, step=page), 303)


@blueprint.route("/<public_id>/edit/<step>", methods=["GET", "POST"])
@guard(Permission.EDIT_NEED, load)
def edit(need: Need, step: str) -> ResponseReturnValue:
    """Show and save one page of the form."""
    where = progress(STEPS, step)
    if where is None or step not in FORMS:
        abort(404)
    if step == "levels" and not need.topics:
        return redirect(_after(need, "levels"), 303)
    form = FORMS[step].of(need)
    if form.is_sent():
        try:
            with transaction(current_actor()) as work:
                service.save_need_step(work.session, current_actor(), need, form.draft())
                target = _after(need, step)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return (
        render_template("needs/edit.html", form=form, need=need, where=where, step=step),
        _code(form),
    )


def _after(need: Need, step: str) -> str:
    """Return where to go once a page is saved: on, to the summary, or away for now."""
    if "later" in request.form:
        return url_for("needs.show", public_id=need.public_id)
    if step == "about" and need.topics:
        return url_for("needs.edit", public_id=need.public_id, step="levels")
    following = steps.ORDER[steps.place_of(step)]
    if following == "levels":
        following = "time"
    done = need.step >= len(steps.ORDER)
    if following == "check" or (done and step != "category"):
        return url_for("needs.check", public_id=need.public_id)
    return url_for("needs.edit", public_id=need.public_id, step=following)


@blueprint.route("/<public_id>/check", methods=["GET", "POST"])
@guard(Permission.EDIT_NEED, load)
def check(need: Need) -> ResponseReturnValue:
    """Show all answers once more, then submit."""
    form = ConfirmForm()
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "needs.check") as work:
                service.submit_need(work.session, current_actor(), need)
                page = "needs.show" if _is_ours(need) else "needs.code"
                target = work.leads_to(url_for(page, public_id=need.public_id))
            return redirect(target, 303)
        except BadInput:
            pass  # the page lists everything that misses, this included
    return (
        render_template(
            "needs/check.html",
            form=form,
            need=need,
            where=progress(STEPS, "check"),
            sections=sections_of(need, change=True),
            missing=_missing(need),
            may_submit=may_become("need", need.status, NeedStatus.SUBMITTED)
            and need.status in (NeedStatus.DRAFT, NeedStatus.RETURNED),
        ),
        _code(form),
    )


def _missing(need: Need) -> list[tuple[str, str]]:
    """Return (address, marked message) for what still misses."""
    return [
        (url_for("needs.edit", public_id=need.public_id, step=page), message)
        for page, message in steps.missing(need, now().date())
    ]


@blueprint.get("/<public_id>")
@guard(Permission.SEE_NEED, load)
def show(need: Need) -> ResponseReturnValue:
    """Show a need to its municipality and to its coordinators."""
    return _show(need)


def _show(need: Need, form: ReturnForm | None = None, problem: str = "") -> ResponseReturnValue:
    actor = current_actor()
    may_edit = allowed(Permission.EDIT_NEED, actor, need) and _is_open(need)
    may_verify = allowed(Permission.VERIFY_NEED, actor, need)
    earlier = queries.earlier_work_on(db.session(), actor, need)
    page = render_template(
        "needs/show.html",
        need=need,
        earlier=earlier,
        asked_again=queries.asked_again(db.session(), earlier),
        problem=problem,
        form=form or ReturnForm(formdata=None),
        key=secrets.token_urlsafe(24),
        sections=sections_of(need, change=False),
        is_owner=_is_ours(need),
        next_step=next_step(need, _is_ours(need)),
        how_confirmed=how_confirmed(need),
        onward=onward_from(db.session(), actor, queries.live_proposals_of(db.session(), need)),
        nothing_after=_nothing_after(actor, need),
        **beside("needs.show", need),
        may_create=allowed(Permission.CREATE_NEED, actor),
        may=_entry_rights(actor, need),
        may_edit=may_edit,
        may_withdraw=allowed(Permission.WITHDRAW_NEED, actor, need)
        and may_become("need", need.status, NeedStatus.WITHDRAWN),
        may_verify=may_verify
        and need.confirmed
        and may_become("need", need.status, NeedStatus.VERIFIED),
        may_return=may_verify and may_become("need", need.status, NeedStatus.RETURNED),
        may_copy=allowed(Permission.COPY_NEED, actor, need),
    )
    return page, 422 if problem or (form is not None and not form.switches_language) else 200


def _nothing_after(actor: Actor, need: Need) -> dict[str, str] | None:
    """Return to the coordinators of a round why its last proposal for a need has no follower."""
    if actor.role != Role.COORDINATOR:
        return None
    ended = queries.ended_proposal_of(db.session(), need)
    if ended is None or ended.round is None or not is_own_round(actor, ended.round):
        return None
    code = (ended.next_best or {}).get("need", "found")
    if code == "found":
        return None
    return {"code": code, "href": url_for("proposals.show", public_id=ended.public_id)}


def _is_ours(need: Need) -> bool:
    """Tell whether the reader acts for the municipality that asks."""
    return need.municipality_id == current_actor().municipality_id


def _entry_rights(actor: Actor, need: Need) -> dict[str, bool]:
    """Return what the reader may do where a coordinator wrote the need down."""
    return {
        "see_code": allowed(Permission.SEE_READ_BACK_CODE, actor, need),
        "hear": allowed(Permission.HEAR_READ_BACK, actor, need),
        "judge": allowed(Permission.ANSWER_FOR_NEED, actor, need),
        "confirm": allowed(Permission.CONFIRM_OWN_NEED, actor, need),
        "receipt": allowed(Permission.SEE_NEED_RECEIPT, actor, need),
    }


def _is_open(need: Need) -> bool:
    return need.status in service.OPEN_TO_EDITS or may_become(
        "need", need.status, NeedStatus.SUBMITTED
    )


def _run(need: Need, name: str, act: Any) -> ResponseReturnValue:
    """Do what one button asks for and go back to the need; say why where it cannot be done."""
    key = request.form.get("idempotency_key", "")[:64]
    try:
        with transaction(current_actor(), key, f"needs.{name}") as work:
            act(work.session, current_actor(), need)
            target = work.leads_to(url_for("needs.show", public_id=need.public_id))
        return redirect(target, 303)
    except BadInput as error:
        return _show(need, problem=error.message)


@blueprint.post("/<public_id>/copy")
@guard(Permission.COPY_NEED, load)
def copy(need: Need) -> ResponseReturnValue:
    """Open a draft with the same answers."""
    key = request.form.get("idempotency_key", "")[:64]
    with transaction(current_actor(), key, "needs.copy") as work:
        draft = copy_need(work.session, current_actor(), need)
        target = work.leads_to(url_for("needs.check", public_id=draft.public_id))
    return redirect(target, 303)


@blueprint.post("/<public_id>/verify")
@guard(Permission.VERIFY_NEED, load)
def verify(need: Need) -> ResponseReturnValue:
    """Confirm the need."""
    return _run(need, "verify", service.verify_need)


@blueprint.route("/<public_id>/return", methods=["GET", "POST"], endpoint="return_")
@guard(Permission.VERIFY_NEED, load)
def return_(need: Need) -> ResponseReturnValue:
    """Send the need back with a question."""
    form = ReturnForm()
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "needs.return") as work:
                service.return_need(work.session, current_actor(), need, form.question.data)
                target = work.leads_to(url_for("needs.show", public_id=need.public_id))
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return render_template("needs/return.html", form=form, need=need), _code(form)
