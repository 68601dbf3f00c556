"""Municipalities that carry a need together with the one that posted it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedJson
from matchmaker.models.municipality import Municipality
from matchmaker.models.need import Need
from matchmaker.vocabulary import CarrierStatus


class Carrier(Base, PublicId):
    """A municipality that coordinators asked to carry a need too; it joins by its own consent."""

    __tablename__ = "carrier"
    __table_args__ = (
        one_of("status", CarrierStatus),
        UniqueConstraint("need_id", "municipality_id", name="uq_carrier_need_id_municipality_id"),
    )

    id: Mapped[Key]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    """Who is asked; nobody else learns of it before it has agreed."""
    status: Mapped[str] = mapped_column(String(20), default=CarrierStatus.ASKED.value)
    veto_names: Mapped[list[str] | None] = mapped_column(
        EncryptedJson("carrier.veto_names"), default=list
    )
    """Municipalities that must not help, as typed by the one that joined; as secret as a need's."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    answered_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship()
    municipality: Mapped[Municipality] = relationship()
