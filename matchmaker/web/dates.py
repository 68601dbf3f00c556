"""Whether a period that was typed makes sense."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from matchmaker.models import now

FARTHEST = timedelta(days=3660)


def refuse(field: Any, message: str) -> bool:
    """Put a message beside a field and return False."""
    field.errors = [*field.errors, message]
    return False


def check_period(first: Any, last: Any, was_first: date | None) -> bool:
    """Refuse a period that is reversed, past or too far away; an unchanged start may be past."""
    start, end, today = first.data, last.data, now().date()
    if not isinstance(start, date) or not isinstance(end, date):
        return False
    if start < today and start != was_first:
        return refuse(first, gettext("The first day must not be in the past."))
    if end < start:
        return refuse(last, gettext("The end must not come before the start."))
    if end < today:
        return refuse(last, gettext("The last day must not be in the past."))
    if end > today + FARTHEST:
        return refuse(last, gettext("Enter a day within the next ten years."))
    return True
