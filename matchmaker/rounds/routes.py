"""Routes of rounds: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")
