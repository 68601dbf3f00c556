"""A solved round in review."""

import pytest

from matchmaker.rounds import service
from tests.factories import actor_of, make_coordinator, make_round
from tests.rounds.conftest import fill


@pytest.fixture
def coordinator(session):
    """Give a coordinator for all countries."""
    return make_coordinator(session)


@pytest.fixture
def actor(coordinator):
    """Give the coordinator as an actor."""
    return actor_of(coordinator)


@pytest.fixture
def solved(session, coordinator, actor):
    """Give a round in review with three needs and two offers, so that one need is left."""
    fill(session, 3, 2)
    round_ = make_round(session, coordinator)
    service.run_round(session, actor, round_)
    session.commit()
    return round_
