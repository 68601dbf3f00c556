"""What people write to each other about a match; who may read it stands beside each message."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.engagement import Engagement
from matchmaker.models.proposal import Proposal
from matchmaker.vocabulary import Side

BEFORE = "engagement_id IS NULL"


class Thread(Base, PublicId):
    """The conversation about a proposal, or about the engagement that came of it."""

    __tablename__ = "thread"
    __table_args__ = (
        Index(
            "uq_thread_proposal",
            "proposal_id",
            unique=True,
            sqlite_where=text(BEFORE),
            postgresql_where=text(BEFORE),
        ),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), unique=True)
    """Set where both sides write to each other; not set while a coordinator stands between."""
    created_at: Mapped[Created]

    proposal: Mapped[Proposal] = relationship()
    engagement: Mapped[Engagement | None] = relationship()


class Message(Base, PublicId):
    """One message; coordinators of the round read every one, a side those marked for it."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("side", Side),
        CheckConstraint("side <> 'helper' OR for_helper", name="helper_reads_its_own"),
        CheckConstraint("side <> 'requester' OR for_requester", name="requester_reads_its_own"),
    )

    id: Mapped[Key]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    side: Mapped[str] = mapped_column(String(20))
    """On which side the author stood when writing."""
    for_helper: Mapped[bool]
    for_requester: Mapped[bool]
    text: Mapped[str] = mapped_column(EncryptedText("message.text"))
    created_at: Mapped[Created]

    thread: Mapped[Thread] = relationship()


class ThreadReading(Base):
    """How far a person has read a conversation; nobody else is shown it."""

    __tablename__ = "thread_reading"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    read_to: Mapped[int]
    """Id of the last message that was read."""
