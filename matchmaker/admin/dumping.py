"""How each of the two databases is copied out and laid back: whole, at one moment."""

import os
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Engine

EMPTY_FIRST = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


class ToolFailed(RuntimeError):
    """A program of PostgreSQL failed or is missing; carries its name, never what it printed."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} failed. It must be of the server's version or newer.")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy an SQLite database while others write: SQLite's own online backup."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)
    origin, copy = sqlite3.connect(source), sqlite3.connect(target, isolation_level=None)
    try:
        origin.execute("PRAGMA busy_timeout=30000")
        copy.execute("PRAGMA busy_timeout=30000")
        copy.execute("PRAGMA synchronous=FULL")
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()


def put_into_one_file(path: Path) -> None:
    """Leave the mode in which an SQLite database has companions beside its file."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


def sqlite_path(engine: Engine) -> Path:
    """Return the file of an SQLite database."""
    return Path(engine.url.database or "")


def sqlite_is_whole(path: Path) -> bool:
    """Tell whether SQLite finds no damage in a file."""
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def dump_postgresql(url: URL, snapshot: str, target: Path) -> None:
    """Dump a PostgreSQL database as it is in a snapshot that a transaction holds open."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    _run("pg_dump", [*arguments, f"--file={target}"], url)


def restore_postgresql(url: URL, dump: Path) -> None:
    """Lay a dump into a database, in one transaction: whoever reads sees the old or the new."""
    script, listed = dump.with_suffix(".sql"), dump.with_suffix(".list")
    _run("pg_restore", ["--list", f"--file={listed}", str(dump)], None)
    entries = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    # The schema itself is made anew just before; some dumps hold it once more.
    listed.write_text("".join(e for e in entries if " SCHEMA - public " not in e), encoding="utf-8")
    plain = ["--no-owner", "--no-privileges", f"--use-list={listed}", f"--file={script}"]
    _run("pg_restore", [*plain, str(dump)], None)
    quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", [*quiet, f"--command={EMPTY_FIRST}", f"--file={script}"], url)


def _run(program: str, arguments: list[str], url: URL | None) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, never by argument."""
    environ = dict(os.environ)
    if url is not None:
        named = {
            "PGHOST": url.host or url.query.get("host"),
            "PGPORT": str(url.port) if url.port else None,
            "PGUSER": url.username,
            "PGPASSWORD": url.password,
            "PGDATABASE": url.database,
        }
        environ |= {name: str(value) for name, value in named.items() if value}
    try:
        subprocess.run(
            [program, *arguments],
            env=environ,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError):
        raise ToolFailed(program) from None


def address_of(engine: Engine) -> URL:
    """Return the address of a database with its password."""
    return make_url(engine.url.render_as_string(hide_password=False))
