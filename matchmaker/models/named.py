"""Which municipalities a person means by the names they typed."""

import unicodedata
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models.municipality import Municipality


def municipalities_named(session: Session, names: Iterable[str]) -> list[str]:
    """Return the public ids of every municipality that bears one of the names, sorted.

    A name counts without case and accents; "Name, region" and "Name, country code" are narrower.
    What is not known here is passed over, so that the answer tells nobody who takes part.
    """
    wanted = [[_plain(part) for part in name.split(",") if part.strip()] for name in names]
    wanted = [parts for parts in wanted if parts]
    if not wanted:
        return []
    rows = session.execute(
        select(
            Municipality.public_id,
            Municipality.name,
            Municipality.local_name,
            Municipality.country,
            Municipality.region,
        )
    )
    return sorted(
        public_id
        for public_id, name, local_name, country, region in rows
        if any(
            parts[0] in {_plain(name), _plain(local_name or "")}
            and all(part in {_plain(country), _plain(region)} for part in parts[1:])
            for parts in wanted
        )
    )


def _plain(name: str) -> str:
    """Return the name without case and accents, blanks made one."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
