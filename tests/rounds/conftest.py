"""A small round: two needs and two offers that fit, on each database where a test asks for it."""

from datetime import timedelta

import pytest

from matchmaker.models import ConflictArea, now
from tests.factories import TODAY, actor_of, make_coordinator, make_need, make_offer, make_round


def fill(session, n_needs=2, n_offers=2):
    """Make needs and offers that fit each other, in an area where presence is possible."""
    session.add(
        ConflictArea(
            level="country",
            country="UA",
            place_key="UA//",
            phase="actual",
            presence="possible",
            confirmed_at=now(),
            valid_until=TODAY + timedelta(days=3650),
        )
    )
    needs = [make_need(session) for _ in range(n_needs)]
    offers = [make_offer(session) for _ in range(n_offers)]
    session.flush()
    return needs, offers


@pytest.fixture
def coordinator(session):
    """Give a coordinator for all countries."""
    return make_coordinator(session)


@pytest.fixture
def actor(coordinator):
    """Give the coordinator as an actor."""
    return actor_of(coordinator)


@pytest.fixture
def round_(session, coordinator):
    """Give an open round of the coordinator's association."""
    return make_round(session, coordinator)
