"""What time brings about between two sides that work together; the timer calls it."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM
from matchmaker.errors import MatchmakerError
from matchmaker.models import now
from matchmaker.pulses import queries, service
from matchmaker.unit_of_work import transaction

log = logging.getLogger(__name__)


def run_pulses(session: Session, at: datetime | None = None) -> dict[str, int]:
    """Ask what is due and note who was silent, each in a transaction of its own.

    Run again at the same moment it does nothing: a pulse is asked once, and closed once.
    """
    at = at or now()
    failed: list[str] = []
    due = queries.due_pulses(session, at, service.ANSWER_WITHIN)
    asked = sum(_done(failed, key, lambda work, one: _ask(work, one, at)) for key in due)
    over = queries.pulses_to_close(session, at)
    closed = sum(_done(failed, key, lambda work, one: _close(work, one, at)) for key in over)
    return {"pulses_asked": asked, "pulses_closed": closed, "not_done": len(failed)}


def _done(failed: list[str], key: str, act: Callable[[Session, str], None]) -> bool:
    try:
        with transaction() as work:
            act(work.session, key)
    except (MatchmakerError, DBAPIError) as error:
        # Somebody was faster, or it comes round again at the next tick.
        log.info("pulse_not_done error=%s", type(error).__name__)
        return False
    except Exception:  # a fault over one row must not hold up all others
        log.exception("pulse_not_done")
        failed.append(key)
        return False
    return True


def _ask(session: Session, key: str, at: datetime) -> None:
    public_id, _, day = key.partition(":")
    engagement = queries.engagement_by_public_id(session, public_id)
    assert engagement is not None
    service.ask(session, PLATFORM, engagement, int(day), at)


def _close(session: Session, key: str, at: datetime) -> None:
    pulse = queries.pulse_by_public_id(session, key)
    assert pulse is not None
    service.close_pulse(session, PLATFORM, pulse, at)
