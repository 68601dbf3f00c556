"""Who sends slowly holds a connection and no thread: the others are answered meanwhile."""

import os
import re
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from matchmaker.config import TOP
from tests.harness.apps import KEYS

pytestmark = pytest.mark.control(28)
N_SLOW = 200
HOST = "127.0.0.1"
GUARD_S = 60
"""Ends a test that would wait for ever; nothing is measured against it."""
HEADER = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /where HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ncode"
)


@pytest.fixture
def port(sqlite_url, tmp_path):
    """Start one process of the production server, with its own settings; give its port."""
    environ = os.environ | {f"MATCHMAKER_{name}": value for name, value in KEYS.items()}
    environ |= {
        "MATCHMAKER_DEMONSTRATION": "0",
        "MATCHMAKER_HOSTS": HOST,
        "MATCHMAKER_SITE_URL": "",
        "MATCHMAKER_INSTANCE": str(tmp_path),
        "MATCHMAKER_DATABASE_URL": sqlite_url,
        "BIND": f"{HOST}:0",
        "WORKERS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    server = subprocess.Popen(command, cwd=TOP, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        lines = iter(server.stderr.readline, "")
        found = next(filter(None, (re.search(r"Listening at: .*:(\d+)", line) for line in lines)))
        next(line for line in lines if "Booting worker" in line)
        yield int(found.group(1))
    finally:
        server.terminate()
        server.communicate(timeout=GUARD_S)


@pytest.fixture
def slow(port):
    """Give a way to open many connections that send only the beginning of a request."""
    opened = []

    def send(beginning):
        for _ in range(N_SLOW):
            one = socket.create_connection((HOST, port), timeout=GUARD_S)
            opened.append(one)
            one.sendall(beginning)
        return opened

    yield send
    for one in opened:
        one.close()


def answer_of(port):
    """Return the status that somebody else gets."""
    connection = HTTPConnection(HOST, port, timeout=GUARD_S)
    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("beginning", [b"", HEADER, BODY], ids=["silent", "header", "body"])
def test_others_are_answered_while_two_hundred_clients_send_slowly(port, slow, beginning):
    slow(beginning)
    assert [answer_of(port) for _ in range(5)] == [200] * 5


def test_slow_request_is_answered_once_it_is_whole(port, slow):
    first = slow(BODY)[0]
    assert answer_of(port) == 200
    first.sendall(b"=1234")
    assert first.recv(9) == b"HTTP/1.1 "
