"""What a step that waits for a proof is about, in the words its reader may read.

Nothing of it is kept: the session holds the address of the step only, and the row is loaded anew,
by the step's own loader and under its own permission. It stands on the page, never in the address
or the title.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, session
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matchmaker.access import Permission, allowed
from matchmaker.models import (
    Application,
    Association,
    ConflictArea,
    Membership,
    Municipality,
    Need,
    Offer,
    Proposal,
    Round,
    User,
)
from matchmaker.vocabulary import N_, Role
from matchmaker.web.actor import current_actor
from matchmaker.web.opening import note_opening
from matchmaker.web.showing import country_name, is_elsewhere, side_name, side_title, town_name
from matchmaker.web.step_up import STEP_WORDS, WAITING

PAIR_WORDS = {
    Permission.SIGN_PROPOSAL: N_("Approve the match of %(asks)s and %(helps)s"),
    Permission.REJECT_PROPOSAL: N_("Reject the match of %(asks)s and %(helps)s"),
    Permission.UNDO_PROPOSAL: N_("Undo the approval of the match of %(asks)s and %(helps)s"),
}
"""The steps on a pair, with both sides; of one outside the scope the name is not told."""


def waiting_words() -> str | None:
    """Say what waits in this session, with what it is about; None where nothing is known of it."""
    waiting = session.get(WAITING)
    if waiting is None:
        return None
    permission = Permission[waiting["permission"]]
    thing = _thing_at(waiting["path"], permission)
    if note_opening(thing):  # its name is read here as on its own page
        thing = _thing_at(waiting["path"], permission)
    if isinstance(thing, Proposal) and permission in PAIR_WORDS:
        sides = {"asks": apart(side_name(thing.need)), "helps": apart(side_name(thing.offer))}
        return gettext(PAIR_WORDS[permission], **sides)
    words = STEP_WORDS.get(permission)
    named = _name_of(thing)
    if words is None or not named:
        return gettext(words) if words else None
    return gettext("%(step)s: %(name)s", step=gettext(words), name=apart(named))


def apart(name: str) -> str:
    """Return a name that keeps its own direction within a sentence of the other one."""
    return f"\u2068{name}\u2069"


def _thing_at(path: str, permission: Permission) -> Any:
    """Load what an address is about, if the reader may still do that step to it."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return None
    loader = getattr(current_app.view_functions[endpoint], "loader", None)
    if loader is None or "public_id" not in values:
        return None
    thing = loader(values["public_id"])
    return thing if thing is not None and allowed(permission, current_actor(), thing) else None


def _name_of(thing: Any) -> str:
    named = NAMES.get(type(thing))
    return named(thing) if named else ""


def _town(town: Municipality) -> str:
    return gettext("A municipality outside your scope") if is_elsewhere(town) else town_name(town)


def _entry(row: Need | Offer) -> str:
    return ", ".join(part for part in (side_title(row), side_name(row)) if part)


def _member(row: Membership) -> str:
    """Name a member: by address to colleagues and administrators, by the role to others."""
    actor = current_actor()
    known = actor.role == Role.ADMINISTRATOR or (
        row.municipality_id == actor.municipality_id and row.association_id == actor.association_id
    )
    organisation = row.municipality or row.association or row.partner
    place = town_name(row.municipality) if row.municipality else getattr(organisation, "name", "")
    return f"{row.user.email if known else gettext(Role(row.role).label)}, {place}"


def _area(area: ConflictArea) -> str:
    return ", ".join(part for part in (area.region, country_name(area.country)) if part)


NAMES: dict[type, Callable[[Any], str]] = {
    Municipality: _town,
    Application: lambda row: _town(row.municipality),
    Need: _entry,
    Offer: _entry,
    Round: lambda row: str(row.title),
    Membership: _member,
    User: lambda row: str(row.email),
    Association: lambda row: str(row.name),
    ConflictArea: _area,
}
"""How each kind of row is named to who may do the step."""
