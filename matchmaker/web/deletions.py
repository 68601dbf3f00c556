"""Deletions that wait, told on every page to whom they concern, with the way to stop them."""

from flask import url_for
from sqlalchemy import and_, or_, select, text

from matchmaker.access import Actor
from matchmaker.extensions import db
from matchmaker.models import DeletionRequest
from matchmaker.models.deletion import OPEN
from matchmaker.web.actor import current_membership
from matchmaker.web.showing import show_date


def deletions_told(actor: Actor) -> list[dict[str, str]]:
    """Return what is to be deleted ("account" or "town"), when, and where that is stopped."""
    if not actor.signed_in:
        return []
    town = and_(
        DeletionRequest.municipality_id.is_not(None),
        DeletionRequest.municipality_id == actor.municipality_id,
    )
    concerned = or_(DeletionRequest.user_id == actor.user_id, town)
    query = select(DeletionRequest).where(text(OPEN), concerned).order_by(DeletionRequest.id)
    return [_told(request) for request in db.session.scalars(query)]


def _told(request: DeletionRequest) -> dict[str, str]:
    day = show_date(request.due_at.date())
    membership = current_membership()
    if request.user_id is not None or membership is None or membership.municipality is None:
        return {"what": "account", "day": day, "href": url_for("personal.delete_account")}
    public_id = membership.municipality.public_id
    return {
        "what": "town",
        "day": day,
        "href": url_for("personal.delete_town", public_id=public_id),
    }
