"""Texts an association sets in place of the built-in ones: privacy, accessibility, terms."""

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.vocabulary import LegalKind


class LegalText(Base, PublicId):
    """One published version in one language; none is changed or deleted, a newer one is added."""

    __tablename__ = "legal_text"
    __table_args__ = (
        one_of("kind", LegalKind),
        CheckConstraint("version >= 1", name="version"),
        UniqueConstraint("kind", "locale", "version"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    """Plain text; an empty line ends a paragraph. Empty: the built-in text holds again."""
    version: Mapped[int]
    published_at: Mapped[Created]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


def legal_text(session: Session, kind: str, locale: str) -> LegalText | None:
    """Return the newest version in this language, or None where the built-in text holds."""
    newest = session.scalars(
        select(LegalText)
        .where(LegalText.kind == str(kind), LegalText.locale == locale)
        .order_by(LegalText.version.desc())
        .limit(1)
    ).one_or_none()
    return newest if newest is not None and newest.text else None


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [block.strip() for block in blocks if block.strip()]
