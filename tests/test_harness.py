"""The harness itself: each test gets its own database, and nothing leaves the machine."""

import socket

import pytest
import sqlalchemy as sa


def test_connection_to_another_host_fails_the_test():
    with pytest.raises(AssertionError, match="another host"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_name_of_another_host_is_not_looked_up():
    with pytest.raises(AssertionError, match="looked up"):
        socket.getaddrinfo("example.org", 80)


def test_loopback_stays_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_each_database_has_the_schema(each_database):
    engine = sa.create_engine(each_database)
    assert "need" in " ".join(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_each_database_is_fresh(each_database):
    engine = sa.create_engine(each_database)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE only_here (id INTEGER)"))
    engine.dispose()
