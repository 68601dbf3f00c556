"""Routes of proposals: thin, each guarded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission, allowed
from matchmaker.access.predicates import is_own_round
from matchmaker.audit.since import n_events
from matchmaker.engagements.forms import ReasonForm
from matchmaker.engagements.queries import engagement_of
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.lifecycle import may_become
from matchmaker.models import Decision, Proposal
from matchmaker.proposals import queries, service
from matchmaker.proposals.anonymous import need_rows, offer_rows
from matchmaker.proposals.forms import CouncilForm
from matchmaker.proposals.wording import (
    STATUS_KINDS,
    Explanation,
    keys_in,
    no_next_best,
    signature_reason,
    size_band,
)
from matchmaker.safeguards.impact_views import shown_check
from matchmaker.safeguards.others_queries import beside_needs
from matchmaker.safeguards.others_words import rows_of as other_rows
from matchmaker.safeguards.precondition_pairs import ruling_out
from matchmaker.safeguards.precondition_queries import standings_of
from matchmaker.safeguards.precondition_words import reasons, rows_of
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import DecisionKind, RoundStatus
from matchmaker.web.actor import current_actor
from matchmaker.web.beside import beside
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press, seen_of_form
from matchmaker.web.paging import page_of
from matchmaker.web.showing import is_elsewhere

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
blueprint.add_app_template_filter(STATUS_KINDS.get, "proposal_status_kind")
blueprint.add_app_template_filter(size_band, "size_band")
blueprint.add_app_template_filter(signature_reason, "signature_reason")
blueprint.add_app_template_filter(no_next_best, "no_next_best")


def load(public_id: str) -> Proposal | None:
    """Return the proposal of this public id."""
    return queries.proposal_by_public_id(db.session(), public_id)


def load_lean(public_id: str) -> Proposal | None:
    """Return the proposal without the topics and areas of its sides, for pages that need none."""
    return queries.proposal_by_public_id(db.session(), public_id, lean=True)


@blueprint.get("/<public_id>")
@guard(Permission.SEE_PROPOSAL, load_lean)
def show(proposal: Proposal) -> ResponseReturnValue:
    """Show a coordinator why this pair, and let them sign, reject or undo."""
    session, actor = db.session(), current_actor()
    decisions = proposal.decisions
    signed = [one for one in decisions if one.kind == DecisionKind.SIGN]
    needs, offers = keys_in(proposal.explanation)
    explanation = Explanation(
        proposal, queries.needs_by_key(session, needs), queries.offers_by_key(session, offers)
    )
    decidable = proposal.round is None or proposal.round.status in (
        RoundStatus.IN_REVIEW,
        RoundStatus.PUBLISHED,
    )
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        explanation=explanation if proposal.explanation else None,
        decisions=decisions,
        followers=queries.followers_of(session, actor, proposal) if proposal.next_best else (),
        n_signed=len(service.signers_among(decisions)),
        signed_by_me=any(one.user_id == actor.user_id for one in signed),
        decides=(decides := allowed(Permission.SIGN_PROPOSAL, actor, proposal)),
        may_sign=decides and decidable and proposal.status == "proposed",
        may_reject=decides and decidable and may_become("proposal", proposal.status, "rejected"),
        may_write=proposal.status in queries.UNANSWERED,
        may_undo=decides
        and may_become("proposal", proposal.status, "undone")
        and not may_become("proposal", proposal.status, "rejected"),
        engagement=engagement_of(session, proposal) if proposal.status == "engaged" else None,
        own_round=is_own_round(actor, proposal.round),
        need_side=need_rows(proposal.need) if is_elsewhere(proposal.need.municipality) else [],
        offer_side=offer_rows(proposal.offer) if is_elsewhere(proposal.offer.municipality) else [],
        key=new_key(),
        preconditions=_preconditions(proposal),
        others=_others(proposal),
        check=shown_check(session, proposal),
        **beside("proposals.show", proposal),
        seen=n_events(session, proposal),
    )


def _preconditions(proposal: Proposal) -> dict[str, Any]:
    """Return how the preconditions stand for the need, where it is the reader's to know."""
    if is_elsewhere(proposal.need.municipality):
        return {}
    session, need = db.session(), proposal.need
    standings = standings_of(session, [need])[need.id]
    return {
        "rows": rows_of(session, standings),
        "against": reasons(ruling_out(proposal, standings)),
    }


def _others(proposal: Proposal) -> list[dict[str, object]]:
    """Return who else covers topics of the need, where it is the reader's to know."""
    need = proposal.need
    if is_elsewhere(need.municipality):
        return []
    return other_rows(need, beside_needs(db.session(), [need])[need.id])


@blueprint.get("/across")
@guard(Permission.LIST_ROUNDS)
def across() -> ResponseReturnValue:
    """List the pairs of other associations' rounds that need a signature of this one too."""
    page = page_of(db.session(), queries.proposals_across(current_actor()))
    return render_template("proposals/across.html", page=page)


def signer(decision: Decision) -> str:
    """Name who decided: a colleague by label or address, somebody else by their association."""
    member = decision.membership
    if member.association_id != current_actor().association_id:
        return member.association.name if member.association else ""
    return member.label or member.user.email


blueprint.add_app_template_filter(signer, "signer")


@blueprint.post("/<public_id>/sign")
@guard(Permission.SIGN_PROPOSAL, load)
def sign(proposal: Proposal) -> ResponseReturnValue:
    """Sign a proposal."""
    within = current_app.config["ANSWER_WITHIN"]
    return press(
        "proposals.sign",
        url_for("proposals.show", public_id=proposal.public_id),
        lambda session, actor: service.sign_proposal(
            session, actor, proposal, within, seen=seen_of_form()
        ),
        gettext("You have signed the proposal."),
    )


@blueprint.route("/<public_id>/reject", methods=["GET", "POST"])
@guard(Permission.REJECT_PROPOSAL, load)
def reject(proposal: Proposal) -> ResponseReturnValue:
    """Ask why, and reject."""
    return _with_reason(proposal, "reject", _heeding(service.reject_proposal), "proposals.show")


@blueprint.route("/<public_id>/undo", methods=["GET", "POST"])
@guard(Permission.UNDO_PROPOSAL, load)
def undo(proposal: Proposal) -> ResponseReturnValue:
    """Ask why, and undo."""
    return _with_reason(proposal, "undo", _heeding(service.undo_proposal), "proposals.show")


@blueprint.get("/<public_id>/answer")
@guard(Permission.SEE_ANSWER_PAGE, load)
def answer(proposal: Proposal) -> ResponseReturnValue:
    """Show one side what it may know of the other, and take its answer."""
    actor = current_actor()
    as_helper = proposal.offer.municipality_id == actor.municipality_id and actor.role == "helper"
    turns = ("offered", "subject_to_council") if as_helper else ("helper_accepted",)
    needed = Permission.ANSWER_AS_HELPER if as_helper else Permission.ANSWER_AS_REQUESTER
    return render_template(
        "proposals/answer.html",
        proposal=proposal,
        as_helper=as_helper,
        rows=need_rows(proposal.need) if as_helper else offer_rows(proposal.offer),
        own=proposal.offer if as_helper else proposal.need,
        may_answer=proposal.status in turns and allowed(needed, actor, proposal),
        engagement=engagement_of(db.session(), proposal),
        key=new_key(),
    )


@blueprint.post("/<public_id>/accept-as-helper")
@guard(Permission.ANSWER_AS_HELPER, load)
def accept_as_helper(proposal: Proposal) -> ResponseReturnValue:
    """Accept for the helping municipality."""
    within = current_app.config["ANSWER_WITHIN"]
    return press(
        "proposals.accept_as_helper",
        url_for("proposals.answer", public_id=proposal.public_id),
        lambda session, actor: service.accept_as_helper(
            session, actor, proposal, answer_within=within
        ),
        gettext("You have accepted. Now the asking municipality decides."),
    )


@blueprint.route("/<public_id>/accept-subject-to-council", methods=["GET", "POST"])
@guard(Permission.ANSWER_AS_HELPER, load)
def accept_subject_to_council(proposal: Proposal) -> ResponseReturnValue:
    """Accept for the helping municipality until its council has decided."""
    form, actor = CouncilForm(), current_actor()
    target = url_for("proposals.answer", public_id=proposal.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "proposals.accept_subject_to_council") as work:
                service.accept_as_helper(
                    work.session, actor, proposal, conditional=True, lapses_on=form.day
                )
                work.leads_to(target)
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template("proposals/accept_subject_to_council.html", form=form, back=target)
    return page, _code(form)


@blueprint.route("/<public_id>/decline-as-helper", methods=["GET", "POST"])
@guard(Permission.ANSWER_AS_HELPER, load)
def decline_as_helper(proposal: Proposal) -> ResponseReturnValue:
    """Ask why, and decline for the helping municipality."""
    return _with_reason(proposal, "decline", _decline("helper"), "proposals.answer")


@blueprint.post("/<public_id>/accept-as-requester")
@guard(Permission.ANSWER_AS_REQUESTER, load)
def accept_as_requester(proposal: Proposal) -> ResponseReturnValue:
    """Accept for the asking municipality: the engagement opens."""
    return press(
        "proposals.accept_as_requester",
        url_for("proposals.answer", public_id=proposal.public_id),
        lambda session, actor: service.accept_as_requester(session, actor, proposal),
        gettext("You have accepted. The engagement is open."),
    )


@blueprint.route("/<public_id>/decline-as-requester", methods=["GET", "POST"])
@guard(Permission.ANSWER_AS_REQUESTER, load)
def decline_as_requester(proposal: Proposal) -> ResponseReturnValue:
    """Ask why, and decline for the asking municipality."""
    return _with_reason(proposal, "decline", _decline("requester"), "proposals.answer")


def _decline(side: str) -> Callable[..., None]:
    def decline(session: Any, actor: Any, proposal: Proposal, reason: Any, text: str) -> None:
        service.decline(session, actor, proposal, side, reason, text)

    return decline


def _heeding(step: Callable[..., None]) -> Callable[..., None]:
    """Return the step on what the form had shown."""

    def heeding(*arguments: Any) -> None:
        step(*arguments, seen=seen_of_form())

    return heeding


def _with_reason(
    proposal: Proposal, act: str, step: Callable[..., None], endpoint: str
) -> ResponseReturnValue:
    form, actor = ReasonForm(), current_actor()
    target = url_for(endpoint, public_id=proposal.public_id)
    if form.is_sent():
        with transaction(actor, form.key, f"proposals.{act}") as work:
            step(work.session, actor, proposal, form.code, form.text.data)
            work.leads_to(target)
        return redirect(target, 303)
    # A municipality is not told how much the coordinators did.
    seen = None if act == "decline" else _seen(proposal)
    page = render_template("proposals/reason.html", form=form, act=act, back=target, seen=seen)
    return page, _code(form)


def _seen(proposal: Proposal) -> int | None:
    """Return how many events the form shows: of now, or those it was opened with."""
    return n_events(db.session(), proposal) if request.method == "GET" else seen_of_form()


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200
