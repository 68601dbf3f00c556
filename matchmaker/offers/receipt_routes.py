"""Routes of the receipts of offers."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.codes import grouped
from matchmaker.extensions import db
from matchmaker.models import Offer
from matchmaker.offers.routes import blueprint, load
from matchmaker.receipts.queries import receipt_of
from matchmaker.receipts.service import renew_receipt
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press


@blueprint.get("/<public_id>/receipt")
@guard(Permission.SEE_OFFER_RECEIPT, load)
def receipt(offer: Offer) -> ResponseReturnValue:
    """Show the receipt, to be printed or copied."""
    found = receipt_of(db.session(), offer)
    return render_template(
        "receipts/receipt.html",
        receipt=found,
        code=grouped(found.code) if found else None,
        back=url_for("offers.show", public_id=offer.public_id),
        renew=url_for("offers.renew_receipt", public_id=offer.public_id),
        key=new_key(),
    )


@blueprint.post("/<public_id>/receipt", endpoint="renew_receipt")
@guard(Permission.SEE_OFFER_RECEIPT, load)
def renew_receipt_of(offer: Offer) -> ResponseReturnValue:
    """Make a receipt with another code."""
    return press(
        "offers.renew_receipt",
        url_for("offers.receipt", public_id=offer.public_id),
        lambda session, actor: renew_receipt(session, actor, offer),
    )
