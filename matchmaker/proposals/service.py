"""Decisions on proposals: signatures first, then the helping side, then the asking one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.audit import move, record
from matchmaker.audit.since import heed
from matchmaker.engagements.places import give_back_places, hold_round, lock_sides, take_places
from matchmaker.engagements.service import open_engagement
from matchmaker.engagements.settling import settle_need
from matchmaker.engagements.telling import tell_all, tell_helper, tell_requester, tell_round
from matchmaker.errors import AlreadyChanged, BadInput, WrongStep
from matchmaker.models import Decision, Engagement, Membership, Proposal, User, now
from matchmaker.proposals import flags
from matchmaker.proposals.answer_dates import set_answer_by
from matchmaker.proposals.scopes import both_scopes_signed, note_across, tell_other_scope
from matchmaker.safeguards.impact_service import heed_check, stop_red
from matchmaker.safeguards.precondition_pairs import against
from matchmaker.vocabulary import (
    N_,
    DecisionKind,
    DeclineReason,
    MembershipStatus,
    MunicipalityStatus,
    NeedStatus,
    NoticeKind,
    OfferStatus,
    ProposalStatus,
    RoundStatus,
)

ENDS = {
    ProposalStatus.DECLINED: NoticeKind.PROPOSAL_DECLINED,
    ProposalStatus.UNDONE: NoticeKind.PROPOSAL_UNDONE,
    ProposalStatus.LAPSED: NoticeKind.PROPOSAL_LAPSED,
}
"""Why a mail goes out when a proposal ends that a municipality may have heard of."""
ANSWER_WITHIN = timedelta(days=21)
"""How long a side has to answer, where the configuration says nothing else."""


def sign_proposal(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    answer_within: timedelta = ANSWER_WITHIN,
    seen: int | None = None,
) -> None:
    """Sign a proposal; the last signature it asks for approves it and takes the places.

    `seen` is how many events the person had seen of it (`audit.since`).

    Raises
    ------
    BadInput
        If this person has signed it before, a red flag or an unmet precondition stands against
        it, or its check for peace and conflict impact is red without two persons' reasons.
    NoPlaceLeft
        If it would be approved but another decision took the last place.
    AlreadyChanged
        If a side is no longer there to be matched, or somebody changed it since it was seen.
    """
    hold_round(session, proposal.round)
    lock_sides(session, proposal)
    heed(session, proposal, seen)
    _check_decidable(proposal, ProposalStatus.APPROVED)
    if proposal.status != ProposalStatus.PROPOSED:
        raise WrongStep("proposal", proposal.status, ProposalStatus.APPROVED)
    _heed_red_flags(session, proposal)
    _heed_preconditions(session, proposal)
    check = heed_check(session, proposal)
    note_across(session, actor, proposal)
    _check_second(session, actor, proposal)
    _sign(session, actor, proposal)
    n_signed = n_signatures(session, proposal)
    details = {"given": n_signed, "required": proposal.required_signatures}
    if n_signed < proposal.required_signatures or not both_scopes_signed(session, proposal):
        record(session, actor, "proposal.signed", "proposal", proposal.public_id, details)
        tell_round(session, actor, proposal, NoticeKind.SIGNATURE_WAITS)
        tell_other_scope(session, actor, proposal)
        return
    stop_red(session, proposal, check)
    _check_sides(proposal)
    proposal.approved_at = now()
    take_places(session, actor, proposal)
    move(session, actor, proposal, ProposalStatus.APPROVED, details)
    if _cool_off_is_over(proposal, now()):
        offer_proposal(session, actor, proposal, answer_within)


def _check_second(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Refuse a second signature by who may be the same person as the first signer."""
    if actor.user_id is None or proposal.required_signatures < 2:
        return
    signers = session.scalars(
        select(Decision.user_id).where(
            Decision.proposal_id == proposal.id, Decision.kind == DecisionKind.SIGN
        )
    ).all()
    others = [one for one in signers if one and one != actor.user_id]
    if any(may_be_one_person(session, one, actor.user_id) for one in others):
        raise BadInput("", MAY_BE_ONE)


def n_signatures(session: Session, proposal: Proposal) -> int:
    """Count the different persons who signed and are still active coordinators."""
    return (
        session.scalar(
            select(func.count(Decision.user_id.distinct()))
            .join(User, User.id == Decision.user_id)
            .join(Membership, Membership.id == Decision.membership_id)
            .where(
                Decision.proposal_id == proposal.id,
                Decision.kind == DecisionKind.SIGN,
                User.active.is_(True),
                Membership.status == MembershipStatus.ACTIVE,
            )
        )
        or 0
    )


def signers_among(decisions: Iterable[Decision]) -> set[int]:
    """Return the same persons as `n_signatures` counts, of decisions that are read already."""
    return {
        one.user_id
        for one in decisions
        if one.kind == DecisionKind.SIGN
        and one.user.active
        and one.membership.status == MembershipStatus.ACTIVE
    }


def reject_proposal(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    reason: DeclineReason,
    text: str = "",
    seen: int | None = None,
) -> None:
    """Turn a proposal down before the municipalities hear of it."""
    hold_round(session, proposal.round)
    lock_sides(session, proposal)
    heed(session, proposal, seen)
    _check_decidable(proposal, ProposalStatus.REJECTED)
    _decide(session, actor, proposal, DecisionKind.REJECT, reason)
    _finish(session, actor, proposal, ProposalStatus.REJECTED, {"reason": str(reason)}, text)


def undo_proposal(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    reason: DeclineReason,
    text: str = "",
    seen: int | None = None,
) -> None:
    """Take a proposal back, whoever has answered already; an engagement is ended instead."""
    lock_sides(session, proposal)
    heed(session, proposal, seen)
    _decide(session, actor, proposal, DecisionKind.UNDO, reason)
    _finish(session, actor, proposal, ProposalStatus.UNDONE, {"reason": str(reason)}, text)


def withdraw_orphan(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Take back a proposal of which a side is gone (withdrawn, closed or lapsed)."""
    lock_sides(session, proposal)
    _finish(session, actor, proposal, ProposalStatus.UNDONE, {"reason": "side_gone"}, "")


def offer_proposal(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    answer_within: timedelta = ANSWER_WITHIN,
    at: datetime | None = None,
) -> None:
    """Let the helping municipality know and give it a date to answer by."""
    at = at or now()
    hold_round(session, proposal.round)  # so that its publication is not taken back meanwhile
    lock_sides(session, proposal)
    stopped = flags.stop_it(session, proposal) or against(session, proposal)
    if not _cool_off_is_over(proposal, at) or stopped:
        raise WrongStep("proposal", proposal.status, ProposalStatus.OFFERED)
    proposal.offered_at = at
    set_answer_by(proposal, at + answer_within, at)
    move(session, actor, proposal, ProposalStatus.OFFERED)
    tell_helper(session, actor, proposal, NoticeKind.PROPOSAL_OFFERED)


def accept_as_helper(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    *,
    conditional: bool = False,
    lapses_on: date | None = None,
    answer_within: timedelta = ANSWER_WITHIN,
) -> None:
    """Accept for the helping municipality, at once or subject to its council until a date.

    Raises
    ------
    BadInput
        If the date until which the council decides is missing or not in the future.
    """
    lock_sides(session, proposal)
    _check_sides(proposal)
    _check_red_flags(session, proposal)
    if conditional:
        if lapses_on is None or lapses_on <= now().date():
            raise BadInput("lapses_on", N_("Enter a date in the future"))
        until = datetime.combine(lapses_on, time.max, UTC).replace(microsecond=0)
        set_answer_by(proposal, until, now())
        _decide(session, actor, proposal, DecisionKind.HELPER_CONDITIONAL)
        move(session, actor, proposal, ProposalStatus.SUBJECT_TO_COUNCIL)
        return
    proposal.helper_accepted_at = now()
    set_answer_by(proposal, now() + answer_within, now())
    _decide(session, actor, proposal, DecisionKind.HELPER_ACCEPT)
    move(session, actor, proposal, ProposalStatus.HELPER_ACCEPTED)
    tell_requester(session, actor, proposal, NoticeKind.HELPER_ACCEPTED)
    tell_round(session, actor, proposal, NoticeKind.HELPER_ACCEPTED)


def accept_as_requester(session: Session, actor: Actor, proposal: Proposal) -> Engagement:
    """Accept for the asking municipality: the engagement opens."""
    lock_sides(session, proposal)
    _check_sides(proposal)
    _check_red_flags(session, proposal)
    _decide(session, actor, proposal, DecisionKind.REQUESTER_ACCEPT)
    proposal.answer_by = None
    move(session, actor, proposal, ProposalStatus.ENGAGED)
    engagement = open_engagement(session, actor, proposal)
    settle_need(session, actor, proposal.need)
    tell_all(session, actor, proposal, NoticeKind.ENGAGEMENT_OPENED)
    return engagement


def decline(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    side: str,
    reason: DeclineReason,
    text: str = "",
) -> None:
    """Say no for one side ('helper' or 'requester'), with a reason.

    Raises
    ------
    WrongStep
        If it is not this side's turn to answer.
    """
    lock_sides(session, proposal)
    turns = {
        "helper": (ProposalStatus.OFFERED, ProposalStatus.SUBJECT_TO_COUNCIL),
        "requester": (ProposalStatus.HELPER_ACCEPTED,),
    }
    if proposal.status not in turns[side]:
        raise WrongStep("proposal", proposal.status, ProposalStatus.DECLINED)
    kind = DecisionKind.HELPER_DECLINE if side == "helper" else DecisionKind.REQUESTER_DECLINE
    _decide(session, actor, proposal, kind, reason)
    details = {"side": side, "reason": str(reason)}
    _finish(session, actor, proposal, ProposalStatus.DECLINED, details, text)


def lapse_proposal(
    session: Session, actor: Actor, proposal: Proposal, at: datetime | None = None
) -> None:
    """Let a proposal lapse that nobody answered in time."""
    lock_sides(session, proposal)
    if proposal.answer_by is None or proposal.answer_by > (at or now()):
        raise WrongStep("proposal", proposal.status, ProposalStatus.LAPSED)
    _finish(session, actor, proposal, ProposalStatus.LAPSED, {}, "")


def _check_decidable(proposal: Proposal, asked: ProposalStatus) -> None:
    """Refuse a decision while the round is not in the hands of its coordinators."""
    in_hand = (RoundStatus.IN_REVIEW, RoundStatus.PUBLISHED)
    if proposal.round is not None and proposal.round.status not in in_hand:
        raise WrongStep("proposal", proposal.status, asked)


def _check_sides(proposal: Proposal) -> None:
    """Refuse where a side has gone since: withdrawn, closed, paused, hidden or not verified."""
    need, offer = proposal.need, proposal.offer
    there = (
        need.status in (NeedStatus.IN_ROUND, NeedStatus.MATCHED)
        and offer.status in (OfferStatus.OPEN, OfferStatus.FULL)
        and need.municipality.status == MunicipalityStatus.VERIFIED
        and offer.municipality.status == MunicipalityStatus.VERIFIED
        and not (need.hidden or need.municipality.hidden or offer.municipality.hidden)
    )
    if not there:
        raise AlreadyChanged


def _heed_red_flags(session: Session, proposal: Proposal) -> None:
    """Ask for the second signature, or refuse: a flag may be raised after the round was solved."""
    if flags.bar_it(session, proposal):
        raise BadInput(
            "",
            N_(
                "A red flag stands on the asking municipality: only lobbying for rights can be "
                "matched for it. Reject this proposal."
            ),
        )
    if proposal.required_signatures < 2 and flags.stand_on(session, proposal):
        proposal.required_signatures = 2
        proposal.signature_reasons = [*proposal.signature_reasons, "red_flag"]


def _heed_preconditions(session: Session, proposal: Proposal) -> None:
    """Refuse with the reason: an answer may have turned after the round was solved."""
    for restriction in against(session, proposal):
        raise BadInput("", restriction.label)


def _check_red_flags(session: Session, proposal: Proposal) -> None:
    """Refuse without telling why: no municipality learns of a red flag."""
    if flags.bar_it(session, proposal):
        raise AlreadyChanged


def _cool_off_is_over(proposal: Proposal, at: datetime) -> bool:
    """Tell whether the municipalities may hear of an approved proposal."""
    if proposal.round is None:
        return True
    ends_at = proposal.round.cool_off_ends_at
    published = proposal.round.status in (RoundStatus.PUBLISHED, RoundStatus.CLOSED)
    return published and ends_at is not None and ends_at <= at


def _sign(session: Session, actor: Actor, proposal: Proposal) -> None:
    try:
        with session.begin_nested():
            _decide(session, actor, proposal, DecisionKind.SIGN)
    except IntegrityError:
        raise BadInput(
            "", N_("You have signed this proposal already. A second person has to sign it.")
        ) from None


def _decide(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    kind: DecisionKind,
    reason: DeclineReason | None = None,
) -> None:
    session.add(
        Decision(
            proposal_id=proposal.id,
            user_id=actor.user_id,
            membership_id=actor.membership_id,
            kind=kind.value,
            reason=None if reason is None else str(reason),
        )
    )
    session.flush()


def _finish(
    session: Session,
    actor: Actor,
    proposal: Proposal,
    status: ProposalStatus,
    details: dict[str, str],
    text: str,
) -> None:
    """End a proposal without a match: places go back, the need is settled."""
    move(session, actor, proposal, status, details, text or None)
    proposal.answer_by = None
    give_back_places(session, actor, proposal)
    settle_need(session, actor, proposal.need)
    if status in ENDS:
        tell_all(session, actor, proposal, ENDS[status])
    session.flush()
