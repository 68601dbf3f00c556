"""The bridge from a result to rows: proposals, reasons of the unmatched, figures, digests."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import created
from matchmaker.matching import canonical
from matchmaker.matching.clashes import MOST_COMPETITIONS, competition_told
from matchmaker.matching.result import ProposedPair, Result
from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import Need, Offer, Proposal, Round, RoundNeed, RoundOffer, now
from matchmaker.proposals.scopes import lies_across
from matchmaker.rounds.settings import settings_of
from matchmaker.rounds.signatures import signature_reasons
from matchmaker.verification.queries import flagged_among


def record_result(session: Session, actor: Actor, round_: Round, result: Result) -> None:
    """Write a result into the rows of its round; the same result again changes nothing."""
    if round_.result_digest == result.digest:
        return
    snapshot, settings = Snapshot.from_json(round_.snapshot or ""), settings_of(round_)
    records = {record.key: record for record in snapshot.needs}
    needs, offers = _rows(session, round_)
    towns = {row.need.municipality_id for row in needs.values()}
    flagged = flagged_among(session, towns | {offer.municipality_id for offer in offers.values()})
    for pair in result.pairs:
        need, offer = needs[pair.need].need, offers[pair.offer]
        red_flag = need.red_flag or not flagged.isdisjoint(
            (need.municipality_id, offer.municipality_id)
        )
        across = lies_across(round_.association, need, offer)
        reasons = signature_reasons(
            records[pair.need], pair, settings, red_flag=red_flag, across=across
        )
        proposal = _proposal(round_, need, offer, pair, reasons)
        created(session, actor, proposal, {"round": round_.public_id})
        needs[pair.need].matched = True
        needs[pair.need].reason = None
    for unmatched in result.unmatched:
        needs[unmatched.need].matched = False
        needs[unmatched.need].reason = canonical.plain(unmatched)
    round_.summary = summary_of(result)
    round_.result_digest = result.digest
    round_.settings_digest = result.settings_digest
    round_.matching_version = result.version
    round_.solved_at = now()
    round_.failure = None
    session.flush()


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


def _proposal(
    round_: Round,
    need: Need,
    offer: Offer,
    pair: ProposedPair,
    reasons: list[str],
) -> Proposal:
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
