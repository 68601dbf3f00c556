"""Two addresses for whoever watches over the machine: does the process live, can it work."""

from pathlib import Path

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.admin.health import failing
from matchmaker.extensions import db
from matchmaker.web.guard import guard

blueprint = Blueprint("health", __name__)
NEVER_KEPT = {"Cache-Control": "no-store"}


@blueprint.get("/healthz")
@guard(Permission.SEE_PUBLIC_PAGE)
def alive() -> ResponseReturnValue:
    """Say that the process answers; asks nothing of the database."""
    return jsonify(status="ok"), 200, NEVER_KEPT


@blueprint.get("/readyz")
@guard(Permission.SEE_PUBLIC_PAGE)
def ready() -> ResponseReturnValue:
    """Say whether the platform can work, or the code of the first thing that fails."""
    failed = failing(db.session(), Path(current_app.instance_path))
    if failed:
        return jsonify(status="not ok", code=failed[0]), 503, NEVER_KEPT | {"Retry-After": "10"}
    return jsonify(status="ok"), 200, NEVER_KEPT
