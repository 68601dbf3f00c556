"""Run pytest with a database server, a browser and Pango, found, started or said to be missing.

PostgreSQL: TEST_POSTGRES_URL, else a temporary cluster from the binaries on the machine, else none.
Chromium, and Pango for papers (PDF): those on the machine, else Debian's where this may install
them, else none. What could not run is counted in the closing lines. With CI set, a missing one is a
failure instead.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness import machine  # noqa: E402

START_SECONDS = 60
INSTALL_SECONDS = 600
CHROMIUM = ("chromium", "chromium-headless-shell")
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
"""Debian's packages of the libraries that WeasyPrint calls."""


def main(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment = dict(os.environ)
    # The tests start the program some hundred times: compiled anew each time, that is minutes.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    browser = machine.chromium() if machine.whole_browser() else _install_chromium()
    environment["TEST_CHROMIUM"] = browser or ""
    pango = machine.pango() or _install_pango()
    with _postgresql(environment.get("TEST_POSTGRES_URL", "")) as url:
        if url:
            environment["TEST_POSTGRES_URL"] = url
        means = (("PostgreSQL", url), ("Chromium", browser), ("Pango", pango))
        missing = [name for name, got in means if not got]
        if missing and environment.get("CI", "").lower() not in ("", "0", "false"):
            print(
                f"CI runs every test, and {' and '.join(missing)} could not be found or installed."
            )
            return 1
        command = [sys.executable, "-m", "pytest", *(arguments or _whole_run())]
        return subprocess.run(command, cwd=ROOT, env=environment).returncode


def _whole_run() -> list[str]:
    """Return pytest's arguments for all tests: two processes where there are two processors."""
    if len(os.sched_getaffinity(0)) < 2:
        return []
    return ["-n", "2", "--dist", "loadgroup"]


@contextlib.contextmanager
def _postgresql(given: str) -> Iterator[str | None]:
    """Give the address of a server: the given one, or a temporary one that goes with the block."""
    binaries = machine.postgres_binaries()
    if given or binaries is None:
        yield given or None
        return
    # A socket's path may have 107 characters at most, so not under a long TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="tandem-postgres-", dir="/tmp"))
    try:
        with _cluster(binaries, folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _cluster(binaries: Path, folder: Path) -> Iterator[str]:
    """Start a cluster that listens on a socket in the folder only, and stop it afterwards."""
    owner = _unprivileged_user()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    data, log = folder / "data", folder / "log"
    initialise = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    initialise += ["-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initialise, check=True, cwd=folder, stdout=subprocess.DEVNULL, **owner)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
        "timezone": "UTC",
    }
    flags = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *flags],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **owner,
        )
    try:
        _wait_until_ready(server, data, log)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _stop(server)


def _unprivileged_user() -> dict[str, Any]:
    """Return what starts a process as another user where this one is root, which initdb refuses."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not start as root, and there is no user 'nobody'.")


def _wait_until_ready(server: subprocess.Popen, data: Path, log: Path) -> None:
    """Return when the server's lock file says ready."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            lines = (data / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        time.sleep(0.05)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _stop(server: subprocess.Popen) -> None:
    """End the server by its fast shutdown, by force when that takes too long."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _install_chromium() -> str | None:
    """Install Debian's Chromium where this process may, and return its path."""
    if "TEST_CHROMIUM" in os.environ:
        return None
    return machine.chromium() if _install(*CHROMIUM) or _install(CHROMIUM[0]) else None


def _install_pango() -> bool:
    """Install Debian's Pango where this process may, and tell whether it is there."""
    return _install(*PANGO) and machine.pango()


def _install(*packages: str) -> bool:
    """Install packages of Debian where this process may, and tell whether it did."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing Debian's {', '.join(packages)} for the tests ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        try:
            ended = subprocess.run(
                ["apt-get", *step],
                env=environment,
                timeout=INSTALL_SECONDS,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return False
        if ended.returncode:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
