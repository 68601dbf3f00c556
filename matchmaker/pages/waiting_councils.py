"""What waits around the decision of a council, on both sides, put into words."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.councils.consent_queries import consents_waiting_for
from matchmaker.models import now
from matchmaker.offers.mandate_steps import decisions_due
from matchmaker.web.navigation import Waiting


def decisions(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per own decision whose planned day has come."""
    return [
        Waiting(
            gettext("A planned decision of your municipality: what was decided?"),
            url_for("offers.mandate", public_id=row.offer.public_id)
            if row.proposal is None
            else url_for("proposals.council", public_id=row.proposal.public_id),
        )
        for row in decisions_due(session, actor, now().date())
    ]


def consents(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per council to which the own municipality could be named."""
    return [
        Waiting(
            gettext("A helping municipality asks whether it may name you to its council"),
            url_for("councils.naming", public_id=row.public_id),
        )
        for row in consents_waiting_for(session, actor)
    ]
