"""What was published: figures only, stored so that nothing public changes on the day it happens."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Created, Key


class Publication(Base):
    """The figures of one week; the newest is the one shown."""

    __tablename__ = "publication"

    id: Mapped[Key]
    published_on: Mapped[date] = mapped_column(unique=True)
    as_of: Mapped[date]
    """What came later is not in it."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Asked or offered -> theme -> area -> figure; all rounded."""
    created_at: Mapped[Created]
