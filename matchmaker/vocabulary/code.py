"""What every code of the vocabulary is, and how its label is marked for the catalogues."""

from enum import Enum


def N_(message: str) -> str:  # noqa: N802 - the gettext convention for "mark, translate later"
    """Mark a message for the catalogues without translating it here."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Mark a message with a count for the catalogues without translating it here."""
    return singular, plural


class Code(str, Enum):
    """A code stored in rows and files, with the label a person reads."""

    label: str

    def __new__(cls, code: str, label: str = "") -> "Code":
        """Make a member that equals its code and carries its label."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    def __str__(self) -> str:
        return self._value_

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return (code, untranslated label) for each member, in order."""
        return [(member._value_, member.label) for member in cls]
