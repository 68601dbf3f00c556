"""Which envelope each field of a need, offer or municipality is in; pure, the only such table.

DESIGN.md section 7: *public* (rounded and late), *helper* (what the other side reads before both
have accepted), *agreed* (what both sides read afterwards), *contact* (behind a button that is
written down), *coordinator* (within the scope), *own* (the municipality itself and the platform).
A field is named once, in the widest envelope that holds it. A new column fails
tests/access/test_envelopes.py until it stands here.
"""

from enum import IntEnum
from typing import Any


class Envelope(IntEnum):
    """Who may read a field: the smaller, the more people."""

    PUBLIC = 1
    HELPER = 2
    AGREED = 3
    CONTACT = 4
    COORDINATOR = 5
    OWN = 6


PUBLIC, HELPER, AGREED, CONTACT, COORDINATOR, OWN = Envelope

KEYS = {"id": OWN, "public_id": OWN, "version": OWN, "created_at": COORDINATOR}
ROWS = {
    "municipality_id": OWN,
    "created_by_id": OWN,
    "step": OWN,
    "submitted_at": COORDINATOR,
    "verified_at": COORDINATOR,
    "return_note": COORDINATOR,
    "veto_names": COORDINATOR,
    "veto_countries": COORDINATOR,
    "wish_names": COORDINATOR,
    "champion": COORDINATOR,
    "champion_confirmed_at": COORDINATOR,
    "champion_confirmed_by_id": OWN,
    "places": COORDINATOR,
    "places_taken": COORDINATOR,
    "interpretation": COORDINATOR,
    "commitment_months": COORDINATOR,
    "status": COORDINATOR,
    "municipality": PUBLIC,
    "category": PUBLIC,
    "second_category": PUBLIC,
    "topics": PUBLIC,
    "settings": HELPER,
    "window_start": HELPER,
    "window_end": HELPER,
    "title": AGREED,
    "text_language": AGREED,
    "description": COORDINATOR,
}
NEED = (
    KEYS
    | ROWS
    | {
        "activity": HELPER,
        "depth": HELPER,
        "languages": COORDINATOR,
        "overlap_days": COORDINATOR,
        "effort_days": COORDINATOR,
        "minimum": COORDINATOR,
        "low_profile": COORDINATOR,
        "no_publicity": AGREED,
        "hidden": COORDINATOR,
        "consent": COORDINATOR,
        "tie_waiver": COORDINATOR,
        "urgent": COORDINATOR,
        "tell_partners": COORDINATOR,
        "red_flag": COORDINATOR,
        "entry": COORDINATOR,
        "for_whom": HELPER,
        "why_outside": HELPER,
        "brings": HELPER,
        "teaches": HELPER,
        "carriers_wanted": COORDINATOR,
        "line_en": AGREED,
        "line_checked_by_id": OWN,
        "line_checked_at": AGREED,
        "confirmed": COORDINATOR,
        "impact": COORDINATOR,
    }
)
OFFER = (
    KEYS
    | ROWS
    | {
        "activities": HELPER,
        "languages": HELPER,
        "mandate": HELPER,
        "effort_days": HELPER,
        "depths": COORDINATOR,
        "mandate_chance": COORDINATOR,
        "mandate_lapses": COORDINATOR,
        "areas": COORDINATOR,
        "areas_stated": COORDINATOR,
        "context_languages": COORDINATOR,
        "deliveries": COORDINATOR,
        "delivery_stated": COORDINATOR,
        "involves_partner": COORDINATOR,
        "staffed": COORDINATOR,
        "motives": COORDINATOR,
        "publicity": HELPER,
        "learns": HELPER,
    }
)
MUNICIPALITY = KEYS | {
    "country": PUBLIC,
    "population": PUBLIC,
    "name": AGREED,
    "local_name": AGREED,
    "contact_role": CONTACT,
    "contact_email": CONTACT,
    "contact_phone": CONTACT,
    "region": COORDINATOR,
    "official_code": COORDINATOR,
    "geonameid": COORDINATOR,
    "latitude": COORDINATOR,
    "longitude": COORDINATOR,
    "languages": COORDINATOR,
    "kind": COORDINATOR,
    "sides": COORDINATOR,
    "status": COORDINATOR,
    "hidden": COORDINATOR,
    "mails_held_at": COORDINATOR,
    "verified_at": COORDINATOR,
    "demonstration": OWN,
    "code_doubted": OWN,
    "former_names": OWN,
}
TABLES: dict[str, dict[str, Envelope]] = {
    "need": NEED,
    "offer": OFFER,
    "municipality": MUNICIPALITY,
}
"""Table -> field -> the widest envelope that holds it; `population` is shown as a size band."""


class NotInEnvelope(AttributeError):
    """A field was asked for that the envelope does not hold: a fault of the program."""


class Through:
    """A row as somebody may read it who holds an envelope: every other field is refused."""

    def __init__(self, row: Any, envelope: Envelope) -> None:
        self._row, self._envelope = row, envelope

    def __getattr__(self, field: str) -> Any:
        table = TABLES[self._row.__tablename__]
        if field not in table or table[field] > self._envelope:
            raise NotInEnvelope(f"{self._row.__tablename__}.{field} is not in {self._envelope!r}")
        value = getattr(self._row, field)
        named = getattr(value, "__tablename__", None)
        return Through(value, self._envelope) if named in TABLES else value


def through(row: Any, envelope: Envelope) -> Any:
    """Return the row as it may be read by who holds the envelope."""
    return Through(row, envelope)
