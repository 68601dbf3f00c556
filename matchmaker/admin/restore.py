"""Lay a backup back: checked first, whole or not at all, and compared afterwards."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from matchmaker.admin import archive, dumping
from matchmaker.admin.backup import describe, secret_of
from matchmaker.config import PACKAGE
from matchmaker.models import Base, Tombstone
from matchmaker.models.tombstone import tombstone_digest

SHOWS_DATA = ("user_account", "municipality", "audit_event")
COMPARED = ("rows", "audit", "revision")


class HoldsData(RuntimeError):
    """The database holds data, which a restore would replace."""


def check_archive(path: Path, dialect: str) -> dict[str, Any]:
    """Return the manifest of an archive that can be laid into this kind of database.

    Raises
    ------
    archive.BadArchive
        If it cannot, with the reason.
    WrongKey
        If it was sealed with a key that is not given.
    """
    manifest = archive.read_manifest(path)
    archive.check_signature(manifest, secret_of(manifest))
    if manifest["database"] != dialect:
        raise archive.BadArchive(
            f"The backup is of {manifest['database']}, this database is {dialect}."
        )
    try:
        scripts = ScriptDirectory(str(PACKAGE / "migrations"))
        scripts.get_revision(manifest["revision"])
    except CommandError:
        raise archive.BadArchive("The backup was made by a newer version. Install that.") from None
    return manifest


def lay_back(engine: Engine, path: Path, *, replace: bool) -> list[str]:
    """Lay an archive into the database; return what differs from its manifest, which is nothing.

    Raises
    ------
    HoldsData
        If there are data and `replace` was not asked for.
    """
    manifest = check_archive(path, engine.dialect.name)
    if not replace and holds_data(engine):
        raise HoldsData
    beside = path if engine.dialect.name != "sqlite" else dumping.sqlite_path(engine)
    with archive.work_folder(beside.resolve().parent) as folder:
        database = folder / "database"
        archive.unpack(path, manifest, database)
        engine.dispose()
        if engine.dialect.name != "sqlite":
            dumping.restore_postgresql(dumping.address_of(engine), database)
        elif dumping.sqlite_is_whole(database):
            dumping.copy_sqlite(database, dumping.sqlite_path(engine))
        else:
            raise archive.BadArchive("The backup is damaged.")
    engine.dispose()
    with engine.connect() as connection:
        found = describe(connection)
    return [name for name in COMPARED if found[name] != manifest[name]]


def holds_data(engine: Engine) -> bool:
    """Tell whether somebody has worked with this database."""
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return any(
            connection.scalar(select(text("1")).select_from(Base.metadata.tables[name]).limit(1))
            for name in SHOWS_DATA
            if name in there
        )


# --- What was deleted stays deleted ---------------------------------------------------------


def tombstone_lines(session: Session) -> Iterator[str]:
    """Yield one line for each thing that was deleted, to be kept beside the backups."""
    for stone in session.scalars(select(Tombstone).order_by(Tombstone.id)):
        row = {"kind": stone.kind, "digest": stone.digest, "at": stone.at.isoformat()}
        yield json.dumps(row, sort_keys=True)


def delete_again(
    session: Session, lines: list[str], erasers: dict[str, Callable[[Session, Any], None]]
) -> int:
    """Delete what was deleted after the backup was made; return how many rows that were.

    Raises
    ------
    archive.BadArchive
        If a line is no tombstone, or of a kind that cannot be deleted: nobody may slip through.
    """
    wanted = [_stone_of(line) for line in lines if line.strip()]
    rows = session.execute(select(Tombstone.kind, Tombstone.digest))
    known = {(kind, digest) for kind, digest in rows}
    missing: dict[str, set[str]] = {}
    for kind, digest in wanted:
        if (kind, digest) not in known:
            missing.setdefault(kind, set()).add(digest)
    done = 0
    for kind, digests in sorted(missing.items()):
        if kind not in erasers:
            raise archive.BadArchive(f"Rows of {kind} cannot be deleted again by this version.")
        for row in _rows_of_kind(session, kind, digests):
            erasers[kind](session, row)
            done += 1
    session.flush()
    return done


def _stone_of(line: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        datetime.fromisoformat(row["at"])
        return str(row["kind"]), str(row["digest"])
    except (ValueError, KeyError, TypeError):
        raise archive.BadArchive("The list of deleted rows is damaged.") from None


def _rows_of_kind(session: Session, kind: str, digests: set[str]) -> list[Any]:
    model: Any = next(
        mapper.class_
        for mapper in Base.registry.mappers
        if mapper.local_table.name == kind  # type: ignore[attr-defined]
    )
    ids = [
        row_id
        for row_id, public_id in session.execute(select(model.id, model.public_id))
        if tombstone_digest(public_id) in digests
    ]
    return [session.get_one(model, row_id) for row_id in ids]
