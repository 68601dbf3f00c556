"""How often mail may say that something waits, and the link in a mail that stops it."""

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.extensions import csrf, db, limiter
from matchmaker.mail import person_of_token
from matchmaker.messages.forms import MailForm
from matchmaker.messages.routes import blueprint
from matchmaker.models import Mailbox
from matchmaker.outbox import set_mail_every, stop_mail
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MailEvery
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard


@blueprint.route("/mail", methods=["GET", "POST"])
@guard(Permission.MANAGE_OWN_ACCOUNT)
def mail() -> ResponseReturnValue:
    """Choose how often."""
    actor = current_actor()
    mailbox = db.session().get(Mailbox, actor.user_id)
    form = MailForm(data={"every": mailbox.every if mailbox else MailEvery.AT_ONCE.value})
    if form.is_sent():
        with transaction(actor, form.key, "messages.mail") as work:
            set_mail_every(work.session, cast(int, actor.user_id), MailEvery(form.every.data))
            target = work.leads_to(url_for("messages.mail"))
        flash(gettext("Your choice is saved."), "success")
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("messages/mail.html", form=form), code


@blueprint.route("/stop/<token>", methods=["GET", "POST"])
@csrf.exempt  # the token is the proof: mail programs press this for their user (RFC 8058)
@guard(Permission.SIGN_IN)
@limiter.limit("60/hour")
def stop(token: str) -> ResponseReturnValue:
    """Show one button, since mail scanners follow links; pressing it stops the mails."""
    public_id = person_of_token(token)
    if public_id is None:
        abort(404)
    if request.method == "GET" or request.form.get("switch_language"):
        return render_template("messages/stop.html", stopped=False)
    with transaction() as work:
        stop_mail(work.session, public_id)
    return render_template("messages/stop.html", stopped=True)
