"""How a round stands now: what people have decided in it, and what each side still has to give.

A scenario starts from here. A pair that somebody has signed stays, a pair that people turned down
does not come again, and nobody gets more places than they have.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, literal, null, select, union_all
from sqlalchemy.orm import Session

from matchmaker.matching import canonical
from matchmaker.matching.change import Change, Pair
from matchmaker.matching.solving import Problem
from matchmaker.models import (
    Adjustment,
    Decision,
    Municipality,
    Need,
    Offer,
    Proposal,
    Round,
    RoundNeed,
    RoundOffer,
    Scenario,
)
from matchmaker.rounds.holding import is_held_by
from matchmaker.rounds.record import OVER
from matchmaker.vocabulary import (
    AdjustmentKind,
    DecisionKind,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
)

NEED_IS_THERE = (NeedStatus.IN_ROUND.value, NeedStatus.MATCHED.value)
OFFER_IS_THERE = (OfferStatus.OPEN.value, OfferStatus.FULL.value)
TURNED_DOWN = (ProposalStatus.REJECTED.value, ProposalStatus.DECLINED.value)


@dataclass(frozen=True)
class Standing:
    """What binds every scenario of a round."""

    kept: frozenset[Pair]
    """Pairs that somebody has signed, or that are further on."""
    refused: frozenset[Pair]
    """Pairs of this round that people turned down."""
    barred_by_hand: frozenset[Pair]
    """Pairs that coordinators barred in scenarios, and may let go again."""
    need_places: dict[str, int]
    """Key -> places that this round may fill; 0 where the need is not there any more."""
    offer_places: dict[str, int]
    digest: str
    """Changes with any of this and with the result of the round."""

    def change(self, problem: Problem) -> Change:
        """Return what has to be changed in the scored round to heed this."""
        locked, barred = set(problem.settings.locked), set(problem.settings.barred)
        return Change(
            lock=tuple(sorted(self.kept - locked)),
            unlock=tuple(sorted(self.refused & locked)),
            bar=tuple(sorted(self.refused - barred)),
            need_places=_fewer(problem.snapshot.needs, self.need_places),
            offer_places=_fewer(problem.snapshot.offers, self.offer_places),
        )


def standing_of(session: Session, round_: Round) -> Standing:
    """Return how a round stands now."""
    kept, refused = set(), set()
    held: dict[str, Counter[str]] = {"need": Counter(), "offer": Counter()}
    by_hand = set()
    for need, offer, status, holds, signed, undone, _ in _pairs(session, round_):
        pair = (need, offer)
        if status is None:
            by_hand.add(pair)
        elif status not in OVER:
            refused.discard(pair)
            if signed or status != ProposalStatus.PROPOSED:
                kept.add(pair)
        elif status in TURNED_DOWN or (status == ProposalStatus.UNDONE and undone):
            refused.add(pair)
        if holds:
            held["need"][need] += 1
            held["offer"][offer] += 1
    needs, offers = _places(session, round_, held)
    facts = [round_.result_digest, sorted(kept), sorted(refused), needs, offers]
    return Standing(
        kept=frozenset(kept),
        refused=frozenset(refused),
        barred_by_hand=frozenset(by_hand - refused),
        need_places=needs,
        offer_places=offers,
        digest=canonical.digest({"facts": facts}),
    )


def _fewer(records: Any, real: dict[str, int]) -> dict[str, int]:
    """Return the places of those that have fewer than the round was solved with."""
    return {one.key: real.get(one.key, 0) for one in records if real.get(one.key, 0) < one.places}


def _pairs(session: Session, round_: Round) -> Any:
    """Return the proposals of a round in their order, and what was barred by hand in a scenario:
    that has no status. One query, for a page that asks this asks much else."""

    def decided(kind: DecisionKind) -> ColumnElement[bool]:
        return exists().where(Decision.proposal_id == Proposal.id, Decision.kind == kind)

    proposals = (
        select(
            Need.public_id,
            Offer.public_id,
            Proposal.status,
            Proposal.places_held,
            decided(DecisionKind.SIGN),
            decided(DecisionKind.UNDO),
            Proposal.id.label("place"),
        )
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Proposal.round_id == round_.id)
    )
    barred = (
        select(Need.public_id, Offer.public_id, null(), false(), false(), false(), literal(0))
        .join(Adjustment, Adjustment.need_id == Need.id)
        .join(Offer, Offer.id == Adjustment.offer_id)
        .join(Scenario, Scenario.id == Adjustment.scenario_id)
        .where(Scenario.round_id == round_.id, Adjustment.kind == AdjustmentKind.BAR)
    )
    return session.execute(union_all(proposals, barred).order_by("place"))


def _places(
    session: Session, round_: Round, held: dict[str, Counter[str]]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the places that each need and each offer may fill in this round, in order."""
    here = and_(
        _takes_part(),
        Need.hidden.is_(False),
        Need.status.in_(NEED_IS_THERE),
        is_held_by(round_),
    )
    there = and_(_takes_part(), Offer.status.in_(OFFER_IS_THERE))
    needs = (
        select(
            literal("need").label("side"),
            Need.id.label("place"),
            Need.public_id,
            Need.places - Need.places_taken,
            here,
        )
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(RoundNeed.round_id == round_.id)
    )
    offers = (
        select(
            literal("offer"),
            Offer.id,
            Offer.public_id,
            Offer.places - Offer.places_taken,
            there,
        )
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .join(Municipality, Municipality.id == Offer.municipality_id)
        .where(RoundOffer.round_id == round_.id)
    )
    found: dict[str, dict[str, int]] = {"need": {}, "offer": {}}
    for side, _, key, free, is_there in session.execute(
        union_all(needs, offers).order_by("side", "place")
    ):
        found[side][key] = free + held[side][key] if is_there else 0
    return found["need"], found["offer"]


def _takes_part() -> ColumnElement[bool]:
    verified = Municipality.status == MunicipalityStatus.VERIFIED
    return and_(verified, Municipality.hidden.is_(False))
