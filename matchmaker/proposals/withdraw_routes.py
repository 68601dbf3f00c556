"""Routes of withdrawing: here and not in the rooms of needs and offers, for matches end with it."""

import secrets
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.models import Need, Offer
from matchmaker.needs.on_behalf_routes import blueprint as needs
from matchmaker.needs.routes import load as load_need
from matchmaker.offers.readiness_routes import blueprint as offers
from matchmaker.offers.routes import load as load_offer
from matchmaker.proposals import withdrawal
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard


@needs.route("/<public_id>/withdraw", methods=["GET", "POST"])
@guard(Permission.WITHDRAW_NEED, load_need)
def withdraw(need: Need) -> ResponseReturnValue:
    """Ask once more, then take the need back."""
    return _withdraw("needs", withdrawal.withdraw_need, need=need)


@offers.route("/<public_id>/withdraw", methods=["GET", "POST"], endpoint="withdraw")
@guard(Permission.WITHDRAW_OFFER, load_offer)
def withdraw_offer(offer: Offer) -> ResponseReturnValue:
    """Ask once more, then take the offer back."""
    return _withdraw("offers", withdrawal.withdraw_offer, offer=offer)


def _withdraw(room: str, act: Any, **thing: Any) -> ResponseReturnValue:
    """Take the thing back where the button was pressed; say why where it cannot be done."""
    (row,) = thing.values()
    problem = ""
    if request.method == "POST" and "switch_language" not in request.form:
        key = request.form.get("idempotency_key", "")[:64]
        try:
            with transaction(current_actor(), key, f"{room}.withdraw") as work:
                act(work.session, current_actor(), row)
                target = work.leads_to(url_for(f"{room}.show", public_id=row.public_id))
            return redirect(target, 303)
        except BadInput as error:
            problem = error.message
    page = render_template(
        f"{room}/withdraw.html", problem=problem, key=secrets.token_urlsafe(24), **thing
    )
    return page, 422 if problem else 200
