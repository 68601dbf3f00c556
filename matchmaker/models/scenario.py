"""Scenarios of a round: what would come out if coordinators changed this or that by hand."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.need import Need
from matchmaker.models.offer import Offer
from matchmaker.models.round import Round
from matchmaker.models.user import User
from matchmaker.vocabulary import AdjustmentKind, OverrideReason

_NEED = "kind IN ('lock', 'tie', 'bar', 'free', 'serve', 'unserve', 'need_places')"
_OFFER = "kind IN ('lock', 'tie', 'bar', 'free', 'pause', 'offer_places')"
_PLACES = "kind IN ('need_places', 'offer_places')"


class Scenario(Base, PublicId):
    """A round under changed settings, with what comes out; nothing of it is sent."""

    __tablename__ = "scenario"

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    name: Mapped[str] = mapped_column(EncryptedText("scenario.name"))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The settings of the round with everything that was changed, as the round keeps its own."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Needs served, worst-off, total, pairs; whether it is proven."""
    pairs: Mapped[list[Any]] = mapped_column(JSON, deferred=True)
    """(need key, offer key) of each pair that comes out."""
    base_digest: Mapped[str] = mapped_column(String(64))
    """Stands for the round, and what people had decided in it, when this was worked out."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    round: Mapped[Round] = relationship()
    adjustments: Mapped[list["Adjustment"]] = relationship(
        order_by="Adjustment.id", cascade="all, delete-orphan"
    )


class Adjustment(Base, PublicId):
    """One thing changed by hand in a scenario, what it cost, and why it was done."""

    __tablename__ = "adjustment"
    __table_args__ = (
        one_of("kind", AdjustmentKind),
        one_of("reason", OverrideReason),
        CheckConstraint(f"(need_id IS NOT NULL) = ({_NEED})", name="need"),
        CheckConstraint(f"(offer_id IS NOT NULL) = ({_OFFER})", name="offer"),
        CheckConstraint(f"(places IS NOT NULL) = ({_PLACES})", name="places_where_asked"),
        CheckConstraint("places IS NULL OR places >= 0", name="places_not_negative"),
    )

    id: Mapped[Key]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    places: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(24))
    told: Mapped[int] = mapped_column(ForeignKey("audit_event.seq"))
    """The event of the audit trail whose text says why in words."""
    price: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What it cost when it was worked out last: needs served, worst-off, total, pairs moved."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]

    need: Mapped[Need | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    created_by: Mapped[User] = relationship()
