"""The administrator's pages: memberships, the audit trail and its check."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.accounts.service import change_membership
from matchmaker.admin.forms import AuditFilterForm, MembershipReasonForm
from matchmaker.admin.invariants import breaks
from matchmaker.admin.queries import (
    all_memberships,
    events_matching,
    kinds_and_events,
    membership_with,
)
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Membership
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MembershipStatus
from matchmaker.web.actor import current_actor
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


def load_membership(public_id: str) -> Membership | None:
    """Return the membership that an address names."""
    return membership_with(db.session(), public_id)


@blueprint.get("/memberships")
@guard(Permission.MANAGE_MEMBERSHIPS)
def memberships() -> ResponseReturnValue:
    """List who acts for whom."""
    return render_template("admin/memberships.html", page=page_of(db.session(), all_memberships()))


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
    actor, form = current_actor(), MembershipReasonForm()
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"admin.membership_{status.value}") as work:
                reason = form.reason.data or ""
                change_membership(work.session, actor, membership, status, reason)
                target = work.leads_to(url_for("admin.memberships"))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("admin/membership.html", form=form, membership=membership, status=status)
    return page, 422 if request.method == "POST" and not form.switches_language else 200
