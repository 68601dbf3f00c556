"""One demonstration for all tests here: it is read, never written to."""

import shutil

import pytest

from tests.harness.apps import make_app


@pytest.fixture(scope="module")
def loaded_app(_sqlite_template, tmp_path_factory):
    """Give an app whose database holds the demonstration, freshly loaded."""
    from matchmaker.demonstration.load import load
    from matchmaker.extensions import db
    from matchmaker.unit_of_work import transaction

    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copyfile(_sqlite_template, folder / "tandem.sqlite")
    app = make_app(f"sqlite:///{folder / 'tandem.sqlite'}", folder)
    with app.app_context(), transaction() as work:
        load(work.session, folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demonstration(loaded_app):
    """Give a session on the loaded demonstration."""
    from matchmaker.extensions import db

    with loaded_app.app_context():
        yield db.session()
        db.session.rollback()
