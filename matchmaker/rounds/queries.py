"""Rounds as their coordinators see them, and what may enter one."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, joinedload, lazyload, undefer

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand, towns_of, within
from matchmaker.models import (
    Association,
    Decision,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    Round,
    RoundNeed,
    User,
)
from matchmaker.proposals.queries import LEAN_NEED, LEAN_OFFER, UNENGAGED, nobody_hidden
from matchmaker.rounds.holding import is_not_held_back
from matchmaker.vocabulary import (
    DecisionKind,
    MembershipStatus,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
    Role,
    RoundStatus,
)

ENTERS = (NeedStatus.VERIFIED.value, NeedStatus.UNMATCHED.value)
"""Needs that a new round takes in: verified ones, and those the last round left without."""
TAKEN = (
    ProposalStatus.APPROVED.value,
    ProposalStatus.OFFERED.value,
    ProposalStatus.SUBJECT_TO_COUNCIL.value,
    ProposalStatus.HELPER_ACCEPTED.value,
    ProposalStatus.ENGAGED.value,
)
"""Proposals that people approved and that still stand."""
TAKES_PART = (Municipality.status == MunicipalityStatus.VERIFIED, Municipality.hidden.is_(False))
"""Conditions on a municipality whose needs and offers enter rounds."""
TURNED_DOWN = (ProposalStatus.REJECTED.value, ProposalStatus.DECLINED.value)
"""Proposals that a coordinator or a municipality refused."""


def rounds_visible_to(actor: Actor) -> Select[Any]:
    """Return the rounds of the actor's association, newest first."""
    return (
        select(Round).where(Round.association_id == actor.association_id).order_by(Round.id.desc())
    )


def round_by_public_id(session: Session, public_id: str) -> Round | None:
    """Return the round, or None."""
    return session.scalars(select(Round).where(Round.public_id == public_id)).one_or_none()


def round_with_overview(session: Session, public_id: str) -> Round | None:
    """Return the round with what its pages show of the result, or None."""
    query = select(Round).where(Round.public_id == public_id)
    return session.scalars(query.options(undefer(Round.overview))).one_or_none()


def holds_towns_in_scope_only(session: Session, actor: Actor, round_: Round) -> bool:
    """Tell whether the actor works now for every town in the stored input of a round.

    The scope may have been narrowed since, and a tie leads to towns beyond it.
    """
    if not (actor.scope or actor.sides):
        return True
    stored = {town["key"] for town in json.loads(round_.snapshot or "{}").get("towns", ())}
    return stored <= set(session.scalars(select(Municipality.public_id).where(*towns_of(actor))))


def entering_needs(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions on a need, and its municipality, to enter a round now."""
    return [
        Need.status.in_(ENTERS),
        Need.places_taken < Need.places,
        Need.hidden.is_(False),
        is_not_held_back(),
        *TAKES_PART,
        *towns_of(actor),
    ]


def entering_offers(
    session: Session, actor: Actor, *, elsewhere: bool = False
) -> list[ColumnElement[bool]]:
    """Return the conditions on an offer, and its municipality, to enter a round now."""
    towns = and_(true(), *towns_of(actor))
    if elsewhere:
        towns = or_(towns, _covered_by_others(session, actor))
    return [Offer.status == OfferStatus.OPEN, Offer.places_taken < Offer.places, *TAKES_PART, towns]


def needs_to_match(session: Session, actor: Actor, *, lock: bool = False) -> list[Need]:
    """Return the needs that would enter a round now, by id."""
    query = (
        select(Need)
        .join(Need.municipality)
        .where(*entering_needs(actor))
        .options(joinedload(Need.municipality, innerjoin=True))
        .order_by(Need.id)
    )
    if lock:
        query = query.with_for_update(of=Need).execution_options(populate_existing=True)
    return list(session.scalars(query))


def offers_to_match(session: Session, actor: Actor, *, elsewhere: bool = False) -> list[Offer]:
    """Return the open offers with places left that would enter a round now, by id.

    `elsewhere` takes in those of towns that another association works for.
    """
    query = (
        select(Offer)
        .join(Offer.municipality)
        .where(*entering_offers(session, actor, elsewhere=elsewhere))
        .options(joinedload(Offer.municipality, innerjoin=True))
        .order_by(Offer.id)
    )
    return list(session.scalars(query))


def _covered_by_others(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a coordinator of another association could sign for a town."""
    coordinated = (
        select(Membership.association_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role == Role.COORDINATOR,
            Membership.status == MembershipStatus.ACTIVE,
            User.active.is_(True),
        )
    )
    others = session.scalars(
        select(Association)
        .where(Association.id != actor.association_id, Association.id.in_(coordinated))
        .order_by(Association.id)
    )
    scopes = [and_(true(), *within(other.scope, other.sides)) for other in others]
    return or_(false(), *scopes)


def earlier_pairs(
    session: Session, needs: Sequence[Need], offers: Sequence[Offer]
) -> set[tuple[str, str]]:
    """Return (need, offer) keys that were proposed before and are under way, or were declined; of
    needs and offers that enter a round together."""
    keep = (*UNENGAGED, ProposalStatus.ENGAGED.value, ProposalStatus.DECLINED.value)
    rows = session.execute(
        select(Need.public_id, Offer.public_id)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(
            Need.id.in_([need.id for need in needs]),
            Offer.id.in_([offer.id for offer in offers]),
            Proposal.status.in_(keep),
        )
    )
    return {(need, offer) for need, offer in rows}


def round_needs(session: Session, round_: Round) -> list[RoundNeed]:
    """Return the needs of a round with their municipalities."""
    return list(
        session.scalars(
            select(RoundNeed)
            .where(RoundNeed.round_id == round_.id)
            .options(joinedload(RoundNeed.need).joinedload(Need.municipality))
            .order_by(RoundNeed.need_id)
        )
    )


def unmatched_needs(round_id: int, actor: Actor | None = None) -> Select[Any]:
    """Return the needs a round left without a proposal; with an actor, those in scope now."""
    return (
        select(RoundNeed)
        .join(RoundNeed.need)
        .join(Need.municipality)
        .where(
            RoundNeed.round_id == round_id,
            RoundNeed.matched.is_(False),
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
            *([] if actor is None else towns_of(actor)),
        )
        .options(
            joinedload(RoundNeed.need).options(joinedload(Need.municipality), lazyload(Need.topics))
        )
        .order_by(RoundNeed.need_id)
    )


def n_unmatched(session: Session, round_: Round, actor: Actor) -> int:
    """Count the needs in scope that a round left without a proposal."""
    found = unmatched_needs(round_.id, actor).with_only_columns(RoundNeed.need_id).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def unmatched_need(
    session: Session, actor: Actor, round_: Round, public_id: str
) -> RoundNeed | None:
    """Return one need in scope that a round left without, or None."""
    return session.scalars(
        unmatched_needs(round_.id, actor).where(Need.public_id == public_id)
    ).one_or_none()


def needs_with_proposals(session: Session, round_: Round) -> set[int]:
    """Return row ids of the needs that have an unfinished proposal of this round."""
    return set(
        session.scalars(
            select(Proposal.need_id).where(
                Proposal.round_id == round_.id,
                Proposal.status.in_((*UNENGAGED, ProposalStatus.ENGAGED.value)),
            )
        )
    )


def n_proposals_by_status(
    session: Session, round_: Round, actor: Actor | None = None
) -> dict[str, int]:
    """Count the proposals of a round by status; with an actor, those in the actor's hands."""
    rules = [] if actor is None else [proposals_in_hand(actor)]
    rows = session.execute(
        select(Proposal.status, func.count())
        .where(*rules, Proposal.round_id == round_.id, nobody_hidden())
        .group_by(Proposal.status)
    )
    return {status: n for status, n in rows}


def n_signed(session: Session, round_: Round) -> int:
    """Count the proposals of a round that somebody signed and that still stand."""
    query = (
        select(func.count(Decision.proposal_id.distinct()))
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(
            Proposal.round_id == round_.id,
            Proposal.status.in_(UNENGAGED),
            Decision.kind == DecisionKind.SIGN,
        )
    )
    return session.scalar(query) or 0


def proposal_of_pair(
    session: Session, actor: Actor, round_: Round, pair: Sequence[str] | None
) -> Proposal | None:
    """Return the proposal of a pair of keys, if the actor may see it."""
    if not pair:
        return None
    query = (
        select(Proposal)
        .join(Proposal.need)
        .join(Proposal.offer)
        .where(
            Proposal.round_id == round_.id,
            Need.public_id == pair[0],
            Offer.public_id == pair[1],
            proposals_in_hand(actor),
            nobody_hidden(),
        )
        .options(
            joinedload(Proposal.need).options(joinedload(Need.municipality), *LEAN_NEED),
            joinedload(Proposal.offer).options(joinedload(Offer.municipality), *LEAN_OFFER),
        )
        .limit(1)
    )
    return session.scalars(query).first()


def chosen_pairs(session: Session, round_: Round) -> list[tuple[str, str]]:
    """Return (need key, offer key) of each pair of a round's result.

    A round solved before results were kept has the pairs of its proposals.
    """
    if round_.pairs is not None:
        return [(need, offer) for need, offer in round_.pairs]
    rows = session.execute(
        select(Need.public_id, Offer.public_id)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Proposal.round_id == round_.id)
        .order_by(Proposal.id)
    )
    return [(need, offer) for need, offer in rows]


def rounds_with_decisions(session: Session, association_id: int | None) -> list[tuple[Round, int]]:
    """Return the rounds with a proposal that was approved, newest first, and how long their input
    is, about: it is sealed; of one association, or of all."""
    approved = select(Proposal.round_id).where(Proposal.status.in_(TAKEN))
    query = (
        select(Round, func.length(type_coerce(Round.snapshot, Text())) * 3 // 4)
        .where(Round.snapshot.is_not(None), Round.id.in_(approved))
        .order_by(Round.id.desc())
    )
    if association_id is not None:
        query = query.where(Round.association_id == association_id)
    return [(round_, n) for round_, n in session.execute(query)]


def decided_pairs(
    session: Session, rounds: Sequence[Round], statuses: Sequence[str]
) -> dict[int, list[tuple[str, str]]]:
    """Return row id of the round -> (need key, offer key) of its proposals of these statuses."""
    found: dict[int, list[tuple[str, str]]] = {round_.id: [] for round_ in rounds}
    rows = session.execute(
        select(Proposal.round_id, Need.public_id, Offer.public_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(Proposal.round_id.in_(list(found)), Proposal.status.in_(statuses))
        .order_by(Proposal.id)
    )
    for round_id, need, offer in rows:
        if round_id is not None:
            found[round_id].append((need, offer))
    return found


def rounds_waiting_for(session: Session, actor: Actor) -> list[Round]:
    """Return the rounds in review that the coordinator could publish."""
    if actor.role != Role.COORDINATOR:
        return []
    query = rounds_visible_to(actor).where(Round.status == RoundStatus.IN_REVIEW)
    return list(session.scalars(query))
