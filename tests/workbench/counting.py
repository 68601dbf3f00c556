"""Counts the queries that a page makes of its own."""

from contextlib import contextmanager

from sqlalchemy import event

from matchmaker.extensions import db

FRAME = (
    "BEGIN",
    "SELECT user_account.",
    "SELECT sign_in_session.",
    "SELECT membership.id",
    "SELECT audit_event.seq",
    "SELECT message.thread_id, count(*)",
    "SELECT deletion_request.",
)
"""What every page of a signed-in person asks: who it is, what was opened, what waits on top."""
MOST = 8


@contextmanager
def counted():
    """Collect the statements, without those of the frame."""
    statements = []

    def note(connection, cursor, statement, *_):
        if not statement.startswith(FRAME):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def queries_of(client, url):
    """Return the queries of a page that was opened before."""
    assert client.get(url).status_code == 200
    with counted() as statements:
        client.get(url)
    return statements
