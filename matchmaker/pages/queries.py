"""What waits for somebody, gathered from every room below."""

from collections.abc import Callable

from matchmaker.access import Actor
from matchmaker.web.navigation import Waiting

SOURCES: list[Callable[[Actor], list[Waiting]]] = []
"""One function per room; each looks at the actor's role itself."""


def waiting_for(actor: Actor) -> list[Waiting]:
    """Return what waits for the actor, room by room."""
    return [item for source in SOURCES for item in source(actor)]
