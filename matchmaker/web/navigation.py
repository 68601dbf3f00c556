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
    Role.ADMINISTRATOR: [HOME, ("admin.audit", N_("Audit trail"))],
}


@dataclass(frozen=True)
class Link:
    """One link of the navigation."""

    text: str
    href: str
    active: bool


def navigation_for(role: str | None) -> list[Link]:
    """Return the links for a role, the present section marked."""
    here = (request.blueprint or "", request.endpoint or "")
    return [
        Link(
            gettext(label),
            url_for(endpoint),
            active=endpoint == here[1] or (endpoint.endswith(".index") and endpoint.split(".")[0] == here[0]),
        )
        for endpoint, label in NAVIGATION[role]
    ]


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the reader, with where to do it."""

    text: str
    href: str
    count: int = 1
