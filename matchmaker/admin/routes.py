"""The administrator's pages: memberships, the audit trail and its check."""

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.accounts.service import change_membership
from matchmaker.admin import service, stamps
from matchmaker.admin.audit_words import lines_of
from matchmaker.admin.forms import AuditFilterForm, SearchForm
from matchmaker.admin.home import at_home
from matchmaker.admin.invariants import breaks
from matchmaker.admin.queries import (
    events_matching,
    kinds_and_events,
    membership_with,
    memberships_asked_for,
)
from matchmaker.extensions import db
from matchmaker.memberships.standing import change_standing
from matchmaker.models import Membership
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MembershipStatus, Role
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.navigation import AT_HOME
from matchmaker.web.paging import page_of

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
AT_HOME[Role.ADMINISTRATOR.value] = at_home


@blueprint.get("/audit")
@guard(Permission.SEE_AUDIT)
def audit() -> ResponseReturnValue:
    """List the events, newest first."""
    form, asked = _filters()
    page = page_of(db.session(), events_matching(**asked))
    return render_template(
        "admin/audit.html",
        page=page,
        lines=lines_of(db.session(), page.items),
        form=form,
        filtered=any([*asked.values(), form.errors]),
        asked=request.args,
    )


def _filters() -> tuple[AuditFilterForm, dict[str, Any]]:
    """Return the filters that stand in the address."""
    form = AuditFilterForm(request.args)
    form.offer(*kinds_and_events(db.session()))
    form.validate()  # a date that is none is named beside its field and narrows nothing
    asked: dict[str, Any] = {
        field.name: field.data.strip() if isinstance(field.data, str) else field.data
        for field in form
    }
    return form, asked


@blueprint.post("/audit/download")
@guard(Permission.EXPORT_AUDIT)
def audit_download() -> ResponseReturnValue:
    """Hand the filtered events out as they are stored, codes and digests and all."""
    actor, (_, asked) = current_actor(), _filters()
    with transaction(actor) as work:
        text = service.export_audit(work.session, actor, events_matching(**asked))
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return answer


@blueprint.get("/check")
@guard(Permission.SEE_AUDIT)
def check() -> ResponseReturnValue:
    """Check the chain and the invariants; only notes, beside the database, that it ran."""
    found = list(breaks(db.session()))
    stamps.note(Path(current_app.instance_path), stamps.CHECK, len(found))
    return render_template("admin/check.html", breaks=found)


def load_membership(public_id: str) -> Membership | None:
    """Return the membership that an address names."""
    return membership_with(db.session(), public_id)


@blueprint.get("/memberships")
@guard(Permission.MANAGE_MEMBERSHIPS)
def memberships() -> ResponseReturnValue:
    """List who acts for whom, or what a search finds."""
    form = SearchForm(request.args)
    del form.lacks
    page = page_of(db.session(), memberships_asked_for(db.session(), form.asked))
    return render_template("admin/memberships.html", page=page, form=form)


@blueprint.route("/memberships/<public_id>/suspend", methods=["GET", "POST"])
@guard(Permission.MANAGE_MEMBERSHIPS, load_membership)
def membership_suspend(membership: Membership) -> ResponseReturnValue:
    """Suspend a membership: its rights end with the next request."""
    return _change(membership, MembershipStatus.SUSPENDED)


@blueprint.route("/memberships/<public_id>/restore", methods=["GET", "POST"])
@guard(Permission.MANAGE_MEMBERSHIPS, load_membership)
def membership_restore(membership: Membership) -> ResponseReturnValue:
    """Give a suspended membership its rights back."""
    return _change(membership, MembershipStatus.ACTIVE)


@blueprint.route("/memberships/<public_id>/end", methods=["GET", "POST"])
@guard(Permission.MANAGE_MEMBERSHIPS, load_membership)
def membership_end(membership: Membership) -> ResponseReturnValue:
    """End a membership for good."""
    return _change(membership, MembershipStatus.ENDED)


def _change(membership: Membership, status: MembershipStatus) -> ResponseReturnValue:
    back = "admin.memberships"
    return change_standing(
        membership, status, change_membership, once="admin.membership_", back=back
    )
