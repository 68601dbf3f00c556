"""What waits for an administrator: alerts of the last days, put into words."""

from datetime import timedelta

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit.openings import alerts_since
from matchmaker.models import now
from matchmaker.vocabulary import N_
from matchmaker.web.navigation import Waiting

ALERTS = {
    "alert.contacts": N_("Somebody opened more contacts in an hour than one may"),
    "alert.need": N_("Somebody opened more needs in an hour than one may"),
    "alert.planted": N_("The contact of a planted municipality was opened"),
}
ALERT_STAYS = timedelta(days=7)


def for_administrator(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per kind of alert of the last days."""
    return [
        Waiting(gettext(ALERTS[event]), url_for("admin.audit", event=event), n)
        for event, n in alerts_since(session, now() - ALERT_STAYS).items()
        if event in ALERTS
    ]
