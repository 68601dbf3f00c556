"""Passwords that were in a breach, looked up in a file on this machine; nothing leaves it.

The file is the one that "Have I Been Pwned" offers for download, a line for each password:
``<SHA-1 in hexadecimal>:<how often>``, sorted. It has tens of gigabytes and is never read whole:
a look-up halves it about forty times.
"""

import hashlib
import logging
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger(__name__)

LONGEST_LINE = 128
MARK_BYTES = 20


def check_file(path: str) -> None:
    """Refuse a file that cannot be looked up in.

    Raises
    ------
    ValueError
        If it cannot be read, or does not begin as such a file does.
    """
    try:
        with Path(path).open("rb") as file:
            mark = file.readline(LONGEST_LINE).split(b":")[0].strip()
        good = len(bytes.fromhex(mark.decode("ascii"))) == MARK_BYTES
    except (OSError, ValueError):
        good = False
    if not good:
        raise ValueError(
            "MATCHMAKER_BREACHED_PASSWORDS names no file of sorted SHA-1 digests;"
            " docs/operating.md says how to get one."
        )


def is_breached(password: str, path: str) -> bool:
    """Tell whether the password is in the file; one that cannot be read is noted in the log."""
    mark = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with Path(path).open("rb") as file:
            return _line_at_or_after(file, mark).startswith(mark + b":")
    except OSError:
        log.error("breached_passwords_not_readable")
        return False


def _line_at_or_after(file: BinaryIO, mark: bytes) -> bytes:
    """Return the first line whose digest is not before the mark, in capitals."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        if _line_from(file, middle).split(b":")[0] < mark:
            low = middle + 1
        else:
            high = middle
    return _line_from(file, low)


def _line_from(file: BinaryIO, offset: int) -> bytes:
    """Return the first whole line that begins at an offset or after it; after the last one "~"."""
    file.seek(max(offset - 1, 0))
    if offset:
        file.readline(LONGEST_LINE)
    return file.readline(LONGEST_LINE).strip().upper() or b"~"
