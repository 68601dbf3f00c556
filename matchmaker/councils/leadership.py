"""Who stands for a need or an offer at the top, and the word of the office itself that it does."""

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import Need, Offer, now
from matchmaker.vocabulary import N_, Champion, NeedStatus, OfferStatus

OVER = {
    "need": (NeedStatus.CLOSED.value, NeedStatus.WITHDRAWN.value),
    "offer": (OfferStatus.CLOSED.value, OfferStatus.WITHDRAWN.value),
}


def name_champion(
    session: Session, actor: Actor, row: Need | Offer, champion: Champion | None
) -> None:
    """Say which office stands for it; another one has to be confirmed anew.

    Raises
    ------
    BadInput
        If the need or offer is over.
    """
    _lock(session, row)
    code = champion.value if champion else None
    if row.champion == code:
        return
    row.champion = code
    row.champion_confirmed_at = row.champion_confirmed_by_id = None
    _record(session, actor, row, "champion_named", code)


def confirm(session: Session, actor: Actor, row: Need | Offer) -> None:
    """Confirm for the office that it stands for it; who is in charge of the municipality does.

    Raises
    ------
    BadInput
        If no office is named, or the need or offer is over.
    """
    _lock(session, row)
    if row.champion is None:
        raise BadInput("", N_("Say first who stands for it."))
    if row.champion_confirmed_at is None:
        row.champion_confirmed_at, row.champion_confirmed_by_id = now(), actor.membership_id
        _record(session, actor, row, "champion_confirmed", row.champion)


def _lock(session: Session, row: Need | Offer) -> None:
    session.refresh(row, with_for_update={"of": type(row)})
    if row.status in OVER[row.__tablename__]:
        raise BadInput("", N_("This is closed. There is nothing left to do."))


def _record(
    session: Session, actor: Actor, row: Need | Offer, event: str, code: str | None
) -> None:
    session.flush()
    kind = row.__tablename__
    audit.record(session, actor, f"{kind}.{event}", kind, row.public_id, {"champion": code})
