"""Receipts are made when something is submitted, and made anew where a paper was lost."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.codes import new_code
from matchmaker.models import Need, Offer, Receipt, now
from matchmaker.receipts.queries import receipt_of

LENGTH = 16
"""Fifteen random digits, fifty bits, and one that checks them."""
LIFETIME = timedelta(days=400)


def give_receipt(session: Session, actor: Actor, row: Need | Offer) -> Receipt:
    """Return the receipt of a need or an offer; the first time it is made."""
    return receipt_of(session, row) or _make(session, actor, row)


def renew_receipt(session: Session, actor: Actor, row: Need | Offer) -> Receipt:
    """Make a receipt with another code; a paper with the old one tells nothing any more."""
    column = Receipt.need_id if isinstance(row, Need) else Receipt.offer_id
    session.execute(delete(Receipt).where(column == row.id))
    return _make(session, actor, row)


def _make(session: Session, actor: Actor, row: Need | Offer) -> Receipt:
    receipt = Receipt(code=new_code(LENGTH), expires_at=now() + LIFETIME)
    if isinstance(row, Need):
        receipt.need_id = row.id
    else:
        receipt.offer_id = row.id
    session.add(receipt)
    session.flush()
    audit.record(session, actor, "receipt.given", audit.kind_of(row), row.public_id)
    return receipt
