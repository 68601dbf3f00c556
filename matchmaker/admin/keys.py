"""Change the key of the sealed columns: all is sealed anew, in batches, while people work."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, not_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.schema import Column

from matchmaker.models import Base, KeyCheck
from matchmaker.models.encrypted import KEY_ID_LENGTH, Sealed, key_ring

BATCH = 200


def sealed_columns() -> list[Column[Any]]:
    """Return every sealed column; that of the key check comes last, for it says that all is done.

    While it opens with the old key, a start without that key is refused.
    """
    found = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]
    return sorted(found, key=lambda column: column.table is KeyCheck.__table__)


def rotate(session: Session, told: Callable[[str, int], None] | None = None) -> int:
    """Seal every value with the newest key; return how many were changed.

    Each batch is a transaction of its own under a lock: what was done stays done if the run is
    ended, and a second run goes on from there. What others write meanwhile is never overwritten.

    Raises
    ------
    WrongKey
        If a value opens with no key of this process; what was done before stays done.
    """
    changed = 0
    for column in sealed_columns():
        n = 0
        while batch := _rotate_batch(session, column):
            n += batch
        changed += n
        if told is not None:
            told(f"{column.table.name}.{column.name}", n)
    return changed


def _rotate_batch(session: Session, column: Column[Any]) -> int:
    """Seal some values of a column anew; reading opens them, writing seals with the newest key."""
    session.rollback()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    keys = list(column.table.primary_key.columns)
    rows = session.execute(
        select(*keys, column)
        .where(column.is_not(None), not_(_sealed_with(column, [key_ring().current])))
        .limit(BATCH)
        .with_for_update()
    ).all()
    for *values, opened in rows:
        here = and_(*(key == value for key, value in zip(keys, values, strict=True)))
        session.execute(update(column.table).where(here).values({column: opened}))
    session.commit()
    return len(rows)


def _sealed_with(column: Column[Any], ids: list[str] | tuple[str, ...]) -> ColumnElement[bool]:
    """Tell in SQL whether a value was sealed with one of these keys; in JSON it is in quotes."""
    stored = func.ltrim(cast(column, String), '"')
    return or_(*(stored.startswith(f"{key_id}.") for key_id in ids))


def foreign_seals(session: Session) -> Iterator[str]:
    """Yield one line for each sealed column that holds what no key of this process opens."""
    for column in sealed_columns():
        strange = and_(column.is_not(None), not_(_sealed_with(column, key_ring().ids)))
        n = session.scalar(select(func.count()).select_from(column.table).where(strange))
        if n:
            yield f"key {column.table.name}.{column.name}: {n} values open with no given key"


def seals_by_key(session: Session) -> dict[str, int]:
    """Return how many values each key has sealed."""
    counted: dict[str, int] = {}
    for column in sealed_columns():
        stored = func.ltrim(cast(column, String), '"')
        key_id = func.substr(stored, 1, KEY_ID_LENGTH)
        rows = session.execute(
            select(key_id, func.count()).where(column.is_not(None)).group_by(key_id)
        )
        for name, n in rows:
            counted[name] = counted.get(name, 0) + n
    return counted
