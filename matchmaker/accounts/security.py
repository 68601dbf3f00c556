"""The sign-in library bound to our rows: one datastore, our pages, no roles of its own."""

from typing import Any

from flask import Flask, session
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_session.base import ServerSideSession

from matchmaker.extensions import db, limiter
from matchmaker.models import Role, User, WebAuthn

security = Security()
LIMITED = {
    "security.login": "10/minute;60/hour",
    "security.register": "6/minute;20/hour",
    "security.forgot_password": "6/minute;20/hour",
    "security.send_confirmation": "6/minute;20/hour",
    "security.two_factor_token_validation": "10/minute",
}
"""Attempts per address at what can be guessed or used to flood a mailbox."""


def init_security(app: Flask) -> None:
    """Bind the sign-in library to the app."""
    datastore = SQLAlchemyUserDatastore(db, User, Role, WebAuthn)
    security.init_app(app, datastore, register_blueprint=True)
    user_authenticated.connect(rotate_session, app)
    for endpoint, limit in LIMITED.items():
        limited: Any = limiter.limit(limit, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def rotate_session(app: Flask, **extra: object) -> None:
    """Give the session a new id whenever somebody has signed in: an id set before is worthless."""
    if isinstance(session._get_current_object(), ServerSideSession):  # type: ignore[attr-defined]
        app.session_interface.regenerate(session)  # type: ignore[attr-defined]
