"""One's own open sessions: seen, ended one by one or all at once."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker import audit
from matchmaker.access import Permission
from matchmaker.accounts.again_routes import blueprint
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.open_sessions import ROW, end_one, end_others, idle_limit_s, open_sessions_of


@blueprint.get("/sessions")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def sessions() -> ResponseReturnValue:
    """List where the person is signed in."""
    return render_template(
        "accounts/sessions.html",
        rows=open_sessions_of(current_actor().user_id or 0),
        here=session.get(ROW),
        idle_minutes=round(idle_limit_s() / 60),
    )


@blueprint.post("/sessions/end")
@guard(Permission.MANAGE_OWN_ACCOUNT)
def end_session() -> ResponseReturnValue:
    """End one session, or all others; ending one that is over already changes nothing."""
    actor = current_actor()
    which = request.form.get("which", "")[:32]
    with transaction(actor) as work:
        if which == "others":
            end_others(work, actor.user_id or 0)
        else:
            end_one(work, actor.user_id or 0, which)
        audit.record(work.session, actor, "user.sessions_ended", "user", actor.user_public_id or "")
    flash(gettext("Ended. Whoever used it has to sign in again."), "success")
    return redirect(url_for("accounts.sessions"), 303)
