"""Conflict areas: where a coordinator has said what is going on and who can go there."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.vocabulary import AreaLevel, Phase, Presence


class ConflictArea(Base, PublicId):
    """A country, region or municipality in conflict; the nearest level wins."""

    __tablename__ = "conflict_area"
    __table_args__ = (
        one_of("level", AreaLevel),
        one_of("phase", Phase),
        one_of("presence", Presence),
        CheckConstraint(
            "(level = 'country' AND region = '' AND municipality_id IS NULL)"
            " OR (level = 'region' AND region <> '' AND municipality_id IS NULL)"
            " OR (level = 'municipality' AND municipality_id IS NOT NULL)",
            name="level_matches",
        ),
    )

    id: Mapped[Key]
    level: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(120), default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    place_key: Mapped[str] = mapped_column(String(200), unique=True)
    """Country, region and municipality in one, so that a place is entered once (`place_key`)."""
    phase: Mapped[str] = mapped_column(String(20))
    presence: Mapped[str] = mapped_column(String(20))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[Created]


def place_key(country: str, region: str = "", municipality_id: int | None = None) -> str:
    """Return the key under which a place is entered once, whatever its level."""
    return f"{country}/{region}/{municipality_id or ''}"
