"""What ties a person to an organisation, and so to rights."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.municipality import Association, Municipality, PartnerOrganisation
from matchmaker.models.user import User
from matchmaker.vocabulary import MembershipStatus, Role


class Membership(Base, PublicId):
    """A role of one person in one organisation; rights are read from it at every request."""

    __tablename__ = "membership"
    __table_args__ = (
        one_of("role", Role),
        one_of("status", MembershipStatus),
        CheckConstraint(
            "(role IN ('requester', 'helper') AND municipality_id IS NOT NULL"
            " AND association_id IS NULL AND partner_id IS NULL)"
            " OR (role IN ('coordinator', 'administrator') AND association_id IS NOT NULL"
            " AND municipality_id IS NULL AND partner_id IS NULL)"
            " OR (role = 'partner' AND partner_id IS NOT NULL"
            " AND municipality_id IS NULL AND association_id IS NULL)",
            name="organisation",
        ),
        Index("ix_membership_user_id_status", "user_id", "status"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=MembershipStatus.ACTIVE.value)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner_organisation.id"))
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    association: Mapped[Association | None] = relationship()
    partner: Mapped[PartnerOrganisation | None] = relationship()
