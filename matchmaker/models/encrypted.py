"""Columns that are ciphertext in the database, in dumps and in backups: the key lies elsewhere.

AES-256-GCM (NIST SP 800-38D) with a fresh nonce for each value, so that equal texts do not show
that they are equal; AES-SIV (RFC 5297) where a row must be found by the value. The name of the
column is authenticated with it, so that a value moved to another column does not open. A stored
value begins with the id of its key, so that keys can be changed while old values are still read.
"""

import base64
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy import JSON, Text, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12
KEY_ID_LENGTH = 8


class WrongKey(RuntimeError):
    """A stored value does not open with any key that was given; nothing is guessed."""


class KeyRing:
    """The key that writes, and those that still read.

    Parameters
    ----------
    secrets_
        The secrets, newest first; the first one writes, all of them read.
    """

    def __init__(self, secrets_: Sequence[str]) -> None:
        self._random: dict[str, AESGCM] = {}
        self._equal: dict[str, AESSIV] = {}
        for secret in secrets_:
            key_id = hashlib.sha256(f"key-id:{secret}".encode()).hexdigest()[:KEY_ID_LENGTH]
            self._random[key_id] = AESGCM(_derived(secret, "random", 32))
            self._equal[key_id] = AESSIV(_derived(secret, "equal", 64))
        self.ids = tuple(self._random)

    @property
    def current(self) -> str:
        """The id of the key that writes."""
        return self.ids[0]

    def seal(self, text: str, place: str) -> str:
        """Return the text as ciphertext, another one each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._random[self.current].encrypt(nonce, text.encode(), place.encode())
        return f"{self.current}.{_text(nonce + sealed)}"

    def open(self, stored: str, place: str) -> str:
        """Return the text of a stored value.

        Raises
        ------
        WrongKey
            If its key is not on the ring, or the value was changed or moved.
        """
        key_id, _, body = stored.partition(".")
        if key_id not in self._random:
            raise WrongKey(_shown(key_id))
        try:
            raw = base64.urlsafe_b64decode(body)
            opened = self._random[key_id].decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()
            )
        except (InvalidTag, ValueError):
            raise WrongKey(key_id) from None
        return opened.decode()

    def seal_equal(self, text: str, place: str, key_id: str | None = None) -> str:
        """Return the text as ciphertext, the same one each time, so that it can be looked up."""
        key_id = key_id or self.current
        sealed = self._equal[key_id].encrypt(text.encode(), [place.encode()])
        return f"{key_id}.{_text(sealed)}"

    def open_equal(self, stored: str, place: str) -> str:
        """Return the text of a value stored for look-up; raises as `open`."""
        key_id, _, body = stored.partition(".")
        if key_id not in self._equal:
            raise WrongKey(_shown(key_id))
        try:
            opened = self._equal[key_id].decrypt(base64.urlsafe_b64decode(body), [place.encode()])
        except (InvalidTag, ValueError):
            raise WrongKey(key_id) from None
        return opened.decode()


def _derived(secret: str, purpose: str, length: int) -> bytes:
    """Return a key for one purpose; the secret itself is long and random (config.KEYS)."""
    wide = hashlib.sha512(f"tandem-field:{purpose}:{secret}".encode()).digest()
    return wide[:length]


def _shown(key_id: str) -> str:
    """Return what an error may say: the id of a key, never a text that is no ciphertext at all."""
    is_id = len(key_id) == KEY_ID_LENGTH and all(sign in "0123456789abcdef" for sign in key_id)
    return f"key {key_id}" if is_id else "not sealed"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


_ring: KeyRing | None = None


def use_keys(secrets_: Sequence[str]) -> KeyRing:
    """Set the keys of this process; called by the app's factory."""
    global _ring
    _ring = KeyRing(secrets_)
    return _ring


def key_ring() -> KeyRing:
    """Return the keys of this process.

    Raises
    ------
    WrongKey
        If none were set.
    """
    if _ring is None:
        raise WrongKey("no key was given to this process")
    return _ring


def normal_address(text: str) -> str:
    """Return an address of mail as it is kept and compared: one form of letters, all lower."""
    return unicodedata.normalize("NFKC", text).strip().lower()


class Sealed(TypeDecorator[Any]):
    """A column whose stored values are ciphertext; `matchmaker rotate-keys` finds it by this type.

    Parameters
    ----------
    place
        Table and column, for example ``municipality.contact_email``.
    """

    impl: Any = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Seal on the way into the database."""
        return None if value is None else self.seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Open on the way out."""
        return None if value is None else self.open(value)

    def seal(self, value: Any) -> str:
        """Seal the value under the newest key, differently each time."""
        return key_ring().seal(value, self.place)

    def open(self, stored: str) -> Any:
        """Return the value of a ciphertext."""
        return key_ring().open(stored, self.place)


class EncryptedText(Sealed):
    """A text that only the holder of the key can read; cannot be searched or sorted by."""

    cache_ok = True


class EncryptedJson(Sealed):
    """Lists and dictionaries of texts, sealed whole."""

    cache_ok = True

    def seal(self, value: Any) -> str:
        """Seal the value as JSON."""
        return super().seal(json.dumps(value))

    def open(self, stored: str) -> Any:
        """Open the value."""
        return json.loads(super().open(stored))


class EncryptedInJson(EncryptedJson):
    """The same in a column that is JSON: it holds the ciphertext as a text."""

    impl = JSON
    cache_ok = True


class _ByAnyKey(Text.Comparator[str]):
    """Equality with what any key of the ring makes of a text, so that a change of keys is quiet."""

    def __eq__(self, other: object) -> Any:
        return self._among([other]) if isinstance(other, str) else super().__eq__(other)

    def __ne__(self, other: object) -> Any:
        return ~self._among([other]) if isinstance(other, str) else super().__ne__(other)

    def in_(self, other: Any) -> Any:
        """Find the rows with one of these texts."""
        return self._among(list(other))

    def _among(self, texts: list[str]) -> Any:
        kind: Any = self.expr.type
        ring = key_ring()
        sealed = [
            ring.seal_equal(kind.normal(text), kind.place, key_id)
            for text in texts
            for key_id in ring.ids
        ]
        return type_coerce(self.expr, Text()).in_(sealed)


class EncryptedLookup(Sealed):
    """A text by which its row is found: equal texts are sealed equally, for each key."""

    cache_ok = True
    comparator_factory = _ByAnyKey

    def normal(self, text: str) -> str:
        """Return the form in which a text is kept and compared."""
        return text

    def seal(self, value: str) -> str:
        """Seal the normal form of the text, the same each time."""
        return key_ring().seal_equal(self.normal(value), self.place)

    def open(self, stored: str) -> str:
        """Open the text."""
        return key_ring().open_equal(stored, self.place)


class EncryptedAddress(EncryptedLookup):
    """An address of mail: found whatever capitals it is typed with."""

    cache_ok = True

    def normal(self, text: str) -> str:
        """Return the address as it is kept."""
        return normal_address(text)
