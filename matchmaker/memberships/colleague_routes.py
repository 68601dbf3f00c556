"""What who is in charge does with a colleague: deputy, hand over, suspend, restore, end."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.memberships import handing_over, queries, service
from matchmaker.memberships.forms import HandOverForm
from matchmaker.memberships.invitation_routes import blueprint
from matchmaker.memberships.routes import code_of
from matchmaker.memberships.standing import change_standing
from matchmaker.models import HandOver, Membership
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import MembershipStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import press
from matchmaker.web.session_id import new_session_id


def load(public_id: str) -> Membership | None:
    """Return the membership that an address names."""
    return queries.membership_with(db.session(), public_id)


def load_hand_over(public_id: str) -> HandOver | None:
    """Return the handing over that an address names."""
    return queries.hand_over_with(db.session(), public_id)


@blueprint.post("/<public_id>/deputy")
@guard(Permission.NAME_DEPUTY, load)
def deputy(member: Membership) -> ResponseReturnValue:
    """Make a colleague the deputy."""
    return _press("deputy", member, service.name_deputy)


@blueprint.post("/<public_id>/no-deputy")
@guard(Permission.NAME_DEPUTY, load)
def no_deputy(member: Membership) -> ResponseReturnValue:
    """Make the deputy a colleague again."""
    return _press("no_deputy", member, service.end_deputy)


@blueprint.route("/<public_id>/suspend", methods=["GET", "POST"])
@guard(Permission.MANAGE_COLLEAGUE, load)
def suspend(member: Membership) -> ResponseReturnValue:
    """Suspend a colleague: the rights end with the next request."""
    return _change(member, MembershipStatus.SUSPENDED)


@blueprint.route("/<public_id>/restore", methods=["GET", "POST"])
@guard(Permission.MANAGE_COLLEAGUE, load)
def restore(member: Membership) -> ResponseReturnValue:
    """Give a suspended colleague the rights back."""
    return _change(member, MembershipStatus.ACTIVE)


@blueprint.route("/<public_id>/end", methods=["GET", "POST"])
@guard(Permission.MANAGE_COLLEAGUE, load)
def end(member: Membership) -> ResponseReturnValue:
    """End the membership of a colleague for good."""
    return _change(member, MembershipStatus.ENDED)


def _change(member: Membership, status: MembershipStatus) -> ResponseReturnValue:
    change = service.change_colleague
    return change_standing(member, status, change, once="memberships.", back="memberships.index")


# --- Handing over ---------------------------------------------------------------------------


@blueprint.route("/<public_id>/hand-over", methods=["GET", "POST"])
@guard(Permission.HAND_OVER, load)
def hand_over(member: Membership) -> ResponseReturnValue:
    """Offer the charge to a colleague, who has to confirm."""
    actor, form = current_actor(), HandOverForm()
    if form.is_sent():
        stays = form.stays.data == "stay"
        try:
            with transaction(actor, form.key, "memberships.hand_over") as work:
                handing_over.offer(work.session, actor, member, giver_stays=stays)
                target = work.leads_to(url_for("memberships.index"))
            flash(gettext("Your colleague has to confirm within 7 days."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("memberships/hand_over.html", form=form, member=member)
    return page, code_of(form)


@blueprint.post("/hand-over/<public_id>/withdraw")
@guard(Permission.WITHDRAW_HAND_OVER, load_hand_over)
def hand_over_withdraw(found: HandOver) -> ResponseReturnValue:
    """Take the offer of the charge back."""
    return _press("hand_over_withdraw", found, handing_over.withdraw)


@blueprint.post("/hand-over/<public_id>/decline")
@guard(Permission.ANSWER_HAND_OVER, load_hand_over)
def hand_over_decline(found: HandOver) -> ResponseReturnValue:
    """Say no to the charge."""
    return _press("hand_over_decline", found, handing_over.decline)


@blueprint.post("/hand-over/<public_id>/confirm")
@guard(Permission.ANSWER_HAND_OVER, load_hand_over)
def hand_over_confirm(found: HandOver) -> ResponseReturnValue:
    """Take the charge over; the session gets a new id, as its rights change."""
    answer = _press("hand_over_confirm", found, handing_over.confirm)
    new_session_id()
    return answer


def _press(name: str, row: Any, step: Callable[..., Any]) -> ResponseReturnValue:
    return press(
        f"memberships.{name}",
        url_for("memberships.index"),
        lambda session, actor: step(session, actor, row),
        gettext("Saved."),
    )
