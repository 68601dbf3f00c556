"""The taxonomy of municipal work, mapped to OECD DAC purpose codes and SDG targets."""

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base


class Topic(Base):
    """One topic; needs ask for it and offers bring it."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    group: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(200))
    dac_codes: Mapped[list[str]] = mapped_column(default=list)
    sdg_targets: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    """Whether the package still has it."""
    closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Switched off by an administrator: not offered to new needs and offers."""
    source: Mapped[str] = mapped_column(String(400), default="")
