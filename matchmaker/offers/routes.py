"""Routes of offers: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("offers", __name__, url_prefix="/offers")
