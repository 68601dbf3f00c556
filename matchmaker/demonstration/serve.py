"""Serve the demonstration in the foreground until a signal ends it; its data stay for next time."""

import logging
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session
from waitress import create_server

from matchmaker.admin.database import upgrade_database
from matchmaker.demonstration import people
from matchmaker.demonstration.load import is_loaded, load
from matchmaker.extensions import db
from matchmaker.models import Municipality
from matchmaker.unit_of_work import transaction

THREADS = 8
TICK_SECONDS = 60
Due = Callable[[Flask], Any]
log = logging.getLogger(__name__)


def serve_demonstration(app: Flask, host: str, port: int, reset: bool, due: Due) -> None:
    """Prepare the data, listen, print READY with addresses and sign-ins, serve until a signal.

    `due` does what is due, as `matchmaker tick` does from a timer elsewhere: here the serving
    process calls it at the start and each minute.

    Raises
    ------
    click.ClickException
        If the port is taken, or the database is not the demonstration's own.
    """
    folder = Path(app.instance_path)
    listener = bind(host, port)
    with listener:
        if reset:
            wipe(app, folder)
        prepare(app, folder)
        app.config["SITE_URL"] = os.environ.get("MATCHMAKER_SITE_URL") or address_of(listener)
        server = create_server(app, sockets=[listener], threads=THREADS, ident="Tandem")
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, _leave)
        stop = threading.Event()
        clock = threading.Thread(target=_keep_time, args=(app, stop, due), daemon=True)
        clock.start()
        announce(address_of(listener), people.password_of(folder))
        try:
            server.run()
        finally:
            stop.set()
            server.close()
            clock.join(timeout=5)


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything is changed; nobody is answered until the data are there."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise click.ClickException(
            f"Cannot listen on {host}:{port}: {error.strerror}. Stop what uses the port, "
            "or choose another one (make demo PORT=8090, matchmaker demo --port 8090)."
        ) from None
    return listener


def wipe(app: Flask, folder: Path) -> None:
    """Throw the demonstration away: only an SQLite file in the instance folder, never more."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    path = Path(url.database or "").resolve()
    if url.get_backend_name() != "sqlite" or path.parent != folder.resolve():
        raise click.ClickException(
            "--reset only deletes an SQLite database in the instance folder. Nothing was deleted."
        )
    with app.app_context():
        db.engine.dispose()
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", people.SIGN_INS):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "sessions", ignore_errors=True)
    (folder / "sessions").mkdir(mode=0o700, exist_ok=True)


def prepare(app: Flask, folder: Path) -> None:
    """Bring the database up to date and fill it, if that has not been done."""
    with app.app_context():
        upgrade_database()
        if not is_loaded(db.session()):
            _refuse_other_data(db.session())
            click.echo("Making the demonstration data, once ...")
        with transaction() as work:
            load(work.session, folder)
        db.session.remove()


def _refuse_other_data(session: Session) -> None:
    if session.scalar(select(Municipality.id).limit(1)) is not None:
        raise click.ClickException(
            "This database holds other data. The demonstration needs a database of its own."
        )


def address_of(listener: socket.socket) -> str:
    """Return where a person on this machine finds the site, without the last slash."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def announce(address: str, password: str) -> None:
    """Print the word READY, where to go, and who can sign in."""
    click.echo(f"READY {address}/  (sign in: {address}/login)")
    click.echo(f"What it mails is to be read at {address}/demonstration/mails")
    click.echo(f"Password of every account: {password}")
    rows = people.sign_ins()
    wide = max(len(row.email) for row in rows), max(len(row.who) for row in rows)
    for row in rows:
        click.echo(f"  {row.email:<{wide[0]}}  {row.who:<{wide[1]}}  {row.can_do}")
    click.echo("Stop with Ctrl+C; the data stay. --reset makes them anew.")
    sys.stdout.flush()


def _leave(number: int, frame: FrameType | None) -> None:
    """End the server's loop, which lets running requests finish."""
    raise SystemExit(0)


def _keep_time(app: Flask, stop: threading.Event, due: Due) -> None:
    """Do what is due at the start and each minute, until told to stop."""
    while not stop.is_set():
        try:
            with app.app_context():
                due(app)
        except Exception:  # one bad minute must not end the clock
            log.exception("deadlines")
        stop.wait(TICK_SECONDS)
