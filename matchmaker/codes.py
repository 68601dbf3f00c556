"""Codes that are read aloud or copied from paper: digits in groups of four, the last a check.

Digits and not letters, for they are read alike in every language and typed on every keyboard.
The check digit is Damm's: it finds every single wrong digit and every swap of two neighbours.
"""

import secrets
import unicodedata

GROUP = 4
# Damm (2004), a totally anti-symmetric quasigroup of order 10.
TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def _check(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(TABLE[interim][int(digit)])
    return str(interim)


def new_code(length: int) -> str:
    """Return random digits, the last of which checks the others."""
    digits = "".join(secrets.choice("0123456789") for _ in range(length - 1))
    return digits + _check(digits)


def grouped(code: str) -> str:
    """Return the code as it is shown and read aloud."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def typed_code(text: str, length: int) -> str | None:
    """Return the digits of what was typed, in any script; None where it cannot be a code."""
    digits = "".join(
        str(unicodedata.decimal(one)) for one in text if unicodedata.decimal(one, None) is not None
    )
    rest = [one for one in text if unicodedata.decimal(one, None) is None]
    if any(one.isalpha() for one in rest):
        return None
    return digits if len(digits) == length and _check(digits) == "0" else None
