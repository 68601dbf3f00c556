"""How Alembic reaches the database: through the running app's engine."""

from contextlib import contextmanager

from alembic import context
from flask import current_app

from matchmaker.models import Base

engine = current_app.extensions["migrate"].db.engine


@contextmanager
def foreign_keys_checked_at_the_end(connection):
    """Let SQLite rebuild a table that others refer to: dropping the old one would empty them.

    The order is that of SQLite's own advice (lang_altertable, section 7): off before the
    transaction begins, a check before it ends.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def refuse_broken_references(connection):
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"references lead nowhere after the migration: {broken[:5]}")


with engine.connect() as connection, foreign_keys_checked_at_the_end(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    refuse_broken_references(connection)
    connection.commit()
