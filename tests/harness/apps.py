"""Give a test an app on a fresh database, a domain session, and clients that are signed in."""

import contextvars
import functools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

KEYS = {
    name: f"{name.lower()}-of-the-tests-{'x' * 32}"
    for name in ("SECRET_KEY", "PASSWORD_SALT", "TOTP_SECRET", "FIELD_KEY")
}


TEMPLATES = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="tandem-templates-"))
"""Compiled templates, shared by the apps of one process: each test makes an app of its own."""

_compile_builder = Rule._compile_builder
_builders: dict[tuple, Callable] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable:
    """Compile how addresses are built once per process: it takes most of the time of making an app.

    A builder holds the text of its rule and what is fixed in it; converters are looked up in the
    rule that it is bound to.
    """
    which = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if which not in _builders:
        _builders[which] = _compile_builder(rule, append_unknown)
    return _builders[which]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign]

_statements: dict[type, Any] = {}
_made: list[Flask] = []


def make_app(url: str, folder: Path, **more):
    """Make an app on this database, as in the demonstration unless told otherwise."""
    from matchmaker.app import create_app
    from matchmaker.config import settings

    demonstration = more.pop("demonstration", True)
    values = settings(KEYS, folder, url, demonstration=demonstration)
    defaults = {
        "TESTING": True,
        "RATELIMIT_ENABLED": False,
        "MAIL_BACKEND": "locmem",
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_NAME": "tandem",
    }
    app = create_app(values | defaults | more)
    app.jinja_env.bytecode_cache = TEMPLATES
    _share_statements(app)
    _made.append(app)
    return app


def _share_statements(app: Flask) -> None:
    """Let the engines of one process share the text of the statements they compiled.

    SQLAlchemy keeps them by engine and dialect, and each test has an engine of its own; those of
    one kind of database are all set alike.
    """
    from matchmaker.extensions import db

    with app.app_context():
        engine = db.engine
    kind = type(engine.dialect)
    kind.__hash__ = lambda dialect: hash(type(dialect))
    kind.__eq__ = lambda dialect, other: type(dialect) is type(other)
    engine._compiled_cache = _statements.setdefault(kind, LRUCache(5000))


def compile_its_own(app: Flask) -> None:
    """Let an app compile each statement itself, as a process of its own does.

    SQLAlchemy draws random names for it, so an app that finds it done draws other numbers after.
    """
    from matchmaker.extensions import db

    with app.app_context():
        db.engine._compiled_cache = LRUCache(500)


def close_connections() -> None:
    """Close what the apps made so far keep open: their database is about to go."""
    from matchmaker.extensions import db

    while _made:
        with _made.pop().app_context():
            db.engine.dispose()


@pytest.fixture
def app(sqlite_url, tmp_path):
    """Give an app on a fresh SQLite database."""
    yield from _app_on(sqlite_url, tmp_path)


@pytest.fixture
def each_app(each_database, tmp_path):
    """Give an app on a fresh database; the test runs once on SQLite and once on PostgreSQL."""
    yield from _app_on(each_database, tmp_path)


def _app_on(url, folder):
    from matchmaker.extensions import db

    app = make_app(url, folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app):
    """Give a domain session for tests of services and queries; what is not committed is dropped."""
    from matchmaker.extensions import db

    with app.app_context():
        yield db.session()
        db.session.rollback()


class _OwnContextClient(FlaskClient):
    """Answers each request in a context of its own, whatever app context the test holds open.

    Flask takes an open app context over, and with it what an earlier request has kept in `g`.
    The test's own transaction ends, so that it reads afterwards what the request has written.
    """

    def open(self, *arguments, **keywords):
        answer = contextvars.Context().run(super().open, *arguments, **keywords)
        if has_app_context():
            from matchmaker.extensions import db

            db.session.rollback()
        return answer


def _in_own_context(method):
    """Let a method run without the app context that the test holds open."""

    @functools.wraps(method)
    def run(*arguments, **keywords):
        return contextvars.Context().run(method, *arguments, **keywords)

    return run


class Client:
    """A browser without script: follows forms, keeps its cookies, knows its token."""

    def __init__(self, app):
        self.app = app
        self.http = _OwnContextClient(app, app.response_class, use_cookies=True)

    def sign_in(self, user_id: int, membership: str | None = None) -> "Client":
        """Sign in as the user with this row id, without typing a password."""
        self._sign_in(user_id, membership)
        if has_app_context():
            from matchmaker.extensions import db

            db.session.rollback()  # reads afterwards what was written here
        return self

    @_in_own_context
    def _sign_in(self, user_id: int, membership: str | None) -> None:
        from matchmaker.extensions import db
        from matchmaker.models import SignInSession, User

        with self.app.app_context():
            uniquifier = db.session.get(User, user_id).fs_uniquifier
            row = SignInSession(user_id=user_id, device="Firefox/Linux")
            db.session.add(row)
            db.session.commit()
            public_id = row.public_id
        with self.http.session_transaction() as cookie:
            cookie["_user_id"] = uniquifier
            cookie["_fresh"] = True
            cookie["fs_paa"] = cookie["signed_in_at"] = cookie["seen_at"] = time.time()
            cookie["sign_in_row"] = public_id
            cookie["fs_cc"] = "set"
            if membership:
                cookie["membership"] = membership

    def get(self, path: str, **more):
        """Fetch a page."""
        return self.http.get(path, **more)

    @_in_own_context
    def token(self) -> str:
        """Return the request token of this session."""
        from flask import g
        from flask_wtf.csrf import generate_csrf

        with self.app.test_request_context(), self.http.session_transaction() as stored:
            from flask import session as current

            if "csrf_token" in stored:
                current["csrf_token"] = stored["csrf_token"]
            token = generate_csrf()
            stored["csrf_token"] = current["csrf_token"]
            g.pop("csrf_token", None)
        return token

    def post(self, path: str, data: dict | None = None, *, key: str | None = None, **more):
        """Send a form with its token and a resend key."""
        import secrets

        fields = {"csrf_token": self.token(), "idempotency_key": key or secrets.token_hex(12)}
        return self.http.post(path, data=fields | (data or {}), **more)


@pytest.fixture
def client(app):
    """Give a browser that nobody is signed in with."""
    return Client(app)


@pytest.fixture
def client_for(app):
    """Give a way to make one more browser, signed in as a user (a Membership or a User row)."""

    def make(who=None) -> Client:
        fresh = Client(app)
        if who is None:
            return fresh
        user_id = getattr(who, "user_id", None) or who.id
        return fresh.sign_in(user_id, getattr(who, "public_id", None))

    return make
