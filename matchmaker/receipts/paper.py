"""The receipt of a need or an offer on its page, to be printed or copied."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker.codes import grouped
from matchmaker.extensions import db
from matchmaker.models import Need, Offer
from matchmaker.receipts.queries import receipt_of
from matchmaker.receipts.service import renew_receipt
from matchmaker.web.one_button import new_key, press


def receipt_page(room: str, row: Need | Offer) -> ResponseReturnValue:
    """Show the receipt; `room` is the blueprint of the need or offer."""
    found = receipt_of(db.session(), row)
    return render_template(
        "receipts/receipt.html",
        receipt=found,
        code=grouped(found.code) if found else None,
        back=url_for(f"{room}.show", public_id=row.public_id),
        renew=url_for(f"{room}.renew_receipt", public_id=row.public_id),
        key=new_key(),
    )


def renewed_receipt(room: str, row: Need | Offer) -> ResponseReturnValue:
    """Make a receipt with another code, and show it."""
    return press(
        f"{room}.renew_receipt",
        url_for(f"{room}.receipt", public_id=row.public_id),
        lambda session, actor: renew_receipt(session, actor, row),
    )
