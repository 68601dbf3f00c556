"""What a municipality asks for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedInJson, EncryptedJson, EncryptedText
from matchmaker.models.entry import NeedEntry
from matchmaker.models.municipality import Municipality
from matchmaker.vocabulary import Category, Champion, Depth, NeedStatus
from matchmaker.vocabulary.impact import Light


class Need(Base, PublicId):
    """A request for lobby, a project or dialogue; complete once it leaves the draft."""

    __tablename__ = "need"
    __table_args__ = (
        one_of("status", NeedStatus),
        one_of("category", Category),
        one_of("second_category", Category, nullable=True),
        one_of("depth", Depth, nullable=True),
        one_of("champion", Champion, nullable=True),
        CheckConstraint("places BETWEEN 1 AND 50", name="places"),
        CheckConstraint("minimum BETWEEN 0 AND places", name="minimum"),
        CheckConstraint("places_taken BETWEEN 0 AND places", name="never_over_matched"),
        CheckConstraint("window_end IS NULL OR window_start <= window_end", name="window"),
        CheckConstraint("effort_days IS NULL OR effort_days >= 0", name="effort_days"),
        CheckConstraint("overlap_days >= 1", name="overlap_days"),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title <> '' AND activity IS NOT NULL"
            " AND window_start IS NOT NULL AND window_end IS NOT NULL)",
            name="complete_when_submitted",
        ),
        CheckConstraint(
            "confirmed OR status IN ('draft', 'submitted', 'returned', 'closed', 'withdrawn')",
            name="unconfirmed_is_never_final",
        ),
        Index("ix_need_status_created_at", "status", "created_at"),
    )

    id: Mapped[Key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=NeedStatus.DRAFT.value)
    category: Mapped[str] = mapped_column(String(20))
    second_category: Mapped[str | None] = mapped_column(String(20))
    activity: Mapped[str | None] = mapped_column(String(64))
    depth: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(EncryptedText("need.description"), default="")
    text_language: Mapped[str] = mapped_column(String(8), default="en")
    settings: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    interpretation: Mapped[bool | None]
    window_start: Mapped[date | None]
    window_end: Mapped[date | None]
    overlap_days: Mapped[int] = mapped_column(default=30)
    effort_days: Mapped[int | None]
    commitment_months: Mapped[int | None]
    places: Mapped[int] = mapped_column(default=1)
    minimum: Mapped[int] = mapped_column(default=0)
    places_taken: Mapped[int] = mapped_column(default=0)
    low_profile: Mapped[bool] = mapped_column(default=False)
    no_publicity: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a helper that has to make its help public is ruled out."""
    hidden: Mapped[bool] = mapped_column(default=False)
    consent: Mapped[bool | None]
    tie_waiver: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    tell_partners: Mapped[list[str] | None] = mapped_column(
        EncryptedJson("need.tell_partners"), default=list
    )
    """Public ids of the partner cities that an urgent need goes to at once, as ticked."""
    red_flag: Mapped[bool] = mapped_column(default=False)
    veto_names: Mapped[list[str]] = mapped_column(EncryptedInJson("need.veto_names"), default=list)
    """Names as typed: accepted whether or not known here, so that nobody learns who takes part."""
    veto_countries: Mapped[list[str]] = mapped_column(
        EncryptedInJson("need.veto_countries"), default=list
    )
    wish_names: Mapped[list[str] | None] = mapped_column(
        EncryptedJson("need.wish_names"), default=list
    )
    """Municipalities it knows and would like to work with, as typed and as secret as a veto."""
    for_whom: Mapped[list[str] | None] = mapped_column(default=list)
    why_outside: Mapped[list[str] | None] = mapped_column(default=list)
    brings: Mapped[list[str] | None] = mapped_column(default=list)
    """Answers of the case file (``case.csv``): codes, so that they are read in any language."""
    line_en: Mapped[str | None] = mapped_column(EncryptedText("need.line_en"), default="")
    """The case in one line of English."""
    line_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    line_checked_at: Mapped[datetime | None]
    """Who compared the line with the text of the town, and when; a change of either undoes it."""
    teaches: Mapped[list[str] | None] = mapped_column(default=list)
    """What the town can teach in return (``lessons.csv``)."""
    carriers_wanted: Mapped[bool | None] = mapped_column(default=False)
    """Whether coordinators are asked to look for neighbours that carry it too."""
    confirmed: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the municipality stands behind it; False where a coordinator wrote it down."""
    champion: Mapped[str | None] = mapped_column(String(20))
    """The office that stands for it: a role, never a name; None = not stated."""
    champion_confirmed_at: Mapped[datetime | None]
    """When who is in charge of the municipality confirmed that; empty again when it changes."""
    champion_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    step: Mapped[int] = mapped_column(default=1)
    """How far the draft has come, so that it opens where it was left."""
    return_note: Mapped[str] = mapped_column(EncryptedText("need.return_note"), default="")
    """The coordinator's question when the need was returned."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    municipality: Mapped[Municipality] = relationship()
    entry: Mapped[NeedEntry | None] = relationship(cascade="all, delete-orphan")
    topics: Mapped[list["NeedTopic"]] = relationship(
        cascade="all, delete-orphan", order_by="NeedTopic.topic_code", lazy="selectin"
    )
    impact: Mapped[list["NeedImpact"]] = relationship(
        cascade="all, delete-orphan", order_by="NeedImpact.id"
    )
    """What the town says of peace and conflict; a question without a row is not answered."""


class NeedTopic(Base):
    """A topic a need asks for, with its importance (1-3) and the level asked (1-5)."""

    __tablename__ = "need_topic"
    __table_args__ = (
        CheckConstraint("importance BETWEEN 1 AND 3", name="importance"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"), primary_key=True)
    importance: Mapped[int] = mapped_column(default=2)
    level: Mapped[int] = mapped_column(default=3)


class NeedImpact(Base):
    """The town's own answer to one of the short questions; no row = not answered."""

    __tablename__ = "need_impact"
    __table_args__ = (one_of("light", Light), UniqueConstraint("need_id", "question"))

    id: Mapped[Key]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    question: Mapped[str] = mapped_column(String(40))
    light: Mapped[str] = mapped_column(String(10))
    sentence: Mapped[str] = mapped_column(EncryptedText("need_impact.sentence"), default="")
