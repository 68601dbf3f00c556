"""Routes of proposals: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
