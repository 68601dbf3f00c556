"""Bring a database to the present schema, and its taxonomy with it."""

import logging

import flask_migrate

from matchmaker.extensions import db
from matchmaker.models.reference import sync_topics


def upgrade_database() -> None:
    """Run the migrations up to the newest and bring the taxonomy into its table."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade()
    sync_topics(db.session())
    db.session.commit()
    db.session.remove()
