"""The sign-in tables: the one listed exception that knows the sign-in library."""

from flask_security.models import sqla
from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from matchmaker.models.base import Base, PublicId
from matchmaker.models.encrypted import EncryptedAddress, EncryptedText, normal_address

sqla.FsModels.set_db_info(base_model=Base, user_table_name="user_account")


class Role(Base, sqla.FsRoleMixin):
    """Demanded by the sign-in library and left empty: rights come from memberships."""

    __tablename__ = "role"


class User(Base, PublicId, sqla.FsUserMixin):
    """A person or role account that can sign in; no personal name is asked."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(EncryptedAddress("user_account.email"), unique=True)
    """Ciphertext in the database: compare it with `==` only (`accounts.queries` looks it up)."""
    locale: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    last_code_counter: Mapped[int | None] = mapped_column(BigInteger)
    """Half minute of the last code of the authenticator app: it and earlier ones are used up."""

    @validates("email")
    def _normal_address(self, key: str, address: str) -> str:
        return normal_address(address)


class WebAuthn(Base, sqla.FsWebAuthnMixin):
    """A security key or passkey of a user."""

    __tablename__ = "webauthn"

    name: Mapped[str] = mapped_column(EncryptedText("webauthn.name"))
    """As the person typed it, and people name keys after people and places."""
