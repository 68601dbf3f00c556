"""Give a test a fresh database with the whole schema: on SQLite, on PostgreSQL, or on each.

The schema is laid once per process into a template; a test gets a copy and the copy goes with it.
"""

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest

from tests.harness.apps import close_connections, make_app

DATABASE_FIXTURES = frozenset({"each_database", "sqlite_url", "postgresql_url"})


def create_schema(url: str) -> None:
    """Lay the whole schema of the product into an empty database, as an operator would."""
    from matchmaker.admin.database import upgrade_database
    from matchmaker.extensions import db

    with tempfile.TemporaryDirectory() as folder:
        app = make_app(url, Path(folder))
        with app.app_context():
            upgrade_database()
            db.engine.dispose()


def pytest_collection_modifyitems(items):
    """Mark what uses PostgreSQL without saying so."""
    for item in items:
        if "postgresql_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def each_database(request) -> str:
    """Give the address of a fresh database; the test runs once on each of the two."""
    return request.getfixturevalue(f"_{request.param}_copy")


@pytest.fixture
def sqlite_url(_sqlite_copy) -> str:
    """Give the address of a fresh SQLite database."""
    return _sqlite_copy


@pytest.fixture
def postgresql_url(_postgresql_copy) -> str:
    """Give the address of a fresh PostgreSQL database."""
    return _postgresql_copy


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory):
    """Lay the schema into a file, once."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    create_schema(f"sqlite:///{path}")
    return path


@pytest.fixture
def _sqlite_copy(_sqlite_template, tmp_path) -> str:
    path = tmp_path / "test.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def _postgresql_server():
    """Give a way to say one statement to the server, outside a transaction."""
    import sqlalchemy as sa

    address = os.environ["TEST_POSTGRES_URL"].replace("postgres://", "postgresql://", 1)
    url = sa.make_url(address).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def say(statement: str) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    yield url, say
    engine.dispose()


@pytest.fixture(scope="session")
def _postgresql_template(_postgresql_server):
    """Lay the schema into a database of this process, once."""
    url, say = _postgresql_server
    name = f"tandem_template_{uuid.uuid4().hex[:12]}"
    say(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        create_schema(url.set(database=name).render_as_string(hide_password=False))
        yield name
    finally:
        say(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def _postgresql_copy(_postgresql_server, _postgresql_template):
    url, say = _postgresql_server
    name = f"tandem_test_{uuid.uuid4().hex[:12]}"
    say(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template}")
    yield url.set(database=name).render_as_string(hide_password=False)
    close_connections()
    say(f"DROP DATABASE {name} WITH (FORCE)")
