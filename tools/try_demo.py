"""Start the demonstration as a stranger would, ask for its first page, and stop it.

    python tools/try_demo.py            make demo, in this checkout
    python tools/try_demo.py FILE.whl   matchmaker demo, from the wheel, in an empty folder

Prints how long it took until READY; exits with 1 where something is not as the README says.
"""

import contextlib
import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 150
STOP_SECONDS = 15


def main(arguments: list[str]) -> int:
    """Try the demonstration and say how it went."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as name, _command(arguments, Path(name), port) as started:
        command, folder, environment = started
        began = time.monotonic()
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            problem = _wait_for_ready(server) or _ask_for_first_page(port)
            seconds = time.monotonic() - began
        finally:
            server.send_signal(signal.SIGTERM)
            problem_at_end = _wait_for_end(server, port)
    print(problem or problem_at_end or f"The demonstration was ready after {seconds:.0f} s.")
    return 1 if problem or problem_at_end else 0


def _free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def _command(
    arguments: list[str], folder: Path, port: int
) -> Iterator[tuple[list[str], Path, dict[str, str]]]:
    """Give the command, where to run it, and its environment."""
    environment = {key: v for key, v in os.environ.items() if not key.startswith("MATCHMAKER_")}
    if not arguments:
        environment["MATCHMAKER_INSTANCE"] = str(folder / "instance")
        yield ["make", "demo", f"PORT={port}"], ROOT, environment
        return
    wheel, packages, empty = (
        str(Path(arguments[0]).resolve()),
        folder / "packages",
        folder / "empty",
    )
    empty.mkdir()
    install = ["install", "-qq", "--no-deps", "--no-index", "--target", str(packages), wheel]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    environment["PYTHONPATH"] = str(packages)
    yield [sys.executable, "-m", "matchmaker", "demo", "--port", str(port)], empty, environment


def _wait_for_ready(server: subprocess.Popen[str]) -> str | None:
    """Pass the output on until the word READY; say what is wrong where it does not come."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert server.stdout is not None
        for line in server.stdout:
            print(line, end="", flush=True)
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + READY_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        with contextlib.suppress(queue.Empty):
            line = lines.get(timeout=left)
            if line is None:
                return f"The demonstration ended by itself with code {server.wait()}."
            if "READY" in line:
                return None
    return f"The demonstration was not ready within {READY_SECONDS} s."


def _ask_for_first_page(port: int) -> str | None:
    """Ask as a client without cookies and languages; the page comes directly, in English."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        return f"GET / answered {answer.status}."
    if "demonstration" not in text.lower():
        return "GET / does not say that this is a demonstration."
    return None


def _wait_for_end(server: subprocess.Popen[str], port: int) -> str | None:
    """Tell whether the command ended after SIGTERM and left nothing that listens."""
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
        return f"The demonstration did not end within {STOP_SECONDS} s of SIGTERM."
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return "Something still listens after the end."
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
