"""Which needs a round still holds: one that it let go may have entered a later round since.

A status alone does not tell: a need that is in a round may be in another one.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from matchmaker.engagements.places import lock_needs
from matchmaker.models import Need, Round, RoundNeed, now
from matchmaker.vocabulary import RoundStatus


def is_held_by(round_: Round) -> ColumnElement[bool]:
    """Return the condition that no later round has taken a need in."""
    if round_.frozen_at is None:
        return true()  # it has taken in none
    later = or_(
        Round.frozen_at > round_.frozen_at,
        and_(Round.frozen_at == round_.frozen_at, Round.id > round_.id),
    )
    taken = _needs_of_rounds(Round.status != RoundStatus.CANCELLED, later)
    return Need.id.not_in(taken)


def is_not_held_back() -> ColumnElement[bool]:
    """Return the condition that a need is in no published round that may still be taken back."""
    cooling = and_(Round.status == RoundStatus.PUBLISHED, Round.cool_off_ends_at > now())
    return Need.id.not_in(_needs_of_rounds(cooling))


def is_as_frozen(round_: Round, need: Need) -> bool:
    """Tell whether a need was not sent in anew since the round was frozen."""
    if round_.frozen_at is None or need.submitted_at is None:
        return True
    return need.submitted_at <= round_.frozen_at


def locked_needs(session: Session, round_: Round) -> list[Need]:
    """Lock the needs of a round, their proposals and offers; return those it holds, by id."""
    ids = list(session.scalars(select(RoundNeed.need_id).where(RoundNeed.round_id == round_.id)))
    lock_needs(session, ids)
    held = select(Need).where(Need.id.in_(ids), is_held_by(round_)).order_by(Need.id)
    return list(session.scalars(held))


def _needs_of_rounds(*conditions: Any) -> Any:
    query = select(RoundNeed.need_id).join(Round, Round.id == RoundNeed.round_id)
    return query.where(*conditions)
