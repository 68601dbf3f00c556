"""What the top of the page offers each role."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext

from matchmaker.vocabulary import N_, Role

HOME = ("pages.home", N_("Home"))
NAVIGATION: dict[str | None, list[tuple[str, str]]] = {
    None: [],
    Role.REQUESTER: [
        HOME,
        ("needs.index", N_("Our needs")),
        ("engagements.index", N_("Engagements")),
    ],
    Role.HELPER: [
        HOME,
        ("offers.index", N_("Our offers")),
        ("engagements.index", N_("Engagements")),
    ],
    Role.COORDINATOR: [
        HOME,
        ("municipalities.index", N_("Municipalities")),
        ("needs.index", N_("Needs")),
        ("offers.index", N_("Offers")),
        ("rounds.index", N_("Rounds")),
        ("engagements.index", N_("Engagements")),
        ("municipalities.areas", N_("Conflict areas")),
    ],
    Role.PARTNER: [HOME],
    Role.ADMINISTRATOR: [
        HOME,
        ("admin.memberships", N_("Memberships")),
        ("admin.audit", N_("Audit trail")),
    ],
}


def navigation_for(role: str | None) -> list[dict[str, object]]:
    """Return the links for a role, the present section marked."""
    return [
        {"text": gettext(label), "href": url_for(endpoint), "active": _is_here(endpoint)}
        for endpoint, label in NAVIGATION[role]
    ]


def _is_here(endpoint: str) -> bool:
    """Tell whether the page belongs to this section of the navigation."""
    if endpoint.endswith(".index"):
        own = any(request.endpoint == other for links in NAVIGATION.values() for other, _ in links)
        return endpoint.split(".")[0] == request.blueprint and (
            not own or request.endpoint == endpoint
        )
    return endpoint == request.endpoint


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the reader, with where to do it."""

    text: str
    href: str
    count: int = 1
