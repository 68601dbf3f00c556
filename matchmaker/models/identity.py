"""Changes of what a verified municipality is known by, which wait for two coordinators."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.municipality import Municipality
from matchmaker.vocabulary import ChangeStatus

OPEN = "status IN ('submitted', 'checked')"


class IdentityChange(Base, PublicId):
    """A proposed change of identity or contact; nothing changes before two coordinators agree."""

    __tablename__ = "identity_change"
    __table_args__ = (
        one_of("status", ChangeStatus),
        CheckConstraint(
            "status <> 'accepted' OR (checked_by_id IS NOT NULL AND accepted_by_id IS NOT NULL"
            " AND checked_by_id <> accepted_by_id)",
            name="two_coordinators",
        ),
        CheckConstraint(
            "accepted_by_id IS NULL OR accepted_by_id <> proposed_by_id",
            name="another_accepts_it",
        ),
        CheckConstraint(
            "status <> 'checked' OR checked_by_id IS NOT NULL", name="checked_by_somebody"
        ),
        Index(
            "uq_identity_change_one_open",
            "municipality_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[Key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=ChangeStatus.SUBMITTED.value)
    fields: Mapped[list[str]] = mapped_column(default=list)
    """Which of the columns below are to be changed."""
    name: Mapped[str | None] = mapped_column(String(200))
    local_name: Mapped[str | None] = mapped_column(String(200))
    region: Mapped[str | None] = mapped_column(String(120))
    official_code: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str | None] = mapped_column(String(20))
    sides: Mapped[list[str]] = mapped_column(default=list)
    contact_email: Mapped[str | None] = mapped_column(
        EncryptedText("identity_change.contact_email")
    )
    contact_phone: Mapped[str | None] = mapped_column(
        EncryptedText("identity_change.contact_phone")
    )
    reason: Mapped[str] = mapped_column(EncryptedText("identity_change.reason"))
    """What the proposal rests on, in the words of who made it."""
    answer: Mapped[str | None] = mapped_column(EncryptedText("identity_change.answer"))
    """Why it was not accepted."""
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The first coordinator: who proposed it, if that was one."""
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    changed_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    municipality: Mapped[Municipality] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether somebody may still decide on it."""
        return self.status in (ChangeStatus.SUBMITTED, ChangeStatus.CHECKED)

    @property
    def values(self) -> dict[str, object]:
        """Column of the municipality -> its new value."""
        return {name: getattr(self, name) for name in self.fields}
