"""Routes of the receipts of offers."""

from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.models import Offer
from matchmaker.offers.routes import blueprint, load
from matchmaker.receipts.paper import receipt_page, renewed_receipt
from matchmaker.web.guard import guard


@blueprint.get("/<public_id>/receipt")
@guard(Permission.SEE_OFFER_RECEIPT, load)
def receipt(offer: Offer) -> ResponseReturnValue:
    """Show the receipt, to be printed or copied."""
    return receipt_page("offers", offer)


@blueprint.post("/<public_id>/receipt", endpoint="renew_receipt")
@guard(Permission.SEE_OFFER_RECEIPT, load)
def renew_receipt_of(offer: Offer) -> ResponseReturnValue:
    """Make a receipt with another code."""
    return renewed_receipt("offers", offer)
