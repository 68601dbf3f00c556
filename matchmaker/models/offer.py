"""What a foreign local government can give."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, PublicId, one_of
from matchmaker.models.encrypted import EncryptedInJson, EncryptedJson, EncryptedText
from matchmaker.models.municipality import Municipality, PartnerOrganisation
from matchmaker.vocabulary import Category, Champion, Mandate, OfferStatus, Publicity


class Offer(Base, PublicId):
    """What a municipality can give, to how many, when and under which mandate."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("status", OfferStatus),
        one_of("category", Category),
        one_of("second_category", Category, nullable=True),
        one_of("mandate", Mandate, nullable=True),
        one_of("publicity", Publicity, nullable=True),
        one_of("champion", Champion, nullable=True),
        CheckConstraint("places BETWEEN 1 AND 50", name="places"),
        CheckConstraint("places_taken BETWEEN 0 AND places", name="capacity_never_exceeded"),
        CheckConstraint("window_end IS NULL OR window_start <= window_end", name="window"),
        CheckConstraint("effort_days IS NULL OR effort_days >= 0", name="effort_days"),
        CheckConstraint(
            "mandate_chance IS NULL OR mandate_chance BETWEEN 0 AND 1", name="mandate_chance"
        ),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title <> '' AND mandate IS NOT NULL"
            " AND window_start IS NOT NULL AND window_end IS NOT NULL)",
            name="complete_when_submitted",
        ),
        Index("ix_offer_status_created_at", "status", "created_at"),
    )

    id: Mapped[Key]
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=OfferStatus.DRAFT.value)
    category: Mapped[str] = mapped_column(String(20))
    second_category: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(EncryptedText("offer.description"), default="")
    text_language: Mapped[str] = mapped_column(String(8), default="en")
    depths: Mapped[list[str]] = mapped_column(default=lambda: ["atmosphere"])
    settings: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    interpretation: Mapped[bool | None]
    window_start: Mapped[date | None]
    window_end: Mapped[date | None]
    effort_days: Mapped[int | None]
    commitment_months: Mapped[int | None]
    places: Mapped[int] = mapped_column(default=1)
    places_taken: Mapped[int] = mapped_column(default=0)
    mandate: Mapped[str | None] = mapped_column(String(20))
    mandate_chance: Mapped[float | None]
    mandate_lapses: Mapped[date | None]
    areas_stated: Mapped[bool] = mapped_column(default=False)
    """Whether earlier work was answered at all; False = unknown, not none."""
    delivery_stated: Mapped[bool] = mapped_column(default=False)
    context_languages: Mapped[list[str] | None]
    involves_partner: Mapped[bool] = mapped_column(default=False)
    veto_names: Mapped[list[str]] = mapped_column(EncryptedInJson("offer.veto_names"), default=list)
    """Names as typed: accepted whether or not known here, so that nobody learns who takes part."""
    veto_countries: Mapped[list[str]] = mapped_column(
        EncryptedInJson("offer.veto_countries"), default=list
    )
    wish_names: Mapped[list[str] | None] = mapped_column(
        EncryptedJson("offer.wish_names"), default=list
    )
    """Municipalities it knows and would like to work with, as typed and as secret as a veto."""
    staffed: Mapped[bool | None]
    """Whether an official has this as their job; None = not stated."""
    motives: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    publicity: Mapped[str | None] = mapped_column(String(10))
    """Whether the help has to be known while it goes on; None = not stated."""
    champion: Mapped[str | None] = mapped_column(String(20))
    """The office that stands for it: a role, never a name; None = not stated."""
    champion_confirmed_at: Mapped[datetime | None]
    """When who is in charge of the municipality confirmed that; empty again when it changes."""
    champion_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    learns: Mapped[list[str] | None] = mapped_column(default=list)
    """What the helper would like to learn in return (``lessons.csv``)."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[Created]
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    step: Mapped[int] = mapped_column(default=1)
    return_note: Mapped[str] = mapped_column(EncryptedText("offer.return_note"), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    municipality: Mapped[Municipality] = relationship()
    topics: Mapped[list["OfferTopic"]] = relationship(
        cascade="all, delete-orphan", order_by="OfferTopic.topic_code", lazy="selectin"
    )
    activities: Mapped[list["OfferActivity"]] = relationship(
        cascade="all, delete-orphan", order_by="OfferActivity.activity", lazy="selectin"
    )
    areas: Mapped[list["OfferArea"]] = relationship(
        cascade="all, delete-orphan", order_by="OfferArea.id", lazy="selectin"
    )
    deliveries: Mapped[list["OfferDelivery"]] = relationship(
        cascade="all, delete-orphan", order_by="OfferDelivery.id", lazy="selectin"
    )


class OfferTopic(Base):
    """A topic an offer brings; an absent level is unknown."""

    __tablename__ = "offer_topic"
    __table_args__ = (CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"), primary_key=True)
    level: Mapped[int | None]


class OfferActivity(Base):
    """An activity the helper would do, and how often it did it before (absent = unknown)."""

    __tablename__ = "offer_activity"
    __table_args__ = (CheckConstraint("times IS NULL OR times >= 0", name="times"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    activity: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int | None]


class OfferArea(Base):
    """Earlier work of the helper in a conflict area."""

    __tablename__ = "offer_area"
    __table_args__ = (CheckConstraint("years IS NULL OR years >= 0", name="years"),)

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(120), default="")
    last_year: Mapped[int | None]
    years: Mapped[float | None]
    staff: Mapped[bool] = mapped_column(default=False)


class OfferDelivery(Base):
    """A partner organisation that delivers on the ground for this offer."""

    __tablename__ = "offer_delivery"

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner_organisation.id"))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(120), default="")
    topics: Mapped[list[str]] = mapped_column(default=list)

    partner: Mapped[PartnerOrganisation | None] = relationship()
