"""The tests of this folder run without a database: the harness sees to it."""

import pytest
import sqlalchemy as sa


def test_database_cannot_be_opened_here():
    with pytest.raises(AssertionError, match="pure code opened a database"):
        sa.create_engine("sqlite://").connect()
