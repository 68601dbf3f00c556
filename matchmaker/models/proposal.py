"""Proposed pairs and what people decided of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.membership import Membership
from matchmaker.models.need import Need
from matchmaker.models.offer import Offer
from matchmaker.models.round import Round
from matchmaker.models.user import User
from matchmaker.vocabulary import DecisionKind, DeclineReason, ProposalStatus

LIVE = "status NOT IN ('rejected', 'declined', 'lapsed', 'undone')"


class Proposal(Base, PublicId):
    """One proposed pair of need and offer."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("status", ProposalStatus),
        CheckConstraint("required_signatures IN (1, 2)", name="required_signatures"),
        Index(
            "uq_proposal_live_pair",
            "need_id",
            "offer_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index("ix_proposal_round_id_status", "round_id", "status"),
        UniqueConstraint("follows_id", "follows_side"),
        CheckConstraint(
            "(follows_id IS NULL) = (follows_side IS NULL)", name="follows_with_a_side"
        ),
        CheckConstraint(
            "follows_side IS NULL OR follows_side IN ('need', 'offer')", name="follows_side"
        ),
    )

    id: Mapped[Key]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=ProposalStatus.PROPOSED.value)
    score: Mapped[float]
    score_low: Mapped[float]
    score_high: Mapped[float]
    explanation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes and numbers: parts, contributions, unknowns, ranks, runner-up, price."""
    required_signatures: Mapped[int] = mapped_column(default=1)
    signature_reasons: Mapped[list[str]] = mapped_column(default=list)
    """Codes telling why two signatures are asked."""
    places_held: Mapped[bool] = mapped_column(default=False)
    """Whether it holds a place of its need and of its offer (from approval on)."""
    created_at: Mapped[Created]
    approved_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    helper_accepted_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    reminders_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the present answer date."""
    more_time_given: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a coordinator has moved the date, which can be done once."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    """The ended proposal whose place it fills, as the next best; at most one for each side."""
    follows_side: Mapped[str | None] = mapped_column(String(5))
    """Which side is the same: 'need' or 'offer'."""
    next_best: Mapped[dict[str, Any] | None]
    """Of an ended one: side -> 'found' or why there is no next best; None = not looked for yet."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    round: Mapped[Round | None] = relationship()
    follows: Mapped["Proposal | None"] = relationship(remote_side="Proposal.id")
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="proposal", order_by="Decision.id"
    )


class Decision(Base, PublicId):
    """What one person said of a proposal; nobody signs the same one twice."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("kind", DecisionKind),
        one_of("reason", DeclineReason, nullable=True),
        CheckConstraint(
            "reason IS NOT NULL OR kind NOT IN"
            " ('reject', 'helper_decline', 'requester_decline', 'undo')",
            name="no_without_reason",
        ),
        Index(
            "uq_decision_one_signature_per_person",
            "proposal_id",
            "user_id",
            unique=True,
            sqlite_where=text("kind = 'sign'"),
            postgresql_where=text("kind = 'sign'"),
        ),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[Created]

    proposal: Mapped[Proposal] = relationship(back_populates="decisions")
    user: Mapped[User] = relationship()
    membership: Mapped[Membership] = relationship()
