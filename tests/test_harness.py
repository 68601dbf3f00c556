"""The harness itself: each test gets its own database, and nothing leaves the machine."""

import os
import socket
import subprocess
import sys

import pytest
import sqlalchemy as sa


def test_connection_to_another_host_fails_the_test():
    with pytest.raises(AssertionError, match="another host"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_name_of_another_host_is_not_looked_up():
    with pytest.raises(AssertionError, match="looked up"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_stays_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connection,
    ):
        assert connection.getpeername() == server.getsockname()


def test_each_database_has_the_schema(each_database):
    engine = sa.create_engine(each_database)
    assert "need" in " ".join(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_each_database_is_fresh(each_database):
    # Written here, looked for in the next test: whichever runs second would see the other's table.
    assert "only_here" not in _tables_before_one_more(each_database)


def test_each_database_stays_fresh(each_database):
    assert "only_here" not in _tables_before_one_more(each_database)


def _tables_before_one_more(url):
    engine = sa.create_engine(url)
    tables = sa.inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE only_here (id INTEGER)"))
    engine.dispose()
    return tables


@pytest.mark.parametrize(
    ("marker", "line"),
    [("postgresql", "1 PostgreSQL tests NOT run"), ("browser", "1 browser tests NOT run")],
)
def test_what_cannot_run_is_counted_in_the_closing_line(tmp_path, marker, line):
    case = f"import pytest\n\n@pytest.mark.{marker}\ndef test_something():\n    assert False\n"
    (tmp_path / "test_case.py").write_text(case)
    kept = {key: v for key, v in os.environ.items() if not key.startswith(("TEST_", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "-p", "tests.harness.absent", str(tmp_path)]
    ended = subprocess.run(
        command, env=kept | {"TEST_CHROMIUM": ""}, capture_output=True, text=True, timeout=120
    )
    assert ended.stdout.splitlines()[-1] == line
