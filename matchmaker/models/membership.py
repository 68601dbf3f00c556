"""What ties a person to an organisation, and so to rights; how people come in and hand over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.municipality import Association, Municipality, PartnerOrganisation
from matchmaker.models.user import User
from matchmaker.vocabulary import (
    HandOverStatus,
    InvitationStatus,
    MembershipStatus,
    Position,
    Role,
)

HOLDS_POSITION = "position <> 'member' AND status = 'active'"
"""Of whom an organisation has at most one for each position."""


class Membership(Base, PublicId):
    """A role of one person in one organisation; rights are read from it at every request."""

    __tablename__ = "membership"
    __table_args__ = (
        one_of("role", Role),
        one_of("status", MembershipStatus),
        one_of("position", Position),
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
        Index(
            "uq_membership_position_in_municipality",
            "municipality_id",
            "position",
            unique=True,
            sqlite_where=text(HOLDS_POSITION),
            postgresql_where=text(HOLDS_POSITION),
        ),
        Index(
            "uq_membership_position_in_association",
            "association_id",
            "position",
            unique=True,
            sqlite_where=text(HOLDS_POSITION),
            postgresql_where=text(HOLDS_POSITION),
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=MembershipStatus.ACTIVE.value)
    position: Mapped[str] = mapped_column(String(20), default=Position.MEMBER.value)
    """In charge, deputy or neither; a person with two roles in one town holds it on one row."""
    label: Mapped[str | None] = mapped_column(EncryptedText("membership.label"))
    """What the member wants to be called, such as "International office"; no name is asked."""
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner_organisation.id"))
    created_at: Mapped[Created]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    association: Mapped[Association | None] = relationship()
    partner: Mapped[PartnerOrganisation | None] = relationship()


class Invitation(Base, PublicId):
    """A colleague asked to join by a link that works once; no account is made before that."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", Role),
        one_of("status", InvitationStatus),
        CheckConstraint(
            "(role IN ('requester', 'helper') AND municipality_id IS NOT NULL"
            " AND association_id IS NULL)"
            " OR (role IN ('coordinator', 'administrator') AND association_id IS NOT NULL"
            " AND municipality_id IS NULL)",
            name="organisation",
        ),
    )

    id: Mapped[Key]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(EncryptedText("invitation.address"))
    role: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=InvitationStatus.OPEN.value)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]

    municipality: Mapped[Municipality | None] = relationship()
    association: Mapped[Association | None] = relationship()
    invited_by: Mapped[Membership] = relationship()


class HandOver(Base, PublicId):
    """The charge of an organisation, offered by who has it; the other one confirms or declines."""

    __tablename__ = "hand_over"
    __table_args__ = (
        one_of("status", HandOverStatus),
        CheckConstraint("giver_id <> taker_id", name="two_members"),
        Index(
            "uq_hand_over_one_open_per_giver",
            "giver_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[Key]
    giver_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    giver_stays: Mapped[bool] = mapped_column(default=True)
    """Whether the giver remains a colleague afterwards."""
    status: Mapped[str] = mapped_column(String(20), default=HandOverStatus.OPEN.value)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]

    giver: Mapped[Membership] = relationship(foreign_keys=giver_id)
    taker: Mapped[Membership] = relationship(foreign_keys=taker_id)
