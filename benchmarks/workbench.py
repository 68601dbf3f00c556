"""How long do the pages of the workbench take? p50, p95, weight, and ratio to a bare Flask page.

    python benchmarks/workbench.py [--needs 200] [--offers 250] [--requests 60]

Lays a made-up round into a fresh PostgreSQL database (TEST_POSTGRES_URL), solves and records it,
starts gunicorn with deploy/gunicorn.conf.py and two processes, and asks for each page in turn with
a bare Flask page behind the same server, so that what else the machine does falls on both.
"""

import argparse
import contextlib
import gzip
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import round_rows
import sqlalchemy as sa
from flask_security import hash_password

from matchmaker.extensions import db
from matchmaker.models import Proposal, RoundNeed
from matchmaker.rounds import service
from tests.factories import PASSWORD, actor_of, make_coordinator, make_round
from tests.harness.apps import KEYS, make_app
from tests.harness.databases import create_schema

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_S = 60


class Browser:
    """A connection that is kept, with its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """Return status, body as it came over the line, and seconds."""
        # A page is compressed only where the browser says that the same site asks.
        headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        began = time.perf_counter()
        self.connection.request("POST" if form else "GET", path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content, took

    def sign_in(self, email: str) -> None:
        """Sign in with the tests' password."""
        page = gzip.decompress(self.ask("/login")[1]).decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token.group(1), "email": email, "password": PASSWORD}
        status, _, _ = self.ask("/login", form)
        assert status == 302, f"signing in was answered with {status}"


@contextlib.contextmanager
def fresh_database() -> Iterator[str]:
    """Give the address of an empty database with the schema."""
    address = os.environ["TEST_POSTGRES_URL"].replace("postgres://", "postgresql://", 1)
    server = sa.make_url(address).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"tandem_bench_{uuid.uuid4().hex[:12]}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = server.set(database=name).render_as_string(hide_password=False)
    create_schema(url)
    try:
        yield url
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def laid(url: str, folder: Path, n_needs: int, n_offers: int) -> dict[str, str]:
    """Lay and solve a round; return the address of each page, and who signs in."""
    app = make_app(url, folder)
    with app.app_context():
        session = db.session()
        coordinator = make_coordinator(session)
        coordinator.user.password = hash_password(PASSWORD)
        round_rows.lay(session, n_needs, n_offers)
        round_ = make_round(session, coordinator)
        session.commit()
        began = time.perf_counter()
        service.run_round(session, actor_of(coordinator), round_)
        session.commit()
        print(f"solved and recorded: {time.perf_counter() - began:.1f} s", flush=True)
        first = sa.select(Proposal.public_id).where(Proposal.round_id == round_.id)
        left = sa.select(RoundNeed).where(
            RoundNeed.round_id == round_.id, RoundNeed.matched.is_(False)
        )
        pages = {
            "email": coordinator.user.email,
            "round": f"/rounds/{round_.public_id}",
            "proposal": f"/proposals/{session.scalars(first).first()}",
            "unmatched": session.scalars(left).first().need.public_id,  # type: ignore[union-attr]
        }
        db.session.remove()
        db.engine.dispose()
    return pages


def addresses(found: dict[str, str]) -> dict[str, str]:
    """Return what is asked for, by name."""
    round_ = found["round"]
    return {
        "round": round_,
        "weakest first": f"{round_}?sort=weakest",
        "settings": f"{round_}/settings",
        "proposal": found["proposal"],
        "unmatched need": f"{round_}/unmatched/{found['unmatched']}",
    }


@contextlib.contextmanager
def served(app: str, environ: dict[str, str]) -> Iterator[int]:
    """Serve an app as in production, with two processes; give the port."""
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", app]
    environ = os.environ | {"BIND": f"{HOST}:0", "WORKERS": "2", "PYTHONPATH": str(ROOT)} | environ
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        lines = iter(server.stderr.readline, "")
        found = next(filter(None, (re.search(r"Listening at: .*:(\d+)", line) for line in lines)))
        next(line for line in lines if "Booting worker" in line)
        yield int(found.group(1))
    finally:
        server.terminate()
        server.communicate(timeout=START_S)


def percentile_95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def measure(browser: Browser, bare: Browser, path: str, n_requests: int) -> str:
    """Return a row of the table."""
    times: list[float] = []
    bare_times: list[float] = []
    size = 0
    for number in range(n_requests + 2):
        status, content, took = browser.ask(path)
        assert status == 200, f"{path} was answered with {status}"
        bare_took = bare.ask("/")[2]
        if number >= 2:  # each process reads its templates once
            times.append(took)
            bare_times.append(bare_took)
        size = len(content)
    ratio = statistics.median(times) / statistics.median(bare_times)
    p50, p95 = statistics.median(times), percentile_95(times)
    return f"{1000 * p50:.0f} | {1000 * p95:.0f} | {ratio:.0f} | {size / 1024:.1f}"


def main() -> None:
    """Lay, serve, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--offers", type=int, default=250)
    parser.add_argument("--requests", type=int, default=60)
    asked = parser.parse_args()
    with fresh_database() as url, tempfile.TemporaryDirectory() as folder:
        found = laid(url, Path(folder), asked.needs, asked.offers)
        environ = {f"MATCHMAKER_{name}": value for name, value in KEYS.items()}
        environ |= {
            "MATCHMAKER_DEMONSTRATION": "1",
            "MATCHMAKER_INSTANCE": folder,
            "MATCHMAKER_DATABASE_URL": url,
        }
        with served("wsgi:app", environ) as port, served("benchmarks.bare:app", {}) as bare_port:
            browser, bare = Browser(port), Browser(bare_port)
            browser.sign_in(found["email"])
            print("| page | p50 ms | p95 ms | times a bare page | KB compressed |")
            print("|---|---|---|---|---|")
            for name, path in addresses(found).items():
                row = measure(browser, bare, path, asked.requests)
                print(f"| {name} | {row} |", flush=True)


if __name__ == "__main__":
    main()
