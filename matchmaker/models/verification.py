"""Applications to take part, what coordinators found, and red flags on local governments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.municipality import Association, Municipality
from matchmaker.models.user import User
from matchmaker.vocabulary import (
    ApplicationStatus,
    CallResult,
    EvidenceKind,
    RejectionReason,
    RightsAnswer,
)

OPEN = "status NOT IN ('accepted', 'refused', 'withdrawn', 'expired')"


class Application(Base, PublicId):
    """A municipality asks to take part; two different coordinators accept it, or it is not."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("status", ApplicationStatus),
        one_of("rejection", RejectionReason, nullable=True),
        CheckConstraint(
            "status <> 'accepted' OR (checked_by_id IS NOT NULL AND accepted_by_id IS NOT NULL"
            " AND checked_by_id <> accepted_by_id)",
            name="two_coordinators",
        ),
        CheckConstraint(
            "applicant_id IS NULL OR ((checked_by_id IS NULL OR checked_by_id <> applicant_id)"
            " AND (accepted_by_id IS NULL OR accepted_by_id <> applicant_id))",
            name="nobody_accepts_their_own",
        ),
        CheckConstraint(
            "status NOT IN ('rejected', 'appealed', 'refused')"
            " OR (rejection IS NOT NULL AND rejected_by_id IS NOT NULL)",
            name="no_rejection_without_reason",
        ),
        CheckConstraint(
            "appeal_decided_by_id IS NULL OR appeal_decided_by_id <> rejected_by_id",
            name="another_decides_the_appeal",
        ),
        Index(
            "uq_application_one_open",
            "municipality_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_application_status_created_at", "status", "created_at"),
    )

    id: Mapped[Key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who applied; nobody where a coordinator began it for a municipality."""
    status: Mapped[str] = mapped_column(String(20), default=ApplicationStatus.SUBMITTED.value)
    cautions: Mapped[list[str]] = mapped_column(default=list)
    """What caught the eye when it was last looked through (codes of `Caution`)."""
    question: Mapped[str | None] = mapped_column(EncryptedText("application.question"))
    answer: Mapped[str | None] = mapped_column(EncryptedText("application.answer"))
    rejection: Mapped[str | None] = mapped_column(String(24))
    rejection_text: Mapped[str | None] = mapped_column(EncryptedText("application.rejection_text"))
    appeal: Mapped[str | None] = mapped_column(EncryptedText("application.appeal"))
    appeal_answer: Mapped[str | None] = mapped_column(EncryptedText("application.appeal_answer"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rejected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    appeal_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    checked_at: Mapped[datetime | None]
    stated_at: Mapped[Created]
    """When what the municipality is known by was last stated: older evidence is about another."""
    changed_at: Mapped[Created]
    """When its status changed last: what waits too long expires."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    municipality: Mapped[Municipality] = relationship()
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="application", order_by="Evidence.id"
    )

    @property
    def is_open(self) -> bool:
        """Whether something may still happen to it."""
        over = (ApplicationStatus.ACCEPTED, ApplicationStatus.REFUSED)
        return self.status not in (*over, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED)


class Evidence(Base, PublicId):
    """What one coordinator found on an application; never changed, only added to."""

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("kind", EvidenceKind),
        one_of("call_result", CallResult, nullable=True),
        one_of("rights_answer", RightsAnswer, nullable=True),
        CheckConstraint(
            "(kind = 'call_back') = (call_result IS NOT NULL)", name="call_has_a_result"
        ),
        CheckConstraint("(kind = 'rights') = (rights_answer IS NOT NULL)", name="rights_answered"),
        CheckConstraint(
            "(kind = 'register') = (matches IS NOT NULL)", name="register_matches_or_not"
        ),
        CheckConstraint("kind <> 'vouching' OR association_id IS NOT NULL", name="who_vouches"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    source: Mapped[str | None] = mapped_column(EncryptedText("evidence.source"))
    """Where it was found: the register, or the list that the telephone number stands in."""
    code: Mapped[str | None] = mapped_column(EncryptedText("evidence.code"))
    """The official code as it stands in the register."""
    matches: Mapped[bool | None]
    """Whether the register says the same as the application."""
    number: Mapped[str | None] = mapped_column(EncryptedText("evidence.number"))
    answered_by: Mapped[str | None] = mapped_column(EncryptedText("evidence.answered_by"))
    """The role of who answered; never a name."""
    called_at: Mapped[datetime | None]
    call_result: Mapped[str | None] = mapped_column(String(20))
    rights_answer: Mapped[str | None] = mapped_column(String(20))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    note: Mapped[str | None] = mapped_column(EncryptedText("evidence.note"))
    created_at: Mapped[Created]

    application: Mapped[Application] = relationship(back_populates="evidence")
    by: Mapped[User] = relationship()
    association: Mapped[Association | None] = relationship()


class RightsFlag(Base, PublicId):
    """Credible reports that a local government oppresses part of its citizens (Musch & Sizoo).

    While one stands, the municipality's needs are matched for lobbying for rights only, with two
    signatures. Seen by coordinators alone; lifted by another one than who raised it.
    """

    __tablename__ = "rights_flag"
    __table_args__ = (
        CheckConstraint(
            "(lifted_by_id IS NULL) = (lifted_at IS NULL)"
            " AND (lifted_by_id IS NULL) = (lift_reason IS NULL)",
            name="lifted_with_a_reason",
        ),
        CheckConstraint(
            "lifted_by_id IS NULL OR lifted_by_id <> raised_by_id", name="another_lifts_it"
        ),
        Index("ix_rights_flag_municipality_id_lifted_at", "municipality_id", "lifted_at"),
    )

    id: Mapped[Key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    source: Mapped[str] = mapped_column(EncryptedText("rights_flag.source"))
    """Where the reports are to be found."""
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    raised_at: Mapped[Created]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None] = mapped_column(EncryptedText("rights_flag.lift_reason"))

    municipality: Mapped[Municipality] = relationship()
