"""A match at each stage, and everybody who has to do with it."""

from dataclasses import dataclass
from typing import Any

import pytest

from matchmaker.extensions import db
from matchmaker.models import now
from matchmaker.proposals import service as proposals
from tests.factories import (
    actor_of,
    coordinator_of,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)


@dataclass
class Match:
    """A proposal and its people."""

    proposal: Any
    helper: Any
    asker: Any
    coordinator: Any
    engagement: Any = None
    abroad: Any = None

    def actor(self, name):
        return actor_of(getattr(self, name))


def make_match(session, *, reached=False, engaged=False) -> Match:
    """Make a match that was offered, accepted by the helper, or accepted by both."""
    town = make_municipality(session, name="Kharkiv", local_name="Харків", region="Kharkivska")
    helper, asker = make_helper(session), make_requester(session, town)
    round_ = make_round(session, status="published", published_at=now(), cool_off_ends_at=now())
    proposal = make_proposal(
        session,
        round_,
        make_need(session, asker, status="in_round"),
        make_offer(session, helper),
        status="approved",
    )
    match = Match(proposal, helper, asker, coordinator_of(session, round_))
    proposals.offer_proposal(session, match.actor("coordinator"), proposal)
    if reached or engaged:
        proposals.accept_as_helper(session, match.actor("helper"), proposal)
    if engaged:
        match.engagement = proposals.accept_as_requester(session, match.actor("asker"), proposal)
    session.commit()
    return match


@pytest.fixture
def offered(app):
    """Give a match of which the asking side does not know."""
    with app.app_context():
        yield make_match(db.session())


@pytest.fixture
def reached(app):
    """Give a match that the helping side has accepted."""
    with app.app_context():
        yield make_match(db.session(), reached=True)


@pytest.fixture
def engaged(app):
    """Give a match that both sides have accepted."""
    with app.app_context():
        yield make_match(db.session(), engaged=True)
