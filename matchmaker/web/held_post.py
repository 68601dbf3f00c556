"""A form that arrives after its session expired is kept, encrypted, for after signing in."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, g, request, session, url_for
from flask_security import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matchmaker.extensions import db
from matchmaker.models import HeldPost, User, now
from matchmaker.unit_of_work import transaction

OWNER_FIELD = "form_owner"
SESSION_KEY = "held_post"
NEVER_KEPT = {OWNER_FIELD, "csrf_token", "password", "password_confirm", "new_password", "code"}
OWNER_LIFETIME = timedelta(hours=24)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="form-owner")


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"held-post:" + current_app.config["FIELD_KEY"].encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def owner_token() -> str:
    """Return the signed mark of whose form this is; empty for an anonymous page."""
    if not current_user.is_authenticated:
        return ""
    return str(_signer().dumps(current_user.public_id))


def _owner() -> User | None:
    token = request.form.get(OWNER_FIELD, "")
    try:
        public_id = _signer().loads(token, max_age=int(OWNER_LIFETIME.total_seconds()))
    except BadSignature:
        return None
    return db.session.scalars(select(User).where(User.public_id == public_id)).one_or_none()


def _page_of(path: str) -> str:
    """Return the path where the form can be shown again: itself, or the home page."""
    adapter = current_app.url_map.bind("")
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return url_for("pages.home")
    return path


def hold_this_post() -> str:
    """Keep what was typed for its owner; return the address to go to after signing in."""
    page = _page_of(request.path)
    owner = _owner()
    if owner is None or page != request.path:
        return page
    owner_id = owner.id
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in NEVER_KEPT]
    token = secrets.token_urlsafe(32)
    with transaction() as work:
        work.session.execute(delete(HeldPost).where(HeldPost.expires_at < now()))
        work.session.add(
            HeldPost(
                token_digest=_digest(token),
                user_id=owner_id,
                path=request.path,
                ciphertext=_cipher().encrypt(json.dumps(fields).encode()),
                expires_at=now() + current_app.config["HELD_POST_LIFETIME"],
            )
        )
    session[SESSION_KEY] = token
    return request.full_path.rstrip("?")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def held_fields() -> MultiDict[str, str] | None:
    """Return what this person had typed on this page before the session expired, if anything."""
    token = session.get(SESSION_KEY)
    if token is None or not current_user.is_authenticated or request.method != "GET":
        return None
    if "held_fields" in g:
        held: MultiDict[str, str] = g.held_fields
        return held
    row = db.session.scalars(
        select(HeldPost).where(
            HeldPost.token_digest == _digest(token),
            HeldPost.user_id == current_user.id,
            HeldPost.path == request.path,
            HeldPost.expires_at >= now(),
        )
    ).one_or_none()
    if row is None:
        return None
    try:
        fields = json.loads(_cipher().decrypt(row.ciphertext))
    except InvalidToken:
        return None
    g.held_fields = MultiDict([(name, value) for name, value in fields])
    return g.held_fields
