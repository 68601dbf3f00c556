"""Routes of needs: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("needs", __name__, url_prefix="/needs")
