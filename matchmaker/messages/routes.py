"""Routes of conversations: thin, each guarded."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.access.scope import covers
from matchmaker.engagements.queries import engagement_by_public_id
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.messages import queries, service
from matchmaker.messages.forms import MessageForm
from matchmaker.messages.naming import Revealing, revealing
from matchmaker.models import Engagement, Municipality, Proposal
from matchmaker.proposals.answer_dates import give_more_time
from matchmaker.proposals.queries import proposal_by_public_id
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Side
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.navigation import COUNTS
from matchmaker.web.one_button import new_key, press
from matchmaker.web.paging import page_of

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
blueprint.add_app_template_filter(
    lambda engagement: allowed(Permission.TALK_IN_ENGAGEMENT, current_actor(), engagement),
    "may_talk",
)
COUNTS["messages.index"] = lambda actor: queries.n_unread(db.session(), actor)


def load_proposal(public_id: str) -> Proposal | None:
    """Return the proposal of this public id."""
    return proposal_by_public_id(db.session(), public_id)


def load_engagement(public_id: str) -> Engagement | None:
    """Return the engagement of this public id."""
    return engagement_by_public_id(db.session(), public_id)


@blueprint.get("")
@guard(Permission.LIST_MESSAGES)
def index() -> ResponseReturnValue:
    """List the conversations of the reader, the latest first."""
    session, actor = db.session(), current_actor()
    page = page_of(session, queries.threads_visible_to(actor))
    return render_template(
        "messages/index.html",
        page=page,
        unread=queries.unread_threads(session, actor),
        last=queries.last_messages(session, actor, page.items),
        is_coordinator=service.side_of(actor) is Side.COORDINATOR,
    )


@blueprint.route("/proposals/<public_id>", methods=["GET", "POST"])
@guard(Permission.TALK_ABOUT_PROPOSAL, load_proposal)
def proposal(proposal: Proposal) -> ResponseReturnValue:
    """Show what was written about a proposal, and take a message."""
    actor = current_actor()
    form = MessageForm(service.addressees(actor, proposal))
    target = url_for("messages.proposal", public_id=proposal.public_id)
    if form.is_sent() and form.accepts(_told_by(form, actor, proposal)):
        try:
            with transaction(actor, form.key, "messages.proposal") as work:
                service.write_about_proposal(
                    work.session, actor, proposal, form.text.data or "", form.side
                )
                work.leads_to(target)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    elif request.method == "GET":
        _prefill(form, proposal)
    return _page(proposal, proposal, form)


@blueprint.route("/engagements/<public_id>", methods=["GET", "POST"])
@guard(Permission.TALK_IN_ENGAGEMENT, load_engagement)
def engagement(engagement: Engagement) -> ResponseReturnValue:
    """Show what was written in an engagement, and take a message."""
    actor, form = current_actor(), MessageForm([])
    target = url_for("messages.engagement", public_id=engagement.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "messages.engagement") as work:
                service.write_in_engagement(work.session, actor, engagement, form.text.data or "")
                work.leads_to(target)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    return _page(engagement, engagement.proposal, form)


@blueprint.post("/proposals/<public_id>/read")
@guard(Permission.TALK_ABOUT_PROPOSAL, load_proposal)
def proposal_read(proposal: Proposal) -> ResponseReturnValue:
    """Note that the reader has read all of it."""
    return _press_read(proposal, "messages.proposal")


@blueprint.post("/engagements/<public_id>/read")
@guard(Permission.TALK_IN_ENGAGEMENT, load_engagement)
def engagement_read(engagement: Engagement) -> ResponseReturnValue:
    """Note that the reader has read all of it."""
    return _press_read(engagement, "messages.engagement")


@blueprint.post("/proposals/<public_id>/more-time")
@guard(Permission.GIVE_MORE_TIME, load_proposal)
def more_time(proposal: Proposal) -> ResponseReturnValue:
    """Move the date of the answer by two weeks, once."""
    return press(
        "messages.more_time",
        url_for("messages.proposal", public_id=proposal.public_id),
        lambda session, actor: give_more_time(session, actor, proposal),
        gettext("The date was moved by two weeks."),
    )


def _press_read(subject: Proposal | Engagement, endpoint: str) -> ResponseReturnValue:
    return press(
        f"{endpoint}_read",
        url_for("messages.index"),
        lambda session, actor: service.mark_read(
            session, actor, queries.thread_of(session, subject)
        ),
    )


def _page(subject: Proposal | Engagement, proposal: Proposal, form: Any) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    thread = queries.thread_of(session, subject)
    side = service.side_of(actor)
    page = render_template(
        "messages/thread.html",
        subject=subject,
        proposal=proposal,
        is_engagement=isinstance(subject, Engagement),
        form=form,
        side=side,
        page=page_of(session, queries.messages_in(thread, actor)),
        unread=queries.unread_threads(session, actor).get(thread.id if thread else 0, 0),
        is_open=service.is_open(subject),
        may_give_time=allowed(Permission.GIVE_MORE_TIME, actor, proposal)
        and not proposal.more_time_given,
        reached=proposal.helper_accepted_at is not None,
        key=new_key(),
    )
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return page, code


def _prefill(form: Any, proposal: Proposal) -> None:
    """Lay a message to pass on into the box, to be put in own words, for the other side."""
    session, actor = db.session(), current_actor()
    if "to" not in form:
        return
    if len(form.to.choices) == 1 and not form.to.data:
        form.to.data = form.to.choices[0].value
    wanted = request.args.get("pass_on", "")
    thread = queries.thread_of(session, proposal)
    message = queries.message_by_public_id(session, actor, thread, wanted) if wanted else None
    if message is not None and not form.text.data:
        other = Side.REQUESTER if message.side == Side.HELPER else Side.HELPER
        form.text.data, form.to.data = message.text, other.value


def _told_by(form: Any, actor: Any, proposal: Proposal) -> Revealing:
    """Return what in the text could tell its reader who the other side is."""
    helper, asker = proposal.offer.municipality, proposal.need.municipality
    side = service.side_of(actor)
    if side is Side.COORDINATOR:
        secret = asker if form.side is Side.HELPER else helper
    else:
        secret = helper if side is Side.HELPER else asker
    # A warning tells that a name was right: nobody gets one of a town that is not theirs to know.
    known = side is not Side.COORDINATOR or covers(actor.scope, actor.sides, secret)
    return revealing(form.text.data or "", _names_of(secret) if known else [])


def _names_of(town: Municipality) -> list[str]:
    return [name for name in (town.name, town.local_name, town.region) if name]
