"""The sign-in tables: the one listed exception that knows the sign-in library."""

from flask_security.models import sqla
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, PublicId

sqla.FsModels.set_db_info(base_model=Base, user_table_name="user_account")


class Role(Base, sqla.FsRoleMixin):
    """Demanded by the sign-in library and left empty: rights come from memberships."""

    __tablename__ = "role"


class User(Base, PublicId, sqla.FsUserMixin):
    """A person or role account that can sign in; no personal name is asked."""

    __tablename__ = "user_account"

    locale: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str | None] = mapped_column(String(64))


class WebAuthn(Base, sqla.FsWebAuthnMixin):
    """A security key or passkey of a user."""

    __tablename__ = "webauthn"
