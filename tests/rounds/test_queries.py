"""Who enters a round: verified needs and open offers of towns that take part."""

from matchmaker.access import Actor
from matchmaker.rounds.queries import needs_to_match, offers_to_match
from tests.factories import make_municipality, make_need, make_offer, make_requester

ACTOR = Actor()
"""Somebody whose scope is the whole world."""


def test_hidden_need_enters_no_round(session):
    make_need(session, hidden=True)
    assert needs_to_match(session, ACTOR) == []


def test_need_of_a_hidden_or_unverified_town_enters_no_round(session):
    for town in ({"hidden": True}, {"status": "registered"}, {"status": "suspended"}):
        make_need(session, make_requester(session, make_municipality(session, **town)))
    assert needs_to_match(session, ACTOR) == []


def test_offer_without_place_left_enters_no_round(session):
    make_offer(session, places=1, places_taken=1)
    assert offers_to_match(session, ACTOR) == []


def test_verified_need_of_a_verified_town_enters(session):
    need = make_need(session)
    assert needs_to_match(session, ACTOR) == [need]
