"""A new id for the session whenever its rights change, so that an id known before is worthless."""

from flask import current_app, session
from flask_session.base import ServerSideSession


def new_session_id() -> None:
    """Take the session to a new id; the old one leads nowhere any more."""
    stored = session._get_current_object()  # type: ignore[attr-defined]
    if isinstance(stored, ServerSideSession):
        current_app.session_interface.regenerate(stored)  # type: ignore[attr-defined]
