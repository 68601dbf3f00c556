"""Routes of what a town can do when no help comes, and of needs carried together."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.access.envelopes import Envelope, through
from matchmaker.cases import joining
from matchmaker.cases.forms import AskForm, JoinForm
from matchmaker.cases.options import options_of, others_told
from matchmaker.cases.routes import blueprint, load_need, status_of
from matchmaker.cases.service import start_from
from matchmaker.cases.showing import anonymous_case
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Carrier, Need
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import CarrierStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press


def load_carrier(public_id: str) -> Carrier | None:
    """Return what a municipality was asked to carry."""
    return joining.carrier_by_public_id(db.session(), public_id)


@blueprint.get("/needs/<public_id>/options")
@guard(Permission.SEE_NEED, load_need)
def options(need: Need) -> ResponseReturnValue:
    """Show what can be done when no help comes."""
    session, actor = db.session(), current_actor()
    return render_template(
        "cases/options.html",
        need=need,
        options=options_of(session, need),
        others=others_told(session, need),
        joined=joining.carriers_joined(session, need),
        may_start=allowed(Permission.COPY_NEED, actor, need),
        may_want=need.municipality_id == actor.municipality_id,
        may_ask=allowed(Permission.VERIFY_NEED, actor, need),
        key=new_key(),
    )


@blueprint.post("/needs/<public_id>/options/start")
@guard(Permission.COPY_NEED, load_need)
def start(need: Need) -> ResponseReturnValue:
    """Open a draft that asks for the same in another way."""
    key = request.form.get("idempotency_key", "")[:64]
    way = request.form.get("way", "")[:80]
    try:
        with transaction(current_actor(), key, "cases.start") as work:
            draft = start_from(work.session, current_actor(), need, way)
            target = work.leads_to(url_for("needs.check", public_id=draft.public_id))
        return redirect(target, 303)
    except BadInput:
        return redirect(url_for("cases.options", public_id=need.public_id), 303)


@blueprint.post("/needs/<public_id>/neighbours")
@guard(Permission.COPY_NEED, load_need)
def neighbours(need: Need) -> ResponseReturnValue:
    """Ask the coordinators to look for neighbours that carry the need too, or stop it."""
    wanted = request.form.get("wanted") == "yes"
    done = (
        gettext("Your coordinators now look for neighbours. You hear of those that agree.")
        if wanted
        else gettext("Your coordinators no longer look for neighbours.")
    )
    return press(
        "cases.neighbours",
        url_for("cases.options", public_id=need.public_id),
        lambda session, actor: joining.want_carriers(session, actor, need, wanted),
        done,
    )


@blueprint.route("/needs/<public_id>/carriers", methods=["GET", "POST"])
@guard(Permission.VERIFY_NEED, load_need)
def carriers(need: Need) -> ResponseReturnValue:
    """Show a coordinator whom they asked to carry a need too, and let them ask one more."""
    session, actor = db.session(), current_actor()
    towns = joining.towns_to_ask(session, actor, need)
    form = AskForm(towns)
    if form.is_sent():
        town = next(one for one in towns if one.public_id == form.town.data)
        try:
            with transaction(actor, form.key, "cases.carriers") as work:
                joining.ask_to_carry(work.session, actor, need, town)
                target = work.leads_to(url_for("cases.carriers", public_id=need.public_id))
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    asked = joining.carriers_asked(session, need)
    page = render_template("cases/carriers.html", form=form, need=need, asked=asked, towns=towns)
    return page, status_of(form)


@blueprint.get("/carrying/<public_id>")
@guard(Permission.SEE_CARRIER, load_carrier)
def carrying(carrier: Carrier) -> ResponseReturnValue:
    """Show a municipality what it is asked to carry: without a name before it has agreed."""
    return _carrying(carrier, JoinForm(formdata=None)), 200


@blueprint.post("/carrying/<public_id>/join")
@guard(Permission.ANSWER_CARRIER, load_carrier)
def join(carrier: Carrier) -> ResponseReturnValue:
    """Join a need that another municipality has posted."""
    form = JoinForm()
    target = url_for("cases.carrying", public_id=carrier.public_id)
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, "cases.join") as work:
                names = form.veto_names.lines
                joined = CarrierStatus.JOINED
                joining.answer(work.session, current_actor(), carrier, joined, names)
                work.leads_to(target)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return _carrying(carrier, form), status_of(form)


@blueprint.post("/carrying/<public_id>/leave")
@guard(Permission.ANSWER_CARRIER, load_carrier)
def leave(carrier: Carrier) -> ResponseReturnValue:
    """Say no, or leave a need that was joined."""
    joined = carrier.status == CarrierStatus.JOINED
    status = CarrierStatus.LEFT if joined else CarrierStatus.DECLINED
    return press(
        "cases.leave",
        url_for("pages.home"),
        lambda session, actor: joining.answer(session, actor, carrier, status),
        gettext("Your answer is noted. The other municipality is not told who you are.")
        if not joined
        else gettext("You no longer carry this need."),
    )


def _carrying(carrier: Carrier, form: JoinForm) -> str:
    joined = carrier.status == CarrierStatus.JOINED
    envelope = Envelope.AGREED if joined else Envelope.HELPER
    need = carrier.need
    return render_template(
        "cases/carrying.html",
        carrier=carrier,
        form=form,
        joined=joined,
        asked=carrier.status == CarrierStatus.ASKED,
        need=need if joined else None,
        others=joining.carriers_joined(db.session(), need) if joined else [],
        case=anonymous_case(through(need, envelope)),
        key=new_key(),
    )
