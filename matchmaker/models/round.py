"""Matching rounds: what was decided on, with which settings, and what came out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.municipality import Association
from matchmaker.models.need import Need
from matchmaker.models.offer import Offer
from matchmaker.vocabulary import RoundStatus


class Round(Base, PublicId):
    """One matching exercise; snapshot, settings and digests make it repeatable."""

    __tablename__ = "round"
    __table_args__ = (one_of("status", RoundStatus),)

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(120))
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=RoundStatus.OPEN.value)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    snapshot: Mapped[str | None] = mapped_column(EncryptedText("round.snapshot"), deferred=True)
    """Canonical JSON of the frozen input; it tells who asked and whom they ruled out."""
    snapshot_digest: Mapped[str | None] = mapped_column(String(64))
    settings_digest: Mapped[str | None] = mapped_column(String(64))
    result_digest: Mapped[str | None] = mapped_column(String(64))
    matching_version: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Figures of the result: total, gap, optimal, solver, counts."""
    pairs: Mapped[list[Any] | None] = mapped_column(JSON, deferred=True)
    """(need key, offer key) of each pair of the result, whatever became of its proposal."""
    overview: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """What the pages show of the result at a glance: figures, and the bins of the heat map."""
    settings_asked: Mapped[dict[str, Any] | None]
    """What a round that has a result is being solved under anew; its own once that is done."""
    failure: Mapped[dict[str, Any] | None]
    """Why the last solve did not end well: a code and its values."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    frozen_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    cool_off_ends_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    association: Mapped[Association] = relationship()
    needs: Mapped[list["RoundNeed"]] = relationship(cascade="all, delete-orphan")
    offers: Mapped[list["RoundOffer"]] = relationship(cascade="all, delete-orphan")


class RoundNeed(Base):
    """A need that took part in a round, and why it was left without, if it was."""

    __tablename__ = "round_need"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True, index=True)
    matched: Mapped[bool | None]
    reason: Mapped[dict[str, Any] | None]
    """For an unmatched need: reason code, funnel, lost offers, smallest change, nearest."""
    reason_code: Mapped[str | None] = mapped_column(String(24))
    """The reason alone, to filter by."""
    position: Mapped[int | None]
    """Row in the heat map of the result."""

    need: Mapped[Need] = relationship()


class RoundOffer(Base):
    """An offer that took part in a round, with the places it had left then."""

    __tablename__ = "round_offer"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, index=True)
    places: Mapped[int]
    n_pairs: Mapped[int | None]
    """Pairs of the result; None before there is one."""
    reason_code: Mapped[str | None] = mapped_column(String(24))
    """Why it serves no need, if it serves none."""
    position: Mapped[int | None]
    """Column in the heat map of the result."""

    offer: Mapped[Offer] = relationship()


class RoundTile(Base):
    """A square of the heat map: scores and marks by position, no key (`matching.heat`)."""

    __tablename__ = "round_tile"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    row: Mapped[int] = mapped_column("tile_row", primary_key=True, autoincrement=False)
    column: Mapped[int] = mapped_column("tile_column", primary_key=True, autoincrement=False)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
