"""Which places of a round are free now, and which pairs stand: read from the rows, not the input.

A place is free where nothing holds it and no proposal that waits for signatures wants it. A side
that was changed, paused, hidden or taken away since the round was frozen has none.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.access.scope import within
from matchmaker.engagements.places import DEAD
from matchmaker.models import Municipality, Need, Offer, Proposal, Round, RoundNeed, RoundOffer
from matchmaker.rounds.queries import TAKES_PART, TURNED_DOWN
from matchmaker.vocabulary import NeedStatus, OfferStatus, ProposalStatus

WAITS = (NeedStatus.VERIFIED.value, NeedStatus.UNMATCHED.value)
Pair = tuple[str, str]


@dataclass(frozen=True)
class Places:
    """What is free, and what stands, seen from one need or offer of a round."""

    own: int
    """Free places of that row; -1 where it does not take part any more."""
    others: dict[str, int]
    """Key -> free places across; those without are left out."""
    standing: tuple[Pair, ...]
    """(need key, offer key) of each live proposal of the round."""
    used: frozenset[Pair]
    """Pairs of that row that may not come again: they stand, were refused, or ended here."""


def places(session: Session, round_: Round, side: str, row: Need | Offer) -> Places:
    """Return what is free for one need or offer of a round."""
    needs = _needs(session, round_, [row.id] if side == "need" else None)
    offers = _offers(session, round_, [row.id] if side == "offer" else None)
    own, others = (needs, offers) if side == "need" else (offers, needs)
    return Places(
        own=own.get(row.public_id, -1),
        others={key: n for key, n in others.items() if n > 0},
        standing=_pairs(session, Proposal.round_id == round_.id, Proposal.status.not_in(DEAD)),
        used=frozenset(_pairs(session, _of(side, row), _used(round_))),
    )


def is_free(session: Session, round_: Round, need: Need, offer: Offer) -> bool:
    """Tell whether a pair could take a place of both sides now."""
    needs, offers = _needs(session, round_, [need.id]), _offers(session, round_, [offer.id])
    free = needs.get(need.public_id, 0) > 0 and offers.get(offer.public_id, 0) > 0
    return free and not _pairs(session, _of("need", need), _of("offer", offer), _used(round_))


def n_helpers(session: Session, need: Need) -> int:
    """Count the live proposals of a need, those that came to an engagement included."""
    live = Proposal.need_id == need.id, Proposal.status.not_in(DEAD)
    return session.scalar(select(func.count()).select_from(Proposal).where(*live)) or 0


def _of(side: str, row: Need | Offer) -> Any:
    return (Proposal.need_id if side == "need" else Proposal.offer_id) == row.id


def _used(round_: Round) -> Any:
    return or_(
        Proposal.round_id == round_.id,
        Proposal.status.in_(TURNED_DOWN),
        Proposal.status.not_in(DEAD),
    )


def _needs(session: Session, round_: Round, ids: Collection[int] | None) -> dict[str, int]:
    """Return key -> free places of the needs that take part; one that cannot reach its least
    number of helpers by one more has none."""
    mine = select(Proposal.need_id).where(
        Proposal.round_id == round_.id, Proposal.status.not_in(DEAD)
    )
    scope = within(round_.association.scope, round_.association.sides)
    query = (
        select(Need.id, Need.public_id, Need.places, Need.places_taken, Need.minimum)
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .where(
            RoundNeed.round_id == round_.id,
            or_(
                Need.status.in_(WAITS),
                and_(Need.status == NeedStatus.MATCHED, Need.id.in_(mine)),
            ),
            Need.hidden.is_(False),
            Need.submitted_at <= round_.frozen_at,
            *TAKES_PART,
            *scope,
        )
    )
    if ids is not None:
        query = query.where(Need.id.in_(ids))
    wanted = _wanted(session, Proposal.need_id)
    found = {}
    for need_id, key, n_places, taken, minimum in session.execute(query):
        room = n_places - taken - wanted[need_id]
        enough = minimum <= taken + wanted[need_id] + 1
        found[key] = room if enough or ids is not None else 0
    return found


def _offers(session: Session, round_: Round, ids: Collection[int] | None) -> dict[str, int]:
    query = (
        select(Offer.id, Offer.public_id, Offer.places, Offer.places_taken)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .join(Municipality, Municipality.id == Offer.municipality_id)
        .where(
            RoundOffer.round_id == round_.id,
            Offer.status == OfferStatus.OPEN,
            Offer.submitted_at <= round_.frozen_at,
            *TAKES_PART,
        )
    )
    if ids is not None:
        query = query.where(Offer.id.in_(ids))
    wanted = _wanted(session, Proposal.offer_id)
    return {
        key: n_places - taken - wanted[offer_id]
        for offer_id, key, n_places, taken in session.execute(query)
    }


def _wanted(session: Session, side: Any) -> Counter[int]:
    """Count the proposals of each row that wait for signatures and hold no place yet."""
    rows = session.execute(
        select(side, func.count()).where(Proposal.status == ProposalStatus.PROPOSED).group_by(side)
    )
    return Counter({row_id: n for row_id, n in rows})


def _pairs(session: Session, *conditions: Any) -> tuple[Pair, ...]:
    rows = session.execute(
        select(Need.public_id, Offer.public_id)
        .join(Proposal, Proposal.need_id == Need.id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(*conditions)
        .distinct()
        .order_by(Need.public_id, Offer.public_id)
    )
    return tuple((need, offer) for need, offer in rows)
