"""Routes of urgent lobby: whom it went to, what they answered, and a match without a round."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, gettext

from matchmaker.access import Permission, allowed
from matchmaker.access.envelopes import Envelope, through
from matchmaker.cases.agenda_routes import blueprint
from matchmaker.cases.routes import load_need
from matchmaker.cases.showing import anonymous_case
from matchmaker.extensions import db
from matchmaker.models import Alert, Need
from matchmaker.needs import alerting
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import AlertAnswer, NeedStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press


def load_alert(public_id: str) -> Alert | None:
    """Return what one of those told was told."""
    return alerting.alert_by_public_id(db.session(), public_id)


@blueprint.get("/needs/<public_id>/alarm")
@guard(Permission.SEE_NEED, load_need)
def alarm(need: Need) -> ResponseReturnValue:
    """Show the town and its coordinators who was told, what was answered, and how fast."""
    alerts = alerting.alerts_of(db.session(), need)
    after = alerting.first_answer_after(alerts)
    may_check = allowed(Permission.VERIFY_NEED, current_actor(), need)
    unanswered = [one for one in alerts if one.municipality_id is None and one.answer is None]
    acting = any(one.answer == AlertAnswer.ACTS and one.municipality_id for one in alerts)
    return render_template(
        "cases/alarm.html",
        need=need,
        alerts=alerts,
        first=None if after is None else format_timedelta(after, threshold=1.5),
        may_take_up=may_check and bool(unanswered),
        may_match=may_check and acting and need.status == NeedStatus.VERIFIED,
        key=new_key(),
    )


@blueprint.post("/needs/<public_id>/alarm/take-up")
@guard(Permission.VERIFY_NEED, load_need)
def take_up(need: Need) -> ResponseReturnValue:
    """Answer for the coordinators that they act."""
    alerts = alerting.alerts_of(db.session(), need)
    own = next((one for one in alerts if one.municipality_id is None), None)
    if own is None:
        abort(404)
    return press(
        "cases.take_up",
        url_for("cases.alarm", public_id=need.public_id),
        lambda session, actor: alerting.answer_alert(session, actor, own, AlertAnswer.ACTS),
        gettext("The municipality reads that you act for it."),
    )


@blueprint.post("/needs/<public_id>/alarm/matched")
@guard(Permission.VERIFY_NEED, load_need)
def match_alarm(need: Need) -> ResponseReturnValue:
    """Call the need matched without a round."""
    return press(
        "cases.match_alarm",
        url_for("cases.alarm", public_id=need.public_id),
        lambda session, actor: alerting.match_without_round(session, actor, need),
        gettext("The need is matched, without a round."),
    )


@blueprint.get("/alerts/<public_id>")
@guard(Permission.SEE_ALERT, load_alert)
def alert(alert: Alert) -> ResponseReturnValue:
    """Show a partner city the urgent need that a town chose to tell it of."""
    return render_template(
        "cases/alert.html",
        alert=alert,
        need=through(alert.need, Envelope.AGREED),
        town=alert.need.municipality,
        case=anonymous_case(through(alert.need, Envelope.AGREED)),
        answers=list(AlertAnswer),
        key=new_key(),
    )


@blueprint.post("/alerts/<public_id>/answer")
@guard(Permission.ANSWER_ALERT, load_alert)
def answer_alert(alert: Alert) -> ResponseReturnValue:
    """Take the answer of a partner city."""
    target = url_for("cases.alert", public_id=alert.public_id)
    said = request.form.get("answer", "")
    if said not in {one.value for one in AlertAnswer}:
        return redirect(target, 303)
    key = request.form.get("idempotency_key", "")[:64]
    with transaction(current_actor(), key, "cases.answer_alert") as work:
        alerting.answer_alert(work.session, current_actor(), alert, AlertAnswer(said))
        work.leads_to(target)
    flash(gettext("Your answer stands. The municipality reads it now."), "success")
    return redirect(target, 303)
