"""Apps behind gunicorn as in production, a browser that asks them, and what asking costs."""

import contextlib
import gzip
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_S = 60
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Browser:
    """A connection that is kept, with its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=300)
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
        form = {"csrf_token": token_in(page), "email": email, "password": PASSWORD}
        status, _, _ = self.ask("/login", form)
        assert status == 302, f"signing in was answered with {status}"


class Server:
    """A gunicorn that runs."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port

    def cpu(self) -> float:
        """Return the processor seconds that its processes have used."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        ticks = 0
        for pid in children:
            # The name of the process may hold spaces; user and system time come after it.
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(parts[11]) + int(parts[12])
        return ticks * TICK_S


@contextlib.contextmanager
def served(app: str, environ: dict[str, str]) -> Iterator[Server]:
    """Serve an app as in production, with two processes."""
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", app]
    environ = os.environ | {"BIND": f"{HOST}:0", "WORKERS": "2", "PYTHONPATH": str(ROOT)} | environ
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        lines = iter(server.stderr.readline, "")
        found = next(filter(None, (re.search(r"Listening at: .*:(\d+)", line) for line in lines)))
        for _ in range(2):
            next(line for line in lines if "Booting worker" in line)
        yield Server(server.pid, int(found.group(1)))
    finally:
        server.terminate()
        server.communicate(timeout=START_S)


def token_in(page: str) -> str:
    """Return the token of a form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)
