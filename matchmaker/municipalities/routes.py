"""Routes of municipalities: thin, each guarded."""

from flask import Blueprint

blueprint = Blueprint("municipalities", __name__, url_prefix="/municipalities")
