"""Who can go where: the access of each town's area, nearest level first."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models import ConflictArea, Municipality, place_key
from matchmaker.vocabulary import Presence


def presence_of_towns(
    session: Session, towns: Iterable[Municipality], today: date
) -> dict[int, str]:
    """Return the access by row id of the town; what is unknown or has expired is restricted."""
    areas = {area.place_key: area for area in session.scalars(select(ConflictArea))}
    return {town.id: _presence(areas, town, today) for town in towns}


def _presence(areas: dict[str, ConflictArea], town: Municipality, today: date) -> str:
    levels = (
        place_key(town.country, town.region, town.id),
        place_key(town.country, "", town.id),
        place_key(town.country, town.region),
        place_key(town.country),
    )
    for key in levels:
        area = areas.get(key)
        if area is None:
            continue
        expired = area.valid_until is not None and area.valid_until < today
        unconfirmed = area.confirmed_at is None
        return Presence.RESTRICTED.value if expired or unconfirmed else area.presence
    return Presence.RESTRICTED.value
