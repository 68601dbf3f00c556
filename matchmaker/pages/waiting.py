"""What waits for somebody, gathered from the rooms below and put into words."""

from matchmaker.access import Actor
from matchmaker.web.navigation import Waiting


def waiting_for(actor: Actor) -> list[Waiting]:
    """Return what waits for the actor, most urgent first."""
    return []
