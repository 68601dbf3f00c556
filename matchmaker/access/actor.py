"""Who is asking: what one request knows of the person and the membership they act under."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A person acting under one membership, read afresh from the rows at every request."""

    user_id: int | None = None
    user_public_id: str | None = None
    membership_id: int | None = None
    membership_public_id: str | None = None
    role: str | None = None
    municipality_id: int | None = None
    association_id: int | None = None
    partner_id: int | None = None
    scope: tuple[str, ...] = ()
    """Countries a coordinator works for; empty = all."""
    sides: tuple[str, ...] = ()
    """Sides of a divide a coordinator works for; empty = all."""
    position: str = ""
    """In charge, deputy or colleague among the people of the organisation acted for."""
    verified: bool = False
    """Whether the organisation acted for is verified."""
    towns: tuple[int, ...] = ()
    """All municipalities the person has an active membership of, under whichever it acts now."""
    platform: bool = False
    """The platform itself (a job, a deadline), not a person."""

    @property
    def signed_in(self) -> bool:
        """Whether a person is signed in at all."""
        return self.user_id is not None


ANONYMOUS = Actor()
PLATFORM = Actor(platform=True)
