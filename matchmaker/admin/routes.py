"""The administrator's pages: the audit trail and its check."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.admin.forms import AuditFilterForm
from matchmaker.admin.invariants import breaks
from matchmaker.admin.queries import events_matching, kinds_and_events
from matchmaker.extensions import db
from matchmaker.web.guard import guard
from matchmaker.web.paging import page_of

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/audit")
@guard(Permission.SEE_AUDIT)
def audit() -> ResponseReturnValue:
    """List the events, newest first."""
    form = AuditFilterForm(request.args)
    form.offer(*kinds_and_events(db.session()))
    asked = {"kind": form.kind.data, "event": form.event.data, "subject_id": form.subject_id.data}
    found = events_matching(**{name: value or "" for name, value in asked.items()})
    page = page_of(db.session(), found)
    return render_template("admin/audit.html", page=page, form=form, filtered=any(asked.values()))


@blueprint.get("/check")
@guard(Permission.SEE_AUDIT)
def check() -> ResponseReturnValue:
    """Check the chain and the invariants; reads only."""
    return render_template("admin/check.html", breaks=list(breaks(db.session())))
