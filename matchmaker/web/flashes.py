"""Messages that wait for the next page are kept as plain text.

A library may leave one that is translated late. Stored in a session it cannot be read back, and
with it the whole session is lost: every page of that person would fail.
"""

from flask import Flask, Response, session

WAITING = "_flashes"
"""Session key under which Flask keeps them."""


def init_flashes(app: Flask) -> None:
    """Have the waiting messages of each answer made plain before its session is stored."""
    app.after_request(make_plain)


def make_plain(response: Response) -> Response:
    """Translate now what was to be translated late."""
    waiting = session.get(WAITING, ())
    if any(type(message) is not str for _, message in waiting):
        session[WAITING] = [(kind, str(message)) for kind, message in waiting]
    return response
