"""Routes of needs that a coordinator writes down for a municipality, and of receipts."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from matchmaker.access import Permission
from matchmaker.codes import grouped
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality, Need
from matchmaker.needs import on_behalf, queries
from matchmaker.needs.forms.on_behalf import EntryForm, ReadBackForm
from matchmaker.needs.routes import blueprint, load
from matchmaker.needs.summary import sections_of
from matchmaker.receipts.paper import receipt_page, renewed_receipt
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Channel
from matchmaker.web import choices
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.language import LANGUAGES
from matchmaker.web.one_button import new_key, press


def load_town(public_id: str) -> Municipality | None:
    """Return the municipality that a need is written down for."""
    return queries.municipality_by_public_id(db.session(), public_id)


@blueprint.route("/on-behalf/<public_id>", methods=["GET", "POST"])
@guard(Permission.ENTER_NEED_ON_BEHALF, load_town)
def enter(town: Municipality) -> ResponseReturnValue:
    """Begin a need for a municipality that told it by telephone or on paper."""
    form, actor = EntryForm(), current_actor()
    if form.is_sent():
        with transaction(actor, form.key, "needs.enter") as work:
            channel = Channel(form.channel.data)
            need = on_behalf.enter_need(
                work.session, actor, town, channel, form.draft(), choices.language_now()
            )
            target = work.leads_to(url_for("needs.edit", public_id=need.public_id, step="activity"))
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("needs/enter.html", form=form, town=town), code


@blueprint.get("/<public_id>/code")
@guard(Permission.SEE_READ_BACK_CODE, load)
def code(need: Need) -> ResponseReturnValue:
    """Show who wrote the need down the code for the town, with the text that it confirms."""
    entry = need.entry
    works = entry is not None and on_behalf.code_works(entry)
    return render_template(
        "needs/code.html",
        need=need,
        entry=entry,
        code=grouped(entry.code) if entry is not None and entry.code and works else None,
        sheets=sheet_languages(need),
        key=new_key(),
    )


@blueprint.get("/<public_id>/sheet")
@guard(Permission.SEE_READ_BACK_CODE, load)
def sheet(need: Need) -> ResponseReturnValue:
    """Show what is read to the town, or printed and sent to it: in its language, without secrets.

    Whom the town rules out stands on no paper: whoever finds it must not learn that.
    """
    entry, codes = need.entry, [code for code, _ in sheet_languages(need)]
    if entry is None or entry.code is None or not on_behalf.code_works(entry):
        return redirect(url_for("needs.code", public_id=need.public_id), 303)
    wanted = request.args.get("language", "")
    with force_locale(wanted if wanted in codes else codes[0]):
        return render_template(
            "needs/sheet.html",
            need=need,
            entry=entry,
            code=grouped(entry.code),
            sections=sections_of(need, change=False, secrets=False),
        )


def sheet_languages(need: Need) -> list[tuple[str, str]]:
    """Return code and name of the languages a sheet comes in, those of the town first."""
    spoken = [*need.municipality.languages, need.text_language]
    first = [code for code in spoken if code in LANGUAGES]
    return [(code, LANGUAGES[code]) for code in dict.fromkeys([*first, *LANGUAGES])]


@blueprint.post("/<public_id>/code")
@guard(Permission.SEE_READ_BACK_CODE, load)
def renew_code(need: Need) -> ResponseReturnValue:
    """Make another code; the one before is void."""
    return press(
        "needs.renew_code",
        url_for("needs.code", public_id=need.public_id),
        lambda session, actor: on_behalf.renew_code(session, actor, need),
        gettext("A new code was made. The one before no longer counts."),
    )


@blueprint.route("/<public_id>/read-back", methods=["GET", "POST"])
@guard(Permission.HEAR_READ_BACK, load)
def read_back(need: Need) -> ResponseReturnValue:
    """Take the code from the town, as another coordinator than the one who wrote."""
    form = ReadBackForm()
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "needs.read_back") as work:
                typed = form.heard.data or ""
                good = on_behalf.confirm_by_code(work.session, current_actor(), need, typed)
                target = work.leads_to(url_for("needs.show", public_id=need.public_id))
            if good:
                flash(gettext("The municipality has confirmed this need."), "success")
                return redirect(target, 303)
            message = gettext("This is not the code of this need. Have it read again, slowly.")
            form.heard.errors = [*form.heard.errors, message]
            form.idempotency_key.data = new_key()  # the next try is another one
        except BadInput as error:
            form.blame(error)
    status = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("needs/read_back.html", form=form, need=need), status


@blueprint.post("/<public_id>/confirm")
@guard(Permission.CONFIRM_OWN_NEED, load)
def confirm(need: Need) -> ResponseReturnValue:
    """Take the town's own word."""
    return press(
        "needs.confirm",
        url_for("needs.show", public_id=need.public_id),
        lambda session, actor: on_behalf.confirm_own(session, actor, need),
        gettext("You have confirmed this need."),
    )


@blueprint.get("/<public_id>/receipt")
@guard(Permission.SEE_NEED_RECEIPT, load)
def receipt(need: Need) -> ResponseReturnValue:
    """Show the receipt, to be printed or copied."""
    return receipt_page("needs", need)


@blueprint.post("/<public_id>/receipt", endpoint="renew_receipt")
@guard(Permission.SEE_NEED_RECEIPT, load)
def renew_receipt_of(need: Need) -> ResponseReturnValue:
    """Make a receipt with another code."""
    return renewed_receipt("needs", need)
