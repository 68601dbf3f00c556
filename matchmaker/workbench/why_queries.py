"""What the pages that say why and why not read."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import AuditText, Municipality, Need, Offer, Round, RoundNeed, RoundOffer


def towns_by_key(session: Session, keys: Iterable[str]) -> dict[str, Municipality]:
    """Return municipalities by public id."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = session.scalars(select(Municipality).where(Municipality.public_id.in_(wanted)))
    return {row.public_id: row for row in rows}


def words_told(session: Session, events: Iterable[int]) -> dict[int, str | None]:
    """Return the text of events of the audit trail by their number; None where it was erased."""
    wanted = sorted(set(events))
    if not wanted:
        return {}
    query = select(AuditText.seq, AuditText.text).where(AuditText.seq.in_(wanted))
    return {seq: text for seq, text in session.execute(query)}


def needs_to_show(actor: Actor, round_: Round) -> Select[Any]:
    """Return the keys of the needs of a round that the reader may be shown now."""
    return (
        select(Need.public_id)
        .join(RoundNeed, RoundNeed.need_id == Need.id)
        .join(Need.municipality)
        .where(
            RoundNeed.round_id == round_.id,
            Need.hidden.is_(False),
            Municipality.hidden.is_(False),
            *towns_of(actor),
        )
    )


def offers_to_show(round_: Round) -> Select[Any]:
    """Return the keys of the offers of a round that are not hidden now."""
    return (
        select(Offer.public_id)
        .join(RoundOffer, RoundOffer.offer_id == Offer.id)
        .join(Offer.municipality)
        .where(RoundOffer.round_id == round_.id, Municipality.hidden.is_(False))
    )


def matching_words(query: Select[Any], actor: Actor, row: type[Need | Offer], words: str) -> Any:
    """Narrow to those in scope whose town or title holds the words; no name elsewhere is looked at,
    for to be found would tell it."""
    held = or_(
        Municipality.name.icontains(words, autoescape=True),
        Municipality.local_name.icontains(words, autoescape=True),
        row.title.icontains(words, autoescape=True),
    )
    return query.where(held, *towns_of(actor))


def latest_round_with(
    session: Session, actor: Actor, need: Need | None = None, offer: Offer | None = None
) -> Round | None:
    """Return the latest solved round of the actor's association that took a need or offer in."""
    query = select(Round).where(
        Round.association_id == actor.association_id, Round.result_digest.is_not(None)
    )
    if need is not None:
        query = query.join(RoundNeed, RoundNeed.round_id == Round.id)
        query = query.where(RoundNeed.need_id == need.id)
    if offer is not None:
        query = query.join(RoundOffer, RoundOffer.round_id == Round.id)
        query = query.where(RoundOffer.offer_id == offer.id)
    return session.scalars(query.order_by(Round.id.desc()).limit(1)).one_or_none()
