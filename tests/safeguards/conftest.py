"""A proposal in review, its two coordinators, and a way to answer its check."""

import pytest

from matchmaker.models import OfferDelivery
from matchmaker.safeguards.impact_service import Line, save_answers
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_offer,
    make_proposal,
    make_round,
)


@pytest.fixture
def coordinator(session):
    """Give a coordinator for all countries."""
    return make_coordinator(session, position="lead")


@pytest.fixture
def proposal(session, coordinator):
    """Give a proposal of the coordinator's round with every answer green."""
    return make_proposal(session, make_round(session, coordinator, status="in_review"))


@pytest.fixture
def first(coordinator):
    """Give the coordinator as an actor."""
    return actor_of(coordinator)


@pytest.fixture
def second(session, proposal):
    """Give another coordinator of the round."""
    return actor_of(coordinator_of(session, proposal.round))


@pytest.fixture
def answer(session, first, proposal):
    """Give a function that answers one question of the check."""

    def say(question, light="red", sentence="One group alone would gain."):
        save_answers(session, first, proposal, [Line(f"match.{question}", light, sentence)])

    return say


@pytest.fixture
def stated(session):
    """Give a function that makes an offer which says which partners it has on the ground."""

    def make(*countries, **more):
        offer = make_offer(session, delivery_stated=True, **more)
        offer.deliveries = [OfferDelivery(country=country) for country in countries]
        session.flush()
        return offer

    return make
