"""One membership suspended, restored or ended, with a reason: by an administrator or in charge."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.memberships.forms import ReasonForm
from matchmaker.models import Membership
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MembershipStatus
from matchmaker.web.actor import current_actor

Change = Callable[[Session, Actor, Membership, MembershipStatus, str], Any]


def change_standing(
    membership: Membership, status: MembershipStatus, change: Change, *, once: str, back: str
) -> ResponseReturnValue:
    """Ask for the reason and change the status of a membership.

    `once` names the step for a resend; `back` is the list that one comes from and returns to.
    """
    actor, form = current_actor(), ReasonForm()
    if form.is_sent():
        try:
            with transaction(actor, form.key, f"{once}{status.value}") as work:
                change(work.session, actor, membership, status, form.reason.data or "")
                target = work.leads_to(url_for(back))
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "memberships/change.html",
        form=form,
        member=membership,
        status=status.value,
        back=url_for(back),
        is_colleague=back == "memberships.index",
    )
    return page, 422 if request.method == "POST" and not form.switches_language else 200
