"""The world that the tests of this folder act in."""

import pytest

from matchmaker.extensions import db
from tests.security import scene as scenes


@pytest.fixture
def scene(app):
    """Give the world, laid and committed; no session of it stays open."""
    with app.app_context():
        laid = scenes.lay(db.session())
        db.session.remove()
    return laid
