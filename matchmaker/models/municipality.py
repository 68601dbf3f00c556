"""Municipalities, their associations and partners, and the ties between them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.models.base import Base, Created, Key, Name, PublicId, one_of
from matchmaker.models.encrypted import EncryptedJson, EncryptedText
from matchmaker.vocabulary import MunicipalityKind, MunicipalityStatus, TieKind

ONE_OF_A_CODE = "status <> 'registered' AND NOT code_doubted"
"""Of which municipalities no two of a country have the same official code."""


class Association(Base, PublicId):
    """An association of local governments; its coordinators have a scope of countries and sides."""

    __tablename__ = "association"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    country: Mapped[str | None] = mapped_column(String(2))
    scope: Mapped[list[str]] = mapped_column(default=list)
    """Countries (ISO 3166-1 alpha-2) its coordinators work for; empty = all."""
    sides: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the sides of a divide its coordinators work for; empty = all."""
    created_at: Mapped[Created]


class PartnerOrganisation(Base, PublicId):
    """An NGO or UN body that works on the ground."""

    __tablename__ = "partner_organisation"
    __table_args__ = (one_of("status", MunicipalityStatus),)

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(20), default=MunicipalityStatus.REGISTERED.value)
    countries: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[Created]


class Municipality(Base, PublicId):
    """The legitimate local layer of government of a place; it may ask and help at once."""

    __tablename__ = "municipality"
    __table_args__ = (
        one_of("kind", MunicipalityKind),
        one_of("status", MunicipalityStatus),
        CheckConstraint("population IS NULL OR population >= 0", name="population"),
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180 AND 180", name="longitude"),
        # Two registrations may claim one code: to refuse the second would tell its author that the
        # place takes part. Only one of them can be verified; so it is with one that is verified
        # by coordinators who may not know of the other one: `code_doubted` marks it then.
        Index(
            "uq_municipality_checked_code",
            "country",
            "official_code",
            unique=True,
            sqlite_where=text(ONE_OF_A_CODE),
            postgresql_where=text(ONE_OF_A_CODE),
        ),
        Index("ix_municipality_country_region", "country", "region"),
    )

    id: Mapped[Key]
    name: Mapped[Name]
    """Name in Latin script."""
    local_name: Mapped[str | None] = mapped_column(String(200))
    """Name in the local script."""
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(120), default="")
    official_code: Mapped[str | None] = mapped_column(String(40))
    code_doubted: Mapped[bool] = mapped_column(default=False)
    """Whether a checked municipality elsewhere had the code too; shown to nobody by itself."""
    geonameid: Mapped[int | None]
    population: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken there, ISO 639 codes."""
    kind: Mapped[str] = mapped_column(String(20), default=MunicipalityKind.ELECTED.value)
    former_names: Mapped[list[list[str]] | None] = mapped_column(
        EncryptedJson("municipality.former_names")
    )
    """Name, local name and region before each change, so that a veto by them goes on to count."""
    sides: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the sides of a divide it counts to; entered by a coordinator."""
    status: Mapped[str] = mapped_column(String(20), default=MunicipalityStatus.REGISTERED.value)
    hidden: Mapped[bool] = mapped_column(default=False)
    mails_held_at: Mapped[datetime | None]
    """Since when its people get no mail of the platform, because they are not safe."""
    demonstration: Mapped[bool] = mapped_column(default=False)
    contact_role: Mapped[str | None] = mapped_column(EncryptedText("municipality.contact_role"))
    contact_email: Mapped[str | None] = mapped_column(EncryptedText("municipality.contact_email"))
    contact_phone: Mapped[str | None] = mapped_column(EncryptedText("municipality.contact_phone"))
    created_at: Mapped[Created]
    verified_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Partnership(Base):
    """A tie between two municipalities; it has no direction, so the lower id comes first."""

    __tablename__ = "partnership"
    __table_args__ = (
        one_of("kind", TieKind),
        CheckConstraint("a_id < b_id", name="order"),
        UniqueConstraint("a_id", "b_id", "kind"),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="years"),
    )

    id: Mapped[Key]
    a_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default=TieKind.TWINNING.value)
    since: Mapped[int | None]
    until: Mapped[int | None]
    topics: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(Text, default="")
    """Where the fact comes from."""

    a: Mapped[Municipality] = relationship(foreign_keys=a_id)
    b: Mapped[Municipality] = relationship(foreign_keys=b_id)
