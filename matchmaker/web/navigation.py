"""What the top of the page offers each role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from matchmaker.access import Actor
from matchmaker.vocabulary import N_, Role

COUNTS: dict[str, Callable[[Actor], int]] = {}
"""Endpoint -> how many things wait there for an actor; each room enters its own."""
AT_HOME: dict[str, Callable[[Actor], dict[str, Any]]] = {}
"""Role -> what its home page shows besides; the room of a role enters it."""
HOME = ("pages.home", N_("Home"))
PEOPLE = ("memberships.index", N_("People"))
MESSAGES = ("messages.index", N_("Messages"))
NAVIGATION: dict[str | None, list[tuple[str, str]]] = {
    None: [],
    Role.REQUESTER: [
        HOME,
        ("needs.index", N_("Our needs")),
        ("engagements.index", N_("Engagements")),
        MESSAGES,
        PEOPLE,
    ],
    Role.HELPER: [
        HOME,
        ("offers.index", N_("Our offers")),
        ("engagements.index", N_("Engagements")),
        MESSAGES,
        PEOPLE,
    ],
    Role.COORDINATOR: [
        HOME,
        ("municipalities.index", N_("Municipalities")),
        ("verification.index", N_("Applications")),
        ("needs.index", N_("Needs")),
        ("offers.index", N_("Offers")),
        ("rounds.index", N_("Rounds")),
        ("engagements.index", N_("Engagements")),
        MESSAGES,
        ("municipalities.areas", N_("Conflict areas")),
        PEOPLE,
    ],
    Role.PARTNER: [HOME],
    Role.ADMINISTRATOR: [
        HOME,
        ("admin.users", N_("Accounts")),
        ("admin.memberships", N_("Memberships")),
        ("admin.associations", N_("Associations")),
        ("municipalities.areas", N_("Conflict areas")),
        ("admin.audit", N_("Audit trail")),
        ("admin.texts", N_("Texts")),
        ("admin.taxonomy", N_("Topics")),
    ],
}


def navigation_for(actor: Actor) -> list[dict[str, object]]:
    """Return the links for an actor's role, the present section marked."""
    return [
        {
            "text": _with_count(gettext(label), endpoint, actor),
            "href": url_for(endpoint),
            "active": _is_here(endpoint),
        }
        for endpoint, label in NAVIGATION[actor.role]
    ]


def _with_count(label: str, endpoint: str, actor: Actor) -> str:
    """Return the label, with the number of what waits there where something does."""
    count = COUNTS[endpoint](actor) if endpoint in COUNTS else 0
    return gettext("%(label)s (%(count)s)", label=label, count=count) if count else label


def _is_here(endpoint: str) -> bool:
    """Tell whether the page belongs to this section of the navigation."""
    if endpoint.endswith(".index"):
        own = any(request.endpoint == other for links in NAVIGATION.values() for other, _ in links)
        below = request.path.startswith(f"{url_for(endpoint)}/")
        return (endpoint.split(".")[0] == request.blueprint or below) and (
            not own or request.endpoint == endpoint
        )
    return endpoint == request.endpoint


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the reader, with where to do it."""

    text: str
    href: str
    count: int = 1
