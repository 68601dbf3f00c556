"""Refuse what a test must not do: reach another host, or open a database where the code is pure."""

import ipaddress
import socket
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
PURE = ("matching", "access", "test_lifecycle.py", "test_vocabulary.py", "test_errors.py")


class ForbiddenInTestError(AssertionError):
    """Say what a test did that it may not do."""


def is_on_this_machine(address) -> bool:
    """Tell whether a socket's address is a path, a loopback address or localhost."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    try:
        return host in ("", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_other_host():
    """Fail every connection that leaves the machine, and every look-up of another name."""
    patch = pytest.MonkeyPatch()
    look_up = socket.getaddrinfo

    def guarded(original):
        def connect(self, address):
            if not is_on_this_machine(address):
                raise ForbiddenInTestError(f"a test reached for another host: {address}")
            return original(self, address)

        return connect

    def getaddrinfo(host, *arguments, **keywords):
        if host is not None and not is_on_this_machine((host,)):
            raise ForbiddenInTestError(f"a test looked up another host: {host}")
        return look_up(host, *arguments, **keywords)

    patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    patch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _no_database_in_pure_tests(request):
    """Fail a test of pure code that opens a database."""
    inside = request.path.relative_to(TESTS).parts
    if inside[0] not in PURE or "sqlalchemy" not in sys.modules:
        yield
        return
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def refuse(*_):
        raise ForbiddenInTestError("a test of pure code opened a database")

    event.listen(Engine, "do_connect", refuse)
    yield
    event.remove(Engine, "do_connect", refuse)
