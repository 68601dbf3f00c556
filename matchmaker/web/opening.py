"""What a coordinator opens is written down before it is shown, whatever page it is on."""

from typing import Any

from flask import current_app, request

from matchmaker import audit
from matchmaker.audit import openings
from matchmaker.extensions import db
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Role
from matchmaker.web.actor import current_actor


def note_opening(thing: Any) -> bool:
    """Write down that a coordinator opens a row; tell whether the row has to be loaded afresh.

    Only the audit trail is written: a GET changes no row of the domain.
    """
    actor = current_actor()
    looks = request.method in ("GET", "HEAD") and actor.role == Role.COORDINATOR
    if not looks or type(thing) not in audit.KINDS:
        return False
    kind, public_id = audit.kind_of(thing), thing.public_id
    if openings.was_opened_lately(db.session(), actor, kind, public_id):
        return False
    most = current_app.config["NEEDS_PER_HOUR"] if kind == "need" else None
    with transaction() as work:
        openings.note_opening(work.session, actor, kind, public_id, most)
    return True
