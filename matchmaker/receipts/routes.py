"""Where does it stand: one public page that answers a code with a word."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission, allowed
from matchmaker.extensions import db, limiter, site_key
from matchmaker.models import Need, Offer
from matchmaker.receipts.forms import CodeForm
from matchmaker.receipts.queries import standing_of, subject_of
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard

blueprint = Blueprint("receipts", __name__)
FROM_ALL = "60/minute;600/hour"
"""Codes that may be tried on the whole site: who guesses has many networks."""


@blueprint.route("/where", methods=["GET", "POST"])
@guard(Permission.SEE_PUBLIC_PAGE)
@limiter.limit("10/minute;40/hour", methods=["POST"])
@limiter.limit(FROM_ALL, key_func=site_key, methods=["POST"])
def where() -> ResponseReturnValue:
    """Answer a code; one that nobody was given gets the same answer as one that is too old.

    The code travels in the body, so that it stands in no address, history or log.
    """
    form = CodeForm()
    if form.is_sent():
        subject = subject_of(db.session(), form.digits())
        standing = None if subject is None else standing_of(db.session(), subject)
        return render_template("receipts/where.html", standing=standing, href=_page_of(subject))
    code = 422 if request.method == "POST" and not form.switches_language else 200
    return render_template("receipts/ask.html", form=form), code


def _page_of(subject: Need | Offer | None) -> str | None:
    """Return the page of what the code stands for, to who may see that page anyway."""
    if subject is None or not current_actor().signed_in:
        return None
    if isinstance(subject, Need):
        may_see = allowed(Permission.SEE_NEED, current_actor(), subject)
        return url_for("needs.show", public_id=subject.public_id) if may_see else None
    may_see = allowed(Permission.SEE_OFFER, current_actor(), subject)
    return url_for("offers.show", public_id=subject.public_id) if may_see else None
