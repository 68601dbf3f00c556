"""A second round respects the first: pairs that were proposed and neither agreed nor refused weigh
a little more while choosing, so that they change only for a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from matchmaker.models import Association, Decision, Need, Offer, Proposal, Round
from matchmaker.rounds.floors import Floor, with_leads
from matchmaker.rounds.queries import TURNED_DOWN, earlier_pairs
from matchmaker.rounds.settings import RoundSettings, settings_of, without_pairs
from matchmaker.safeguards.even_queries import Asked, asked_of
from matchmaker.vocabulary import DecisionKind, ProposalStatus

OPEN_ENDED = (ProposalStatus.UNDONE.value, ProposalStatus.LAPSED.value)
"""Proposals that ended without anybody's refusal: unsigned, unanswered, or their round was over."""


def settings_to_freeze(
    session: Session, round_: Round, needs: Sequence[Need], offers: Sequence[Offer]
) -> RoundSettings:
    """Return the settings of a round with the pairs of earlier rounds ruled out or kept, and with
    what each side was served until now, where a rule counts it."""
    settings = without_pairs(settings_of(round_), earlier_pairs(session, needs, offers))
    floors = with_leads(settings.floors, served_before(session, round_, settings.floors))
    settings = replace(settings, floors=floors)
    keep = pairs_to_keep(session, needs, offers) - set(settings.matching.barred)
    return replace(settings, matching=replace(settings.matching, keep=tuple(sorted(keep))))


def served_before(session: Session, round_: Round, floors: Iterable[Floor]) -> list[Asked]:
    """Return what was asked and served in the scope of the round, if one of the floors asks it."""
    if not any(floor.counts_before for floor in floors):
        return []
    association = session.get(Association, round_.association_id)
    return asked_of(session, association) if association is not None else []


def pairs_to_keep(
    session: Session, needs: Sequence[Need], offers: Sequence[Offer]
) -> set[tuple[str, str]]:
    """Return (need, offer) keys of each need's last round that ended without a refusal, of needs
    and offers that enter now; what a coordinator undid by hand is not among them."""
    later = aliased(Proposal)
    last = (
        select(func.max(later.round_id))
        .where(later.need_id == Proposal.need_id)
        .correlate(Proposal)
        .scalar_subquery()
    )
    by_hand = exists().where(
        Decision.proposal_id == Proposal.id, Decision.kind == DecisionKind.UNDO
    )
    refused = aliased(Proposal)
    turned_down = exists().where(
        refused.need_id == Proposal.need_id,
        refused.offer_id == Proposal.offer_id,
        refused.status.in_(TURNED_DOWN),
    )
    rows = session.execute(
        select(Need.public_id, Offer.public_id)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(
            Need.id.in_([need.id for need in needs]),
            Offer.id.in_([offer.id for offer in offers]),
            Proposal.status.in_(OPEN_ENDED),
            Proposal.round_id == last,
            ~by_hand,
            ~turned_down,
        )
    )
    return {(need, offer) for need, offer in rows}
