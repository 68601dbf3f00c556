"""Who is to be told by mail that something waits; the rows hold no word of the domain."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, one_of
from matchmaker.models.encrypted import EncryptedText
from matchmaker.models.membership import Invitation
from matchmaker.models.user import User
from matchmaker.vocabulary import MailEvery, MailStatus


class Notice(Base):
    """One reason to write to one person; several that wait together go out as one mail."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("status", MailStatus),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(
            "ix_outbox_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), default=MailStatus.WAITING.value)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(40))
    """A code, never what the server said: that would hold the address."""
    locale: Mapped[str | None] = mapped_column(String(8))
    """The language it was sent in, chosen at the moment of sending."""
    link: Mapped[str | None] = mapped_column(EncryptedText("outbox.link"))
    """The token of a link that works once; forgotten as soon as the notice is settled."""
    mail_id: Mapped[str | None] = mapped_column(String(32))
    """The mail it goes out with; the same at each attempt, so that a second copy is known."""
    created_at: Mapped[Created]
    sent_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Letter(Base):
    """A mail to somebody who may have no account: one link, sealed until it is sent."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("status", MailStatus),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(
            "ix_letter_waiting",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    url: Mapped[str | None] = mapped_column(EncryptedText("letter.url"))
    """The address that the mail leads to; forgotten as soon as the mail is settled."""
    locale: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(20), default=MailStatus.WAITING.value)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(40))
    mail_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[Created]
    sent_at: Mapped[datetime | None]

    invitation: Mapped[Invitation] = relationship()


class Mailbox(Base):
    """How often a person wants mail, when the last one went, and who is sending one just now."""

    __tablename__ = "mailbox"
    __table_args__ = (one_of("every", MailEvery),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    every: Mapped[str] = mapped_column(String(20), default=MailEvery.AT_ONCE.value)
    mailed_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
