"""The page of an organisation's people, and what each does for themselves there."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.memberships import queries, service
from matchmaker.memberships.forms import ConfirmForm, LabelForm
from matchmaker.memberships.queries import organisation_of
from matchmaker.models import Membership
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role
from matchmaker.web.actor import CHOSEN, current_actor, current_membership
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.web.session_id import new_session_id

blueprint = Blueprint("memberships", __name__, url_prefix="/people")


@blueprint.get("")
@guard(Permission.SEE_PEOPLE)
def index() -> ResponseReturnValue:
    """Show who acts for the organisation, and what can be changed."""
    rows, actor = db.session(), current_actor()
    people = queries.people_of(rows, organisation_of(actor))
    own = [row for row in people if row.user_id == actor.user_id]
    in_charge = {row.user_id for row in people if row.position == "lead"}
    return render_template(
        "memberships/index.html",
        persons=_by_person(people),
        may_change={row.id: _may_change(row, in_charge) for row in people},
        may_invite=allowed(Permission.INVITE_COLLEAGUE, actor),
        manages=actor.position in ("lead", "deputy") or actor.role == Role.ADMINISTRATOR,
        invitations=queries.open_invitations(rows, organisation_of(actor)),
        hand_overs=queries.open_hand_overs(rows, organisation_of(actor)),
        other_role=_other_role({row.role for row in own}),
        may_take_over=allowed(Permission.TAKE_OVER, actor)
        and not any(row.position == "lead" and queries.can_act(row) for row in people),
        key=new_key(),
    )


def _by_person(people: list[Membership]) -> list[list[Membership]]:
    """Return the memberships of each person together, in the order in which they came."""
    persons: dict[int, list[Membership]] = {}
    for row in people:
        persons.setdefault(row.user_id, []).append(row)
    return list(persons.values())


def _may_change(row: Membership, in_charge: set[int]) -> dict[str, bool]:
    """Say what the reader may do with a membership of a colleague."""
    actor = current_actor()
    # A deputy reaches who is in charge by none of their roles.
    above = actor.position == "deputy" and row.user_id in in_charge
    own = above or row.user_id == actor.user_id
    return {
        "change": not own and allowed(Permission.MANAGE_COLLEAGUE, actor, row),
        "deputy": not own and allowed(Permission.NAME_DEPUTY, actor, row),
        "hand_over": not own and allowed(Permission.HAND_OVER, actor, row),
    }


def _other_role(held: set[str]) -> Role | None:
    """Return the role of a municipality that the reader could add, if any."""
    if not allowed(Permission.ADD_ROLE, current_actor()):
        return None
    missing = {Role.REQUESTER.value, Role.HELPER.value} - held
    return Role(missing.pop()) if len(missing) == 1 else None


@blueprint.route("/label", methods=["GET", "POST"])
@guard(Permission.SEE_PEOPLE)
def label() -> ResponseReturnValue:
    """Say what to be called here."""
    actor, member = current_actor(), current_membership()
    form = LabelForm(data={"label": member.label if member else ""})
    if form.is_sent():
        typed = form.label.data or ""
        with transaction(actor, form.key, "memberships.label") as work:
            service.set_label(work.session, actor, typed)
            target = work.leads_to(url_for("memberships.index"))
        flash(gettext("Saved."), "success")
        return redirect(target, 303)
    return render_template("memberships/label.html", form=form), code_of(form)


@blueprint.post("/role")
@guard(Permission.ADD_ROLE)
def add_role() -> ResponseReturnValue:
    """Act for the own municipality in its other role too."""
    return press(
        "memberships.add_role",
        url_for("memberships.index"),
        service.add_role,
        gettext("Done. Choose at the top of the page whether you ask or help."),
    )


@blueprint.post("/take-over")
@guard(Permission.TAKE_OVER)
def take_over() -> ResponseReturnValue:
    """Let the deputy take charge where nobody in charge can act."""
    return press(
        "memberships.take_over",
        url_for("memberships.index"),
        service.take_over,
        gettext("You are in charge now."),
    )


@blueprint.route("/leave", methods=["GET", "POST"])
@guard(Permission.LEAVE_ORGANISATION)
def leave() -> ResponseReturnValue:
    """Say what leaving means, or what has to be done first; then leave."""
    actor, form = current_actor(), ConfirmForm()
    people = queries.people_of(db.session(), organisation_of(actor))
    problem = service.why_not_leave(db.session(), actor, people)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "memberships.leave") as work:
                service.leave(work.session, actor)
                target = work.leads_to(url_for("pages.home"))
        except BadInput as error:
            problem = error.message
        else:
            session.pop(CHOSEN, None)
            new_session_id()
            flash(gettext("You have left."), "success")
            return redirect(target, 303)
    return render_template("memberships/leave.html", form=form, problem=problem), code_of(form)


def code_of(form: LabelForm | ConfirmForm | object) -> int:
    """Return the status of a page with a form: 422 where something was sent and not taken."""
    switches = getattr(form, "switches_language", False)
    return 422 if request.method == "POST" and not switches else 200
