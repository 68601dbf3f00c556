"""kill -9 in the middle of work: nothing that was acknowledged is lost, nothing is left half done.

    python -m tools.kill_campaign --kills 200 --database sqlite --database postgresql

A child works on a fresh copy of a database and tells its parent each piece of work once it was
answered, as a browser would see it. The parent ends it with SIGKILL after a random time, starts
anew, runs what `matchmaker verify` runs and looks for everything that was told. PostgreSQL is that
of TEST_POSTGRES_URL; only the client is killed there. Power loss is not simulated.
"""

import argparse
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from matchmaker.admin.database import upgrade_database
from matchmaker.extensions import db
from tests.harness.apps import make_app
from tools.kill_phases import PHASES, Phase

START_SECONDS = 60.0


@dataclass
class Tally:
    """What a phase came to."""

    phase: str
    database: str
    kills: int = 0
    ended_before: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken: int = 0
    up_again: list[float] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Tell whether nothing was lost or broken."""
        return self.lost == 0 and self.broken == 0


# --- The campaign -----------------------------------------------------------------------------


def run_phase(
    name: str, copies: "Copies", kills: int, chance: random.Random, *, measured: bool = False
) -> Tally:
    """Prepare a database, then kill a child on a copy of it as often as asked.

    `measured`: work that ends by itself runs once to its end first, and the kills fall up to a
    fifth later than that took, so that on any machine some come after it was acknowledged.
    """
    phase, tally = PHASES[name], Tally(name, copies.kind)
    seconds = phase.seconds
    with tempfile.TemporaryDirectory() as place, copies.template(phase.prepare) as template:
        for number in range(-1 if measured and phase.ends else 0, kills):
            folder = Path(place) / str(number)
            folder.mkdir()
            with copies.copy(template, folder) as url:
                if number < 0:
                    _, ended, took = _killed(phase, url, folder, START_SECONDS)
                    seconds = 1.2 * took if ended else seconds
                else:
                    _one_kill(phase, tally, url, folder, chance.uniform(0, seconds))
            shutil.rmtree(folder)
    return tally


def _one_kill(phase: Phase, tally: Tally, url: str, folder: Path, after: float) -> None:
    told, ended, _ = _killed(phase, url, folder, after)
    tally.kills += 1
    tally.ended_before += ended
    tally.acknowledged += len(told)
    began = time.perf_counter()
    app = make_app(url, folder, LOG_REQUESTS=False)
    with app.app_context():
        try:
            db.session.scalar(sa.select(sa.literal(1)))
            tally.up_again.append(time.perf_counter() - began)
            lost, found = phase.check(app, folder, told)
        finally:
            db.session.remove()
            db.engine.dispose()
    tally.lost += lost
    tally.broken += bool(found)
    tally.found += found[:3]


def _killed(phase: Phase, url: str, folder: Path, after: float) -> tuple[list[str], bool, float]:
    """Run the work in a child, kill it.

    Return what it told, whether it had ended before, and how long it worked.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fork beside threads: the child makes its own app
        pid = os.fork()
    if pid == 0:
        _be_the_child(phase, url, folder, reading, writing)
    os.close(writing)
    os.set_blocking(reading, False)
    until, told, ended = time.monotonic() + START_SECONDS, b"", False
    begun = 0.0
    while time.monotonic() < until and not ended:
        time.sleep(0.002)
        told += _waiting_bytes(reading)
        if not begun and told:
            begun = time.monotonic()
            until = begun + after
        ended = os.waitpid(pid, os.WNOHANG) != (0, 0)
    worked = time.monotonic() - begun
    if not ended:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    told += _waiting_bytes(reading)
    os.close(reading)
    lines = told.decode().split("\n")
    return [line for line in lines[:-1] if line != "ready"], ended, worked


def _waiting_bytes(reading: int) -> bytes:
    try:
        return os.read(reading, 1 << 20)
    except BlockingIOError:
        return b""


def _be_the_child(phase: Phase, url: str, folder: Path, reading: int, writing: int) -> None:
    """Do the work in a process group of its own; never return to the parent's code."""
    try:
        os.setsid()
        os.close(reading)
        app = make_app(url, folder, LOG_REQUESTS=False)
        phase.work(app, folder, lambda line: os.write(writing, f"{line}\n".encode()))
    except BaseException as error:
        print(f"child: {type(error).__name__}: {error}"[:500], file=sys.stderr)
    finally:
        os._exit(0)


class Copies:
    """Fresh databases of one kind, each a copy of a template that was prepared once."""

    kind = ""

    @contextmanager
    def template(self, prepare: Callable[[Flask], None]) -> Iterator[str]:
        """Give a prepared database."""
        raise NotImplementedError

    @contextmanager
    def copy(self, template: str, folder: Path) -> Iterator[str]:
        """Give the address of a copy."""
        raise NotImplementedError

    def _prepare(self, url: str, prepare: Callable[[Flask], None]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            app = make_app(url, Path(folder))
            with app.app_context():
                upgrade_database()
                prepare(app)
                db.session.remove()
                db.engine.dispose()


class SqliteCopies(Copies):
    """Files."""

    kind = "sqlite"

    @contextmanager
    def template(self, prepare: Callable[[Flask], None]) -> Iterator[str]:
        """Give a file."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/template.db"
            self._prepare(f"sqlite:///{path}", prepare)
            yield path

    @contextmanager
    def copy(self, template: str, folder: Path) -> Iterator[str]:
        """Copy the file."""
        shutil.copyfile(template, folder / "killed.db")
        yield f"sqlite:///{folder / 'killed.db'}"


class PostgresqlCopies(Copies):
    """Databases of one server."""

    kind = "postgresql"

    def __init__(self, address: str) -> None:
        plain = address.replace("postgres://", "postgresql://", 1)
        self.url = sa.make_url(plain).set(drivername="postgresql+psycopg")

    def _say(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    @contextmanager
    def template(self, prepare: Callable[[Flask], None]) -> Iterator[str]:
        """Give a database."""
        name = f"tandem_kill_{secrets.token_hex(6)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            self._prepare(self._address(name), prepare)
            yield name
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def copy(self, template: str, folder: Path) -> Iterator[str]:
        """Copy the database."""
        name = f"tandem_kill_{secrets.token_hex(6)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._address(name)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)


def table_of(tallies: list[Tally]) -> str:
    """Return the outcome as a table for docs/benchmarks.md."""
    lines = [
        "| phase | database | kills | acknowledged | lost | broken | up again, p95 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for tally in tallies:
        p95 = sorted(tally.up_again)[int(len(tally.up_again) * 0.95)] if tally.up_again else 0.0
        lines.append(
            f"| {tally.phase} | {tally.database} | {tally.kills} | {tally.acknowledged} |"
            f" {tally.lost} | {tally.broken} | {p95:.2f} s |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign; return 0 where nothing was lost or broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="kills for each phase and database")
    parser.add_argument("--phase", action="append", choices=list(PHASES))
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    chance, tallies = random.Random(asked.seed), []
    for kind in asked.database or ["sqlite", "postgresql"]:
        copies = (
            SqliteCopies()
            if kind == "sqlite"
            else PostgresqlCopies(os.environ["TEST_POSTGRES_URL"])
        )
        for name in asked.phase or list(PHASES):
            began = time.monotonic()
            tally = run_phase(name, copies, asked.kills, chance, measured=True)
            tallies.append(tally)
            took = time.monotonic() - began
            print(f"{name} {kind}: {tally.kills} kills, {tally.ended_before} had ended before,")
            print(
                f"  {tally.lost} lost, {tally.broken} broken, {took:.0f} s {tally.found[:5]}",
                flush=True,
            )
    print(table_of(tallies))
    return 0 if all(tally.good for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
