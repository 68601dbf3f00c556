"""Bring a database to the present schema, and its taxonomy with it."""

import logging

import flask_migrate
from flask import Flask
from sqlalchemy.exc import OperationalError

from matchmaker.extensions import db
from matchmaker.models.encrypted import WrongKey
from matchmaker.models.key_check import check_key, lay_key_check
from matchmaker.models.reference import sync_topics


def upgrade_database() -> None:
    """Run the migrations up to the newest and bring the taxonomy into its table.

    Raises
    ------
    WrongKey
        If the database was sealed with a key that is not given; nothing is changed.
    """
    check_key(db.session())
    db.session.remove()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade()
    lay_key_check(db.session())
    sync_topics(db.session())
    db.session.commit()
    db.session.remove()


def refuse_wrong_key(app: Flask) -> None:
    """Refuse to go on with a database that another key has sealed; call before it is used.

    A database that cannot be reached now is no wrong key: /readyz and each command tell that.

    Raises
    ------
    WrongKey
        With words for whoever starts the platform.
    """
    with app.app_context():
        try:
            check_key(db.session())
        except OperationalError:
            db.session.rollback()
        except WrongKey as wrong:
            raise WrongKey(
                f"This database was sealed with another key ({wrong}). Set MATCHMAKER_FIELD_KEY "
                "to the key it was sealed with; while keys are changed, name the old one in "
                "MATCHMAKER_FIELD_KEYS_OLD. Nothing was read or written."
            ) from None
        finally:
            db.session.remove()
            db.engine.dispose()
