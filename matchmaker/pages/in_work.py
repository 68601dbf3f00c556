"""What waits for somebody in work that has begun: pulses to answer, tasks to look after."""

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import now
from matchmaker.pulses.queries import pulses_waiting_for, tasks_waiting_for
from matchmaker.safeguards.precondition_queries import reviews_waiting_for
from matchmaker.vocabulary import TaskKind
from matchmaker.web.navigation import Waiting


def pulses_in(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per pulse that nobody of the own side has answered."""
    return [
        Waiting(
            gettext("How does the work go? A few short questions"),
            url_for("pulses.answer", public_id=pulse.engagement.public_id),
        )
        for pulse in pulses_waiting_for(session, actor, now())
    ]


def tasks_in(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per task in an engagement, those where somebody is not safe first."""
    tasks = sorted(tasks_waiting_for(session, actor), key=lambda one: one.kind != TaskKind.NOT_SAFE)
    return [
        Waiting(
            gettext(TaskKind(task.kind).label),
            url_for("pulses.show", public_id=task.engagement.public_id),
        )
        for task in tasks
    ]


def going_on(session: Session, actor: Actor) -> list[Waiting]:
    """Return what waits because a precondition turned, or was asked again, for running work."""
    asked = reviews_waiting_for(session, actor)
    return [
        Waiting(
            ngettext(
                "%(num)d engagement: continue, pause or withdraw? A precondition is in doubt",
                "%(num)d engagements: continue, pause or withdraw? A precondition is in doubt",
                len(asked),
            ),
            url_for("engagements.show", public_id=asked[0], _anchor="preconditions")
            if len(asked) == 1
            else url_for("engagements.index"),
            len(asked),
        )
    ]
