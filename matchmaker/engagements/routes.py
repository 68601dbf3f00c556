"""Routes of engagements: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("engagements", __name__, url_prefix="/engagements")
