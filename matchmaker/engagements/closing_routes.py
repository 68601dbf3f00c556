"""Routes of a dignified exit: what both sides say at the end, and consent to be named."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.engagements import closing as service
from matchmaker.engagements.closing_forms import ClosingForm
from matchmaker.engagements.plan_routes import blueprint as blueprint
from matchmaker.engagements.routes import load
from matchmaker.extensions import db
from matchmaker.models import Engagement
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role, Side
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press

SIDES = (Side.HELPER, Side.REQUESTER)


@blueprint.get("/<public_id>/exit")
@guard(Permission.SEE_PLAN, load)
def closing(engagement: Engagement) -> ResponseReturnValue:
    """Show what both sides said at the end, and what is still to be said."""
    actor = current_actor()
    said = service.closings_of(db.session(), engagement)
    column = service.CONSENTS.get(Side(actor.role)) if actor.role in SIDES else None
    return render_template(
        "engagements/closing.html",
        engagement=engagement,
        said=[(side, said[side.value]) for side in SIDES if side.value in said],
        own=actor.role,
        reads_all=actor.role == Role.COORDINATOR,
        may_say=allowed(Permission.SAY_AT_THE_END, actor, engagement),
        has_said=(actor.role or "") in said,
        consents_at=getattr(engagement, column) if column else None,
        key=new_key(),
    )


@blueprint.route("/<public_id>/exit/say", methods=["GET", "POST"])
@guard(Permission.SAY_AT_THE_END, load)
def closing_say(engagement: Engagement) -> ResponseReturnValue:
    """Write down what the own side says at the end."""
    actor = current_actor()
    target = url_for("engagements.closing", public_id=engagement.public_id)
    form = ClosingForm.of(service.closings_of(db.session(), engagement).get(actor.role or ""))
    if form.is_sent():
        with transaction(actor, form.key, "engagements.closing_say") as work:
            service.say_at_the_end(work.session, actor, engagement, form.said)
            work.leads_to(target)
        flash(gettext("It is written down."), "success")
        return redirect(target, 303)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("engagements/closing_say.html", form=form, back=target), code


@blueprint.post("/<public_id>/reference")
@guard(Permission.ALLOW_REFERENCE, load)
def reference(engagement: Engagement) -> ResponseReturnValue:
    """Agree to be named as a reference, or take that back."""
    agreed = request.form.get("allow") == "yes"
    done = gettext("You may be named.") if agreed else gettext("You are no longer named.")
    return press(
        "engagements.reference",
        url_for("engagements.closing", public_id=engagement.public_id),
        lambda session, actor: service.allow_reference(session, actor, engagement, agreed),
        done,
    )
