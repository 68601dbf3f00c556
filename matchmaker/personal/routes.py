"""Routes of what is held of a person: to read, to take along, to have deleted."""

import json

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality
from matchmaker.models.deletion import open_request
from matchmaker.municipalities.routes import load as load_town
from matchmaker.personal import service
from matchmaker.personal.export import held_of
from matchmaker.retention import KINDS
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import N_
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press

blueprint = Blueprint("personal", __name__)

TABLES = {
    "user_account": N_("Account"),
    "membership": N_("Whom you act for"),
    "municipality": N_("Municipality"),
    "application": N_("Application to take part"),
    "need": N_("Needs"),
    "need_topic": N_("Topics of needs"),
    "need_impact": N_("What was said of peace and conflict in needs"),
    "need_entry": N_("Needs that a coordinator wrote down"),
    "other_actor": N_("Organisations at work that you named"),
    "offer": N_("Offers"),
    "offer_topic": N_("Topics of offers"),
    "offer_activity": N_("Activities of offers"),
    "offer_area": N_("Earlier work"),
    "offer_delivery": N_("Partners on the ground"),
    "mandate_step": N_("Stages of the decision on an offer"),
    "receipt": N_("Receipts"),
    "decision": N_("Your decisions"),
    "message": N_("Messages you wrote"),
    "pulse_answer": N_("Your answers to pulses"),
    "deletion_request": N_("Deletions you asked for"),
    "audit_event": N_("What you did here"),
    "mailbox": N_("Choice of mails"),
    "outbox": N_("Mails that went out, without their text"),
    "webauthn": N_("Security keys"),
    "sign_in_session": N_("Open sessions"),
    "known_device": N_("Devices you signed in from, without their names"),
    "one_time_link": N_("Links that work once, without the link"),
    "held_post": N_("Forms held while you signed in"),
    "idempotency_key": N_("Marks of forms that were sent"),
    "job": N_("Computations you started"),
}
"""Tables in the order of the page, in the reader's words."""


@blueprint.get("/account/data")
@guard(Permission.DOWNLOAD_OWN_DATA)
def data() -> ResponseReturnValue:
    """Say how much is held of what, and offer it as a file."""
    held = held_of(db.session(), current_actor())
    rows = [(label, len(held[name])) for name, label in TABLES.items() if name in held]
    return render_template("personal/data.html", rows=rows, key=new_key())


@blueprint.post("/account/data")
@guard(Permission.DOWNLOAD_OWN_DATA)
def download() -> ResponseReturnValue:
    """Hand the file out; a POST, for the second factor is asked again before it."""
    held = held_of(db.session(), current_actor())
    text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
    answer = make_response(text + "\n")
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@blueprint.route("/account/delete", methods=["GET", "POST"])
@guard(Permission.DELETE_OWN_ACCOUNT)
def delete_account() -> ResponseReturnValue:
    """Say what goes and what stays, then have the account deleted after a time to think."""
    actor, form, problem = current_actor(), BaseForm(), ""
    if form.is_sent():
        try:
            with transaction(actor, form.key, "personal.delete_account") as work:
                service.ask_to_delete_account(work.session, actor)
                target = work.leads_to(url_for("personal.delete_account"))
            return redirect(target, 303)
        except BadInput as error:
            problem = gettext(error.message, **error.values)
    waits = open_request(db.session(), user_id=actor.user_id)
    problem = problem or gettext_or_nothing(
        service.why_not_delete(db.session(), actor.user_id or 0) if waits is None else ""
    )
    alone = service.towns_left_alone(db.session(), actor.user_id or 0)
    page = render_template(
        "personal/delete_account.html",
        form=form,
        problem=problem,
        waits=waits,
        message_days=KINDS["message"].days,
        alone=[(town, allowed(Permission.DELETE_MUNICIPALITY, actor, town)) for town in alone],
        key=new_key(),
    )
    return page, 422 if form.is_submitted() and not form.switches_language else 200


def gettext_or_nothing(message: str) -> str:
    """Translate a message; nothing stays nothing (the empty message is the catalogue's head)."""
    return gettext(message) if message else ""


@blueprint.post("/account/keep")
@guard(Permission.KEEP_OWN_ACCOUNT)
def keep_account() -> ResponseReturnValue:
    """Take the deletion back."""
    return press(
        "personal.keep_account",
        url_for("personal.delete_account"),
        service.keep_account,
        gettext("Your account stays."),
    )


@blueprint.route("/municipalities/<public_id>/delete", methods=["GET", "POST"])
@guard(Permission.DELETE_MUNICIPALITY, load_town)
def delete_town(municipality: Municipality) -> ResponseReturnValue:
    """Say what goes and what stays, then have the municipality deleted after a time to think."""
    actor, form, problem = current_actor(), BaseForm(), ""
    if form.is_sent():
        try:
            with transaction(actor, form.key, "personal.delete_town") as work:
                service.ask_to_delete_municipality(work.session, actor, municipality)
                target = work.leads_to(
                    url_for("personal.delete_town", public_id=municipality.public_id)
                )
            return redirect(target, 303)
        except BadInput as error:
            problem = gettext(error.message, **error.values)
    page = render_template(
        "personal/delete_town.html",
        form=form,
        problem=problem,
        municipality=municipality,
        waits=open_request(db.session(), municipality_id=municipality.id),
        message_days=KINDS["message"].days,
        key=new_key(),
    )
    return page, 422 if form.is_submitted() and not form.switches_language else 200


@blueprint.post("/municipalities/<public_id>/keep")
@guard(Permission.DELETE_MUNICIPALITY, load_town)
def keep_town(municipality: Municipality) -> ResponseReturnValue:
    """Take the deletion back."""
    return press(
        "personal.keep_town",
        url_for("personal.delete_town", public_id=municipality.public_id),
        lambda session, actor: service.keep_municipality(session, actor, municipality),
        gettext("Your municipality stays."),
    )
