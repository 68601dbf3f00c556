"""Routes of offers: thin, each guarded."""

import secrets
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.lifecycle import may_become
from matchmaker.models import Offer, now
from matchmaker.offers import queries, service, steps
from matchmaker.offers.copying import copy_offer
from matchmaker.offers.forms import FORMS, CategoryForm, ConfirmForm, FilterForm, ReturnForm
from matchmaker.offers.mandate_steps import answers_of, steps_of
from matchmaker.offers.readiness import Readiness, readiness_of
from matchmaker.offers.summary import next_step, sections_of, status_kind
from matchmaker.offers.told import told_of
from matchmaker.unit_of_work import AlreadyDone, transaction
from matchmaker.vocabulary import OfferStatus, Role
from matchmaker.web import choices
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.onward import onward_from
from matchmaker.web.paging import page_of
from matchmaker.web.steps import Step, progress

blueprint = Blueprint("offers", __name__, url_prefix="/offers")

blueprint.add_app_template_filter(status_kind, "offer_status_kind")

STEPS = [Step(name, steps.NUMBERS[name], steps.TITLES[name]) for name in steps.ORDER]


def load(public_id: str) -> Offer | None:
    """Return the offer of this public id."""
    return queries.offer_by_public_id(db.session(), public_id)


def _code(form: Any) -> int:
    """Return 422 where a form came back because of what was typed."""
    return 422 if request.method == "POST" and not form.switches_language else 200


@blueprint.get("")
@guard(Permission.LIST_OFFERS)
def index() -> ResponseReturnValue:
    """List the own offers, or those within the coordinator's scope."""
    actor, form = current_actor(), FilterForm(request.args)
    by = queries.OfferFilter(
        **{name: value or "" for name, value in form.data.items() if form[name].validate(form)}
    )
    visible = queries.offers_visible_to(db.session(), actor)
    page = page_of(db.session(), queries.narrowed(visible, by, actor))
    return render_template(
        "offers/index.html",
        filter_form=form,
        page=page,
        told=told_of(db.session(), actor, page.items),
        narrowed=any(value for name, value in form.data.items() if name != "sort"),
        is_coordinator=actor.role == Role.COORDINATOR,
        may_create=allowed(Permission.CREATE_OFFER, actor),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Permission.CREATE_OFFER)
def new() -> ResponseReturnValue:
    """Begin an offer: the first answer opens the draft on the server."""
    form, actor = CategoryForm(), current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "offers.new") as work:
                offer = service.create_offer_draft(
                    work.session, actor, form.draft(), choices.language_now()
                )
                target = work.leads_to(
                    url_for("offers.edit", public_id=offer.public_id, step="activities")
                )
            return redirect(target, 303)
        except AlreadyDone as done:
            return _save_again(done.location, form)
    where = progress(STEPS, "category")
    return render_template("offers/edit.html", form=form, offer=None, where=where), _code(form)


def _save_again(location: str, form: CategoryForm) -> ResponseReturnValue:
    """Take the answer of a page reached by the back button into the draft it opened before."""
    public_id = location.split("/")[-3]
    with transaction(current_actor()) as work:
        offer = queries.offer_by_public_id(work.session, public_id)
        if offer is not None and offer.status == OfferStatus.DRAFT:
            service.save_offer_step(work.session, current_actor(), offer, form.draft())
    return redirect(location, 303)


@blueprint.get("/<public_id>/resume")
@guard(Permission.EDIT_OFFER, load)
def resume(offer: Offer) -> ResponseReturnValue:
    """Open a draft where it was left."""
    page = steps.resume_at(offer)
    if page == "check":
        return redirect(url_for("offers.check", public_id=offer.public_id), 303)
    return redirect(url_for("offers.edit", public_id=offer.public_id, step=page), 303)


@blueprint.route("/<public_id>/edit/<step>", methods=["GET", "POST"])
@guard(Permission.EDIT_OFFER, load)
def edit(offer: Offer, step: str) -> ResponseReturnValue:
    """Show and save one page of the form."""
    where = progress(STEPS, step)
    if where is None or step not in FORMS:
        abort(404)
    if step == "levels" and not offer.topics:
        return redirect(_after(offer, "levels"), 303)
    if step == "experience" and not offer.activities:
        return redirect(url_for("offers.edit", public_id=offer.public_id, step="activities"), 303)
    form = FORMS[step].of(offer)
    adds_row = getattr(form, "adds_row", False)
    if adds_row:
        form.add_row()
    elif form.is_sent():
        try:
            with transaction(current_actor()) as work:
                service.save_offer_step(work.session, current_actor(), offer, form.draft())
                target = _after(offer, step)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return (
        render_template("offers/edit.html", form=form, offer=offer, where=where, step=step),
        200 if adds_row else _code(form),
    )


def _after(offer: Offer, step: str) -> str:
    """Return where to go once a page is saved: on, to the summary, or away for now."""
    if "later" in request.form:
        return url_for("offers.show", public_id=offer.public_id)
    if step == "about" and offer.topics:
        return url_for("offers.edit", public_id=offer.public_id, step="levels")
    following = steps.ORDER[steps.place_of(step)]
    if following == "levels":
        following = "time"
    done = offer.step >= len(steps.ORDER)
    if following == "check" or (done and step not in ("category", "activities")):
        return url_for("offers.check", public_id=offer.public_id)
    return url_for("offers.edit", public_id=offer.public_id, step=following)


@blueprint.route("/<public_id>/check", methods=["GET", "POST"])
@guard(Permission.EDIT_OFFER, load)
def check(offer: Offer) -> ResponseReturnValue:
    """Show all answers once more, then submit."""
    form = ConfirmForm()
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "offers.check") as work:
                service.submit_offer(work.session, current_actor(), offer)
                target = work.leads_to(url_for("offers.show", public_id=offer.public_id))
            return redirect(target, 303)
        except BadInput:
            pass  # the page lists everything that misses, this included
    return (
        render_template(
            "offers/check.html",
            form=form,
            offer=offer,
            where=progress(STEPS, "check"),
            sections=sections_of(offer, change=True),
            missing=_missing(offer),
            lacking=_lacking(offer),
            may_submit=may_become("offer", offer.status, OfferStatus.SUBMITTED)
            and offer.status in (OfferStatus.DRAFT, OfferStatus.RETURNED),
        ),
        _code(form),
    )


def _lacking(offer: Offer) -> list[Readiness]:
    """Return what it would take to help well and is not there; it stops nothing."""
    points = readiness_of(offer, answers_of(steps_of(db.session(), offer)))
    return [one for one in points if one.state == "missing"]


def _missing(offer: Offer) -> list[tuple[str, str]]:
    """Return (address, marked message) for what still misses."""
    return [
        (url_for("offers.edit", public_id=offer.public_id, step=page), message)
        for page, message in steps.missing(offer, now().date())
    ]


@blueprint.get("/<public_id>")
@guard(Permission.SEE_OFFER, load)
def show(offer: Offer) -> ResponseReturnValue:
    """Show an offer to its municipality and to its coordinators."""
    return _show(offer)


def _show(offer: Offer, form: ReturnForm | None = None, problem: str = "") -> ResponseReturnValue:
    actor = current_actor()
    told = told_of(db.session(), actor, [offer])[offer.id]
    may_edit = allowed(Permission.EDIT_OFFER, actor, offer) and _is_open(told.status)
    may_verify = allowed(Permission.VERIFY_OFFER, actor, offer)
    page = render_template(
        "offers/show.html",
        offer=offer,
        told=told,
        references=queries.references_of(db.session(), offer),
        problem=problem,
        form=form or ReturnForm(formdata=None),
        key=secrets.token_urlsafe(24),
        sections=sections_of(offer, change=False),
        next_step=next_step(offer, told.status, allowed(Permission.EDIT_OFFER, actor, offer)),
        onward=onward_from(db.session(), actor, queries.live_proposals_of(db.session(), offer)),
        may_create=allowed(Permission.CREATE_OFFER, actor),
        may_edit=may_edit,
        may_pause=allowed(Permission.EDIT_OFFER, actor, offer)
        and may_become("offer", told.status, OfferStatus.PAUSED),
        may_continue=allowed(Permission.EDIT_OFFER, actor, offer)
        and told.status == OfferStatus.PAUSED,
        may_withdraw=allowed(Permission.WITHDRAW_OFFER, actor, offer)
        and may_become("offer", told.status, OfferStatus.WITHDRAWN),
        may_verify=may_verify and may_become("offer", offer.status, OfferStatus.VERIFIED),
        may_return=may_verify and may_become("offer", offer.status, OfferStatus.RETURNED),
        may_see_receipt=allowed(Permission.SEE_OFFER_RECEIPT, actor, offer),
        may_copy=allowed(Permission.COPY_OFFER, actor, offer),
    )
    return page, 422 if problem or (form is not None and not form.switches_language) else 200


def _is_open(status: str) -> bool:
    return status in service.OPEN_TO_EDITS or may_become("offer", status, OfferStatus.SUBMITTED)


def _run(offer: Offer, name: str, act: Any) -> ResponseReturnValue:
    """Do what one button asks for and go back to the offer; say why where it cannot be done."""
    key = request.form.get("idempotency_key", "")[:64]
    try:
        with transaction(current_actor(), key, f"offers.{name}") as work:
            act(work.session, current_actor(), offer)
            target = work.leads_to(url_for("offers.show", public_id=offer.public_id))
        return redirect(target, 303)
    except BadInput as error:
        return _show(offer, problem=error.message)


@blueprint.post("/<public_id>/pause")
@guard(Permission.EDIT_OFFER, load)
def pause(offer: Offer) -> ResponseReturnValue:
    """Keep the offer out of rounds for now."""
    return _run(offer, "pause", service.pause_offer)


@blueprint.post("/<public_id>/continue", endpoint="continue_")
@guard(Permission.EDIT_OFFER, load)
def continue_(offer: Offer) -> ResponseReturnValue:
    """Let rounds take a paused offer again."""
    return _run(offer, "continue", service.resume_offer)


@blueprint.post("/<public_id>/copy")
@guard(Permission.COPY_OFFER, load)
def copy(offer: Offer) -> ResponseReturnValue:
    """Open a draft with the same answers."""
    key = request.form.get("idempotency_key", "")[:64]
    with transaction(current_actor(), key, "offers.copy") as work:
        draft = copy_offer(work.session, current_actor(), offer)
        target = work.leads_to(url_for("offers.check", public_id=draft.public_id))
    return redirect(target, 303)


@blueprint.post("/<public_id>/verify")
@guard(Permission.VERIFY_OFFER, load)
def verify(offer: Offer) -> ResponseReturnValue:
    """Confirm the offer."""
    return _run(offer, "verify", service.verify_offer)


@blueprint.route("/<public_id>/return", methods=["GET", "POST"], endpoint="return_")
@guard(Permission.VERIFY_OFFER, load)
def return_(offer: Offer) -> ResponseReturnValue:
    """Send the offer back with a question."""
    form = ReturnForm()
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "offers.return") as work:
                service.return_offer(work.session, current_actor(), offer, form.question.data)
                target = work.leads_to(url_for("offers.show", public_id=offer.public_id))
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return render_template("offers/return.html", form=form, offer=offer), _code(form)
