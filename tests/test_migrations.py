"""Migrations go up, down and up again on both databases and agree with the models."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from matchmaker.access import PLATFORM
from matchmaker.audit import created
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Base, Municipality, Topic
from matchmaker.vocabulary import TOPICS
from tests.security import scene as scenes


def test_schema_of_the_migrations_is_the_schema_of_the_models(each_app):
    with each_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(each_app):
    with each_app.app_context():
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        flask_migrate.upgrade()
        assert "need" in inspect(db.engine).get_table_names()


FIRST_RELEASE = "002"


def test_rows_survive_the_way_down_to_the_first_release_and_up_again(each_app):
    """As an operator goes back a release and forward again, with data in every table."""
    with each_app.app_context():
        scenes.lay(db.session())
        before = _rows_of_first_release()
        contact = db.session.scalars(select(Municipality.contact_email)).all()
        db.session.remove()
        flask_migrate.downgrade(revision=FIRST_RELEASE)
        flask_migrate.upgrade()
        assert _rows_of_first_release() == before
        assert sorted(map(str, db.session.scalars(select(Municipality.contact_email)))) == sorted(
            map(str, contact)
        )
        db.session.remove()


def _rows_of_first_release():
    """Return table -> how many rows it holds, of the tables that every release has."""
    later = {"alembic_version", "topic"}
    counts = {
        name: db.session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
        for name in sorted(FIRST_TABLES - later)
    }
    assert sum(counts.values()) > 100
    return counts


FIRST_TABLES = {
    "association",
    "audit_event",
    "conflict_area",
    "decision",
    "engagement",
    "membership",
    "municipality",
    "need",
    "offer",
    "offer_area",
    "offer_delivery",
    "partner_organisation",
    "partnership",
    "proposal",
    "round",
    "user_account",
}


def test_taxonomy_is_in_its_table(each_app):
    with each_app.app_context():
        assert set(db.session.scalars(select(Topic.code))) == set(TOPICS)


@pytest.mark.control(21)
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET event = 'x'", "DELETE FROM audit_event"]
)
def test_database_refuses_to_change_the_audit_trail(each_app, statement):
    with each_app.app_context():
        created(db.session, PLATFORM, Municipality(name="T", country="BA"))
        db.session.commit()
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
        assert db.session.scalar(select(AuditEvent.event)) == "municipality.created"


def test_every_constraint_has_a_name():
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert unnamed == []
