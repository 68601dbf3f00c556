"""A form that arrives after its session expired is kept, encrypted, for after signing in."""

import hashlib
import json
import secrets
from datetime import timedelta

from flask import current_app, g, request, session, url_for
from flask_security import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matchmaker.extensions import db
from matchmaker.models import HeldPost, User, now
from matchmaker.models.encrypted import WrongKey, key_ring
from matchmaker.unit_of_work import transaction

OWNER_FIELD = "form_owner"
SESSION_KEY = "held_post"
NEVER_KEPT = {OWNER_FIELD, "csrf_token", "password", "password_confirm", "new_password", "code"}
OWNER_LIFETIME = timedelta(hours=24)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="form-owner")


def _place(user_id: int, path: str, token_digest: str) -> str:
    """Return what a held form is sealed to: a person, an address and the session with the token.

    Put into the row of anybody else, or of another page or session, it does not open.
    """
    return json.dumps(["held_post", user_id, path, token_digest])


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
    session[SESSION_KEY] = keep_fields(owner.id)
    return request.full_path.rstrip("?")


def keep_fields(owner_id: int, instead_of: str = "") -> str:
    """Keep the fields of this request for its owner; return the token that finds them again.

    `instead_of` is the token of what was kept before and is not wanted any more.
    """
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in NEVER_KEPT]
    token = secrets.token_urlsafe(32)
    place = _place(owner_id, request.path, _digest(token))
    with transaction() as work:
        work.session.execute(
            delete(HeldPost).where(
                (HeldPost.expires_at < now()) | (HeldPost.token_digest == _digest(instead_of))
            )
        )
        work.session.add(
            HeldPost(
                token_digest=_digest(token),
                user_id=owner_id,
                path=request.path,
                ciphertext=key_ring().seal(json.dumps(fields), place).encode(),
                expires_at=now() + current_app.config["HELD_POST_LIFETIME"],
            )
        )
    return token


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
    fields = kept_fields(token, request.path)
    if fields is not None:
        g.held_fields = fields
    return fields


def kept_fields(token: str, path: str) -> MultiDict[str, str] | None:
    """Return what this person's request to this path had brought, while it is kept."""
    row = db.session.scalars(
        select(HeldPost).where(
            HeldPost.token_digest == _digest(token),
            HeldPost.user_id == current_user.id,
            HeldPost.path == path,
            HeldPost.expires_at >= now(),
        )
    ).one_or_none()
    if row is None:
        return None
    try:
        sealed = row.ciphertext.decode("ascii", "replace")
        fields = json.loads(key_ring().open(sealed, _place(current_user.id, path, _digest(token))))
    except WrongKey:
        return None
    return MultiDict([(name, value) for name, value in fields])
