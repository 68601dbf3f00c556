"""The bridge from a result to rows: proposals, reasons of the unmatched, figures, digests."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matchmaker.access import Actor
from matchmaker.audit import created, move, record
from matchmaker.matching import canonical
from matchmaker.matching.clashes import MOST_COMPETITIONS, competition_told
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.result import ProposedPair, Result
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem
from matchmaker.models import Need, Offer, Proposal, Round, RoundNeed, RoundOffer, now
from matchmaker.proposals.scopes import has_own_association, lies_across
from matchmaker.rounds.overview import record_overview_of
from matchmaker.rounds.settings import settings_of, signing_associations
from matchmaker.rounds.signatures import signature_reasons
from matchmaker.verification.queries import flagged_among
from matchmaker.vocabulary import DecisionKind, ProposalStatus

OVER = ("rejected", "declined", "lapsed", "undone")
"""Statuses of a proposal that stands no more."""


def record_result(
    session: Session,
    actor: Actor,
    round_: Round,
    result: Result,
    problem: Problem | None = None,
) -> None:
    """Write a result into the rows of its round; the same result again changes nothing.

    `problem` is the scored round; without it, the stored input is scored once more.

    Where the round had a result before, the proposals of pairs that stay keep their place and their
    signatures, those of pairs that went are undone, and a pair that people turned down meanwhile is
    not proposed again.
    """
    if round_.result_digest == result.digest:
        return
    snapshot, settings = Snapshot.from_json(round_.snapshot or ""), settings_of(round_)
    records = {record.key: record for record in snapshot.needs}
    needs, offers = _rows(session, round_)
    towns = {row.need.municipality_id for row in needs.values()}
    flagged = flagged_among(session, towns | {offer.municipality_id for offer in offers.values()})
    live, refused = _earlier(session, round_)
    both = signing_associations(session, round_, settings)
    for pair in result.pairs:
        need, offer = needs[pair.need].need, offers[pair.offer]
        red_flag = need.red_flag or not flagged.isdisjoint(
            (need.municipality_id, offer.municipality_id)
        )
        across = lies_across(round_.association, need, offer) or has_own_association(both, offer)
        reasons = signature_reasons(
            records[pair.need], pair, settings, red_flag=red_flag, across=across
        )
        earlier = live.pop((need.id, offer.id), None)
        if earlier is not None:
            _tell_anew(session, actor, earlier, pair, reasons)
        elif (need.id, offer.id) not in refused:
            proposal = proposal_of(round_, need, offer, pair, reasons)
            created(session, actor, proposal, {"round": round_.public_id})
        needs[pair.need].matched = True
        needs[pair.need].reason = None
    for proposal in live.values():
        if proposal.status == ProposalStatus.PROPOSED:
            move(session, actor, proposal, ProposalStatus.UNDONE, {"reason": "scenario"})
            proposal.next_best = {}  # its places went to others: nothing is looked for
    for unmatched in result.unmatched:
        needs[unmatched.need].matched = False
        needs[unmatched.need].reason = canonical.plain(unmatched)
    round_.summary = summary_of(result)
    round_.pairs = [[pair.need, pair.offer] for pair in result.pairs]
    round_.result_digest = result.digest
    round_.settings_digest = result.settings_digest
    round_.matching_version = result.version
    round_.solved_at = now()
    round_.failure = None
    session.flush()
    record_overview_of(session, round_, problem or prepare(snapshot, settings.matching), result)


def summary_of(result: Result) -> dict[str, Any]:
    """Return the figures of a result."""
    return {
        "n_needs": result.n_needs,
        "n_offers": result.n_offers,
        "n_candidates": result.n_candidates,
        "n_proposals": len(result.pairs),
        "served": len({pair.need for pair in result.pairs}),
        "unmatched": dict(Counter(need.reason for need in result.unmatched)),
        "unused": dict(Counter(offer.reason for offer in result.unused)),
        "policy": result.policy,
        "total": result.total,
        "gap": result.gap,
        "optimal": result.optimal,
        "stopped": result.stopped,
        "solver": result.solver,
        "certificate": canonical.plain(result.certificate),
        "competitions": [
            competition_told(group) for group in result.competitions[:MOST_COMPETITIONS]
        ],
        "n_competitions": len(result.competitions),
        "kept": result.kept,
    }


def _rows(session: Session, round_: Round) -> tuple[dict[str, RoundNeed], dict[str, Offer]]:
    needs = session.execute(
        select(RoundNeed, Need.public_id)
        .join(Need, Need.id == RoundNeed.need_id)
        .where(RoundNeed.round_id == round_.id)
    )
    offers = session.scalars(
        select(Offer)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .where(RoundOffer.round_id == round_.id)
    )
    return {key: row for row, key in needs}, {offer.public_id: offer for offer in offers}


def _earlier(
    session: Session, round_: Round
) -> tuple[dict[tuple[int, int], Proposal], set[tuple[int, int]]]:
    """Return the proposals of a round that stand, by need and offer, and the pairs turned down."""
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_.id)
        .options(selectinload(Proposal.decisions))
        .order_by(Proposal.id)
    ).all()
    live = {(one.need_id, one.offer_id): one for one in proposals if one.status not in OVER}
    refused = {(one.need_id, one.offer_id) for one in proposals if is_turned_down(one)}
    return live, refused - live.keys()


def is_turned_down(proposal: Proposal) -> bool:
    """Tell whether people, not a new result, ended a proposal."""
    undone = any(one.kind == DecisionKind.UNDO for one in proposal.decisions)
    return proposal.status in (ProposalStatus.REJECTED, ProposalStatus.DECLINED) or (
        proposal.status == ProposalStatus.UNDONE and undone
    )


def is_signed(proposal: Proposal) -> bool:
    """Tell whether somebody stands for a proposal with a signature."""
    return any(one.kind == DecisionKind.SIGN for one in proposal.decisions)


def _tell_anew(
    session: Session, actor: Actor, proposal: Proposal, pair: ProposedPair, reasons: list[str]
) -> None:
    """Write what the new result says of a pair that was proposed before, if it says anything new.

    What somebody has signed stays as it was when they did. Who has the old figures open is told
    before they sign (`audit.since`).
    """
    if proposal.status != ProposalStatus.PROPOSED or is_signed(proposal):
        return
    explanation = canonical.plain(pair)
    if (explanation, reasons) == (proposal.explanation, proposal.signature_reasons):
        return
    proposal.score, proposal.score_low, proposal.score_high = pair.score, pair.low, pair.high
    proposal.explanation = explanation
    proposal.required_signatures = 2 if reasons else 1
    proposal.signature_reasons = reasons
    record(session, actor, "proposal.told_anew", "proposal", proposal.public_id)


def proposal_of(
    round_: Round,
    need: Need,
    offer: Offer,
    pair: ProposedPair,
    reasons: list[str],
) -> Proposal:
    """Return a new proposal of a pair with its explanation; two signatures where there is a
    reason."""
    return Proposal(
        round_id=round_.id,
        need_id=need.id,
        offer_id=offer.id,
        status="proposed",
        score=pair.score,
        score_low=pair.low,
        score_high=pair.high,
        explanation=canonical.plain(pair),
        required_signatures=2 if reasons else 1,
        signature_reasons=reasons,
    )
