"""How long do the pages of the workbench take? Time, weight, queries, ratio to a bare page.

    python benchmarks/workbench.py [--needs 200] [--offers 250] [--requests 40] [--only WORD]

Lays a made-up round into a fresh PostgreSQL database (TEST_POSTGRES_URL), solves and records it,
starts gunicorn with deploy/gunicorn.conf.py and two processes, and asks for each page in turn with
a bare Flask page behind the same server, so that what else the machine does falls on both. With
--world NAME the database is kept under that name, and used again the next time.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import workbench_world as world
from serving import Browser, Server, served, token_in

from matchmaker.extensions import db
from tests.factories import PASSWORD
from tests.harness.apps import KEYS, make_app
from tests.workbench.counting import queries_of

FIRST = 4
"""Calls before the clock counts: each of two processes reads its templates and the round once."""


def percentile_95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def measure(browser: Browser, bare: Browser, server: Server, path: str, n_requests: int) -> str:
    """Return a row of the table."""
    first = 0.0
    size = 0
    for _ in range(FIRST):
        status, content, took = browser.ask(path)
        assert status == 200, f"{path} was answered with {status}"
        first, size = max(first, took), len(content)
    times: list[float] = []
    bare_times: list[float] = []
    before = server.cpu()
    for _ in range(n_requests):
        times.append(browser.ask(path)[2])
        bare_times.append(bare.ask("/")[2])
    cpu = (server.cpu() - before) / n_requests
    p50, p95 = statistics.median(times), percentile_95(times)
    ratio = p50 / statistics.median(bare_times)
    cells = (p50, p95, cpu, first)
    told = " | ".join(f"{1000 * one:.0f}" for one in cells)
    return f"{told} | {ratio:.0f} | {size / 1024:.0f}"


def counted_queries(url: str, folder: Path, email: str, paths: list[str]) -> dict[str, int]:
    """Return how many queries each page makes of its own, asked in this process.

    The lesser of two counts: now and then a page also notes that the session is still in use.
    """
    app, counts = make_app(url, folder), {}
    client = app.test_client()
    form = {"csrf_token": token_in(client.get("/login").text), "email": email}
    assert client.post("/login", data=form | {"password": PASSWORD}).status_code == 302
    with app.app_context():
        for path in paths:
            counts[path] = min(len(queries_of(client, path)) for _ in range(2))
        db.session.remove()
        db.engine.dispose()
    return counts


def found_in(url: str, folder: Path, only: str) -> tuple[str, dict[str, str]]:
    """Return who signs in and the addresses whose name holds a word."""
    with make_app(url, folder).app_context():
        email, found = world.addresses(db.session())
        db.session.remove()
        db.engine.dispose()
    return email, {name: path for name, path in found.items() if only in name}


def main() -> None:
    """Lay, serve, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--offers", type=int, default=250)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--world", help="keep the database under this name, or use it again")
    asked = parser.parse_args()
    with world.database(asked.world) as (url, there), tempfile.TemporaryDirectory() as folder:
        if not there:
            world.lay(url, Path(folder), asked.needs, asked.offers)
        email, paths = found_in(url, Path(folder), asked.only)
        queries = counted_queries(url, Path(folder), email, list(paths.values()))
        environ = {f"MATCHMAKER_{name}": value for name, value in KEYS.items()}
        environ |= {
            "MATCHMAKER_DEMONSTRATION": "1",
            "MATCHMAKER_INSTANCE": folder,
            "MATCHMAKER_DATABASE_URL": url,
        }
        with served("wsgi:app", environ) as server, served("benchmarks.bare:app", {}) as other:
            browser, bare = Browser(server.port), Browser(other.port)
            browser.sign_in(email)
            print(f"load before: {os.getloadavg()[0]:.1f}")
            print("| page | p50 ms | p95 ms | processor ms | first ms | x bare | KB | queries |")
            print("|---|---|---|---|---|---|---|---|")
            for name, path in paths.items():
                row = measure(browser, bare, server, path, asked.requests)
                print(f"| {name} | {row} | {queries[path]} |", flush=True)
            print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
