"""A date as a calendar file (RFC 5545) that says nothing of what the date is about; pure."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

FOLD_AT = 75
"""Octets of a line, its end left out (RFC 5545, section 3.1)."""


def calendar_file(
    day: date, title: str, key: str, host: str, stamp: datetime, more: str = ""
) -> bytes:
    """Return a file with one whole day in it; see `calendar_of`."""
    return calendar_of([(day, title, key)], host, stamp, more)


def calendar_of(
    days: Iterable[tuple[date, str, str]], host: str, stamp: datetime, more: str = ""
) -> bytes:
    """Return a file with whole days in it.

    Parameters
    ----------
    days
        Of each the day, its title and its key. The title is what the reader's calendar shows; it
        is neutral. The key tells this date from others; only a digest of it is written, so that a
        date that was moved replaces the one in the calendar and the file leads nowhere.
    host
        Host name of the site.
    stamp
        When the file was written; a later one replaces an earlier one.
    more
        A neutral sentence below each title: what to do.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tandem//Dates//EN", "METHOD:PUBLISH"]
    for day, title, key in days:
        lines += _event(day, title, key, host, stamp, more)
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(day: date, title: str, key: str, host: str, stamp: datetime, more: str) -> list[str]:
    uid = hashlib.sha256(f"calendar:{key}".encode()).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@{host}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(stamp.timestamp()) // 60}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        *([f"DESCRIPTION:{_escaped(more)}"] if more else []),
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Return a text as a value: the four characters that mean something are marked."""
    for plain, marked in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, marked)
    return text


def _folded(line: str) -> bytes:
    """Return a line cut into pieces of at most 75 octets, never inside a character."""
    pieces: list[bytes] = [b""]
    for character in line:
        octets = character.encode()
        room = FOLD_AT if len(pieces) == 1 else FOLD_AT - 1  # the leading blank counts
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces) + b"\r\n"
