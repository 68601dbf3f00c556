"""The plain declarative base and the column types every table shares."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


def new_public_id() -> str:
    """Return a random 128-bit id for URLs and files, so that nothing can be guessed or counted."""
    return secrets.token_hex(16)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, stored without zone on both databases."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the moment as UTC; a naive one (from the sign-in library) is UTC already."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The base of all rows; handed to Flask-SQLAlchemy as its model class."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime,
            list[str]: JSON,
            dict[str, Any]: JSON,
            list[dict[str, Any]]: JSON,
        },
    )


Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(200))]
Created = Annotated[datetime, mapped_column(UtcDateTime, default=now)]


class PublicId:
    """Mixin: a random id that is the only one ever shown."""

    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)


def one_of(column: str, codes: type, *, nullable: bool = False) -> CheckConstraint:
    """Make the constraint that a column holds one of the codes of an enumeration."""
    listed = ", ".join(f"'{member.value}'" for member in codes)  # type: ignore[attr-defined]
    text = f"{column} IN ({listed})"
    return CheckConstraint(f"{column} IS NULL OR {text}" if nullable else text, name=column)
