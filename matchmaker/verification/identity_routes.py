"""Routes of changes of what a verified municipality is known by."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Actor, Permission, allowed
from matchmaker.audit import openings
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import IdentityChange, Municipality
from matchmaker.municipalities.cautions import findings_of_change
from matchmaker.municipalities.forms import MUNICIPALITY_FIELDS
from matchmaker.municipalities.queries import open_change_of
from matchmaker.municipalities.service import CALLED_AT
from matchmaker.unit_of_work import transaction
from matchmaker.verification import forms, identity, queries
from matchmaker.verification.flag_routes import blueprint, load_town
from matchmaker.vocabulary import MunicipalityStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press


def load_change(public_id: str) -> IdentityChange | None:
    """Return the proposed change that an address names."""
    return queries.change_with(db.session(), public_id)


@blueprint.route("/changes/of/<public_id>", methods=["GET", "POST"])
@guard(Permission.PROPOSE_IDENTITY, load_town)
def propose(municipality: Municipality) -> ResponseReturnValue:
    """Propose a change of the name, the code, the side or the contact of a municipality."""
    actor = current_actor()
    page_of_town = url_for("municipalities.show", public_id=municipality.public_id)
    if request.method == "GET" and municipality.status == MunicipalityStatus.REGISTERED:
        return redirect(page_of_town, 303)
    waiting = open_change_of(db.session(), municipality)
    if request.method == "GET" and waiting is not None and _may_see(actor, waiting):
        return redirect(url_for("verification.change", public_id=waiting.public_id), 303)
    fixed = ({"sides"} | MUNICIPALITY_FIELDS) - identity.proposable(actor)
    form = forms.ProposeChangeForm(municipality.country, fixed, obj=municipality)
    if form.is_sent():
        values, reason = form.values(), form.reason.data or ""
        try:
            with transaction(actor, form.key, "verification.propose") as work:
                change = identity.propose_change(work.session, actor, municipality, values, reason)
                target = work.leads_to(
                    page_of_town
                    if change is None
                    else url_for("verification.change", public_id=change.public_id)
                )
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("verification/propose.html", form=form, town=municipality)
    return page, _code(form)


def _may_see(actor: Actor, change: IdentityChange) -> bool:
    return allowed(Permission.SEE_IDENTITY_CHANGE, actor, change)


@blueprint.get("/changes/<public_id>")
@guard(Permission.SEE_IDENTITY_CHANGE, load_change)
def change(change: IdentityChange) -> ResponseReturnValue:
    """Show a proposed change beside what holds now; the contact stands behind a button."""
    return _page(change)


@blueprint.post("/changes/<public_id>/contact")
@guard(Permission.SEE_IDENTITY_CHANGE, load_change)
def change_contact(change: IdentityChange) -> ResponseReturnValue:
    """Show the contact before and after; that it was opened is written down first."""
    with transaction(current_actor()) as work:
        openings.show_contact(work.session, current_actor(), change.municipality.public_id)
    return _page(change, contact=True)


def _page(change: IdentityChange, *, contact: bool = False) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    decides = allowed(Permission.DECIDE_IDENTITY, actor, change)
    hidden = set() if contact else set(CALLED_AT)
    if not decides:
        hidden.add("sides")
    return render_template(
        "verification/change.html",
        change=change,
        town=change.municipality,
        decides=decides,
        withdraws=change.is_open and allowed(Permission.WITHDRAW_IDENTITY, actor, change),
        shown=[name for name in change.fields if name not in hidden],
        covered=not contact and bool(set(CALLED_AT) & set(change.fields)),
        findings=findings_of_change(session, actor, change.municipality, change.values)
        if decides and change.is_open
        else [],
        key=new_key(),
    )


@blueprint.route("/changes/<public_id>/confirm", methods=["GET", "POST"])
@guard(Permission.DECIDE_IDENTITY, load_change)
def change_confirm(change: IdentityChange) -> ResponseReturnValue:
    """Confirm a change, as the first or the second coordinator."""
    form = forms.ConfirmChangeForm()
    return _decide(change, form, "confirm", identity.confirm_change, form.note)


@blueprint.route("/changes/<public_id>/refuse", methods=["GET", "POST"])
@guard(Permission.DECIDE_IDENTITY, load_change)
def change_refuse(change: IdentityChange) -> ResponseReturnValue:
    """Do not accept a change, with a reason that is read by who proposed it."""
    form = forms.RefuseChangeForm()
    return _decide(change, form, "refuse", identity.refuse_change, form.text)


def _decide(
    change: IdentityChange, form: BaseForm, decision: str, step: Any, words: Any
) -> ResponseReturnValue:
    actor, back = current_actor(), url_for("verification.change", public_id=change.public_id)
    if request.method == "GET" and not change.is_open:
        return redirect(back, 303)
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"verification.change_{decision}") as work:
                step(work.session, actor, change, words.data or "")
                target = work.leads_to(back)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "verification/decide_change.html",
        form=form,
        words=words,
        decision=decision,
        change=change,
        town=change.municipality,
        back=back,
    )
    return page, _code(form)


@blueprint.post("/changes/<public_id>/withdraw")
@guard(Permission.WITHDRAW_IDENTITY, load_change)
def change_withdraw(change: IdentityChange) -> ResponseReturnValue:
    """Let the municipality take a change back."""
    back = url_for("verification.change", public_id=change.public_id)
    return press(
        "verification.change_withdraw",
        back,
        lambda session, actor: identity.withdraw_change(session, actor, change),
        gettext("Saved."),
    )


def _code(form: BaseForm) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
