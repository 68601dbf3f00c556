"""Write the whole database into one archive, at one moment, while people work."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, String, Table, cast, create_engine, func, select, text
from sqlalchemy.engine import Connection, Engine

from matchmaker.admin import archive, dumping
from matchmaker.models import AuditHead, KeyCheck, now
from matchmaker.models.encrypted import key_ring


def back_up(engine: Engine, path: Path) -> dict[str, Any]:
    """Write the archive and return its manifest; no key is in it, and no session.

    Raises
    ------
    dumping.ToolFailed
        If a program of PostgreSQL fails; then there is no archive.
    """
    path = path.resolve()
    with archive.work_folder(path.parent) as folder:
        database = folder / "database"
        if engine.dialect.name == "sqlite":
            manifest = _from_sqlite(engine, database)
        else:
            manifest = _from_postgresql(engine, database)
        secret = secret_of(manifest)
        archive.write_archive(path, database, manifest, secret)
    return manifest


def _from_sqlite(engine: Engine, target: Path) -> dict[str, Any]:
    """Copy, then describe the copy: what others write meanwhile is in neither."""
    dumping.copy_sqlite(dumping.sqlite_path(engine), target)
    copy = create_engine(f"sqlite:///{target}")
    try:
        with copy.connect() as connection:
            manifest = describe(connection)
    finally:
        copy.dispose()
    dumping.put_into_one_file(target)
    return manifest


def _from_postgresql(engine: Engine, target: Path) -> dict[str, Any]:
    """Describe and dump the same snapshot."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        manifest = describe(connection)
        dumping.dump_postgresql(dumping.address_of(engine), str(snapshot), target)
    return manifest


def describe(connection: Connection) -> dict[str, Any]:
    """Return what a restored copy is compared with: rows of each table, the end of the chain."""
    reflected = MetaData()
    reflected.reflect(connection)
    tables = sorted(reflected.tables.items())
    head = connection.execute(select(AuditHead.seq, AuditHead.digest)).one()
    return {
        "format": archive.FORMAT,
        "made_at": now().isoformat(),
        "version": _version(),
        "database": connection.dialect.name,
        "revision": connection.scalar(text("SELECT version_num FROM alembic_version")),
        "rows": {name: _rows_of(connection, table) for name, table in tables},
        "audit": {"seq": head.seq, "digest": head.digest},
        "key_check": connection.scalar(select(cast(KeyCheck.secret, String))),
    }


def _version() -> str:
    """Return the version of the package; a checkout has none."""
    try:
        return version("matchmaker")
    except PackageNotFoundError:
        return "checkout"


def _rows_of(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def secret_of(manifest: dict[str, Any]) -> str:
    """Open the database's own secret, which tells that the key is right and signs the manifest.

    Raises
    ------
    WrongKey
        If the database was sealed with a key that is not given.
    """
    return key_ring().open(str(manifest["key_check"]), "key_check.secret")
