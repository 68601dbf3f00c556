"""Rows become the input of matching: keys only, unknown stays unknown, queries stay few."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from matchmaker.access import Actor
from matchmaker.extensions import db
from matchmaker.matching.wishes import mutual_pairs
from matchmaker.models import ConflictArea, Partnership, now
from matchmaker.rounds import queries
from matchmaker.rounds.snapshot import take_snapshot
from tests.factories import TODAY, make_municipality, make_need, make_offer, member_of
from tests.rounds.conftest import fill

ACTOR = Actor()
"""Somebody whose scope is the whole world."""


@contextmanager
def counted():
    """Count the statements that are executed."""
    statements = []

    def note(connection, cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def taken(session):
    session.expire_all()
    needs, offers = queries.needs_to_match(session, ACTOR), queries.offers_to_match(session, ACTOR)
    return take_snapshot(session, needs, offers, TODAY)


def test_number_of_queries_does_not_grow_with_the_rows(session):
    fill(session, 2, 2)
    with counted() as few:
        taken(session)
    for _ in range(10):
        make_need(session)
        make_offer(session)
    with counted() as many:
        taken(session)
    assert len(few) == len(many)


def test_no_name_and_no_text_goes_in(session):
    (need,), (offer,) = fill(session, 1, 1)
    text = taken(session).to_json()
    for secret in (need.title, need.description, offer.title, need.municipality.name):
        assert secret not in text


def test_what_was_not_stated_stays_unknown(session):
    fill(session, 1, 1)
    record = taken(session).offers[0]
    assert (record.areas, record.delivery, record.context_languages) == (None, None, None)


def test_what_was_stated_as_none_is_none(session):
    make_need(session)
    make_offer(session, areas_stated=True, delivery_stated=True, context_languages=[])
    record = taken(session).offers[0]
    assert (record.areas, record.delivery, record.context_languages) == ((), (), ())


def test_ties_to_third_towns_are_taken_in(session):
    (need,), (offer,) = fill(session, 1, 1)
    friend = make_municipality(session, country="PL")
    for town in (need.municipality_id, offer.municipality_id):
        session.add(Partnership(a_id=town, b_id=friend.id))
    session.flush()
    snapshot = taken(session)
    assert len(snapshot.ties) == 2
    assert friend.public_id in {town.key for town in snapshot.towns}
    assert ("PL", "UA") in snapshot.neighbours


def test_nearest_area_wins(session):
    fill(session, 0, 1)
    town = make_municipality(session, region="Lviv")
    make_need(session, member_of(session, town.id, "requester"))
    session.add(
        ConflictArea(
            level="region",
            country="UA",
            region="Lviv",
            place_key="UA/Lviv/",
            phase="actual",
            presence="none",
            confirmed_at=now(),
        )
    )
    session.flush()
    assert taken(session).needs[0].presence == "none"


def test_expired_area_counts_as_restricted(session):
    fill(session, 1, 1)
    session.query(ConflictArea).update({"valid_until": TODAY.replace(year=2020)})
    assert taken(session).needs[0].presence == "restricted"


@pytest.mark.parametrize("make", [make_need, make_offer])
def test_names_that_were_ruled_out_are_found_when_the_round_is_frozen(session, make):
    row = make(session, veto_names=["besancon, fr", "Nobody Knows It"], veto_countries=["XK"])
    (make_offer if make is make_need else make_need)(session)
    town = make_municipality(session, name="Besançon", country="FR")
    snapshot = taken(session)
    by_key = {record.key: record for record in (*snapshot.needs, *snapshot.offers)}
    record = by_key[row.public_id]
    assert (record.veto_towns, record.veto_countries) == ((town.public_id,), ("XK",))


def test_town_that_registered_after_it_was_ruled_out_is_ruled_out(session):
    make_need(session, veto_names=["Latecomer"])
    make_offer(session)
    assert taken(session).needs[0].veto_towns == ()
    late = make_municipality(session, name="Latecomer")
    assert taken(session).needs[0].veto_towns == (late.public_id,)


@pytest.fixture
def pair(session):
    """Give a need and an offer whose towns can be named."""
    need, offer = make_need(session), make_offer(session)
    need.municipality.name, offer.municipality.name = "Askington", "Helpstad"
    session.flush()
    return need, offer


def test_wish_that_both_sides_named_is_found_in_other_letters_and_by_a_former_name(session, pair):
    need, offer = pair
    need.wish_names, offer.wish_names = ["місто Гелпстад"], ["Old Askington"]
    offer.municipality.local_name = "Гелпстад"
    need.municipality.former_names = [["Old Askington", None, need.municipality.region]]
    session.flush()
    assert mutual_pairs(taken(session)) == ((need.public_id, offer.public_id),)


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("name", ["Askington", "Helpstad", "Kharkiv", "Nowhereville"])
def test_wish_of_one_side_leaves_no_trace_in_the_input(session, pair, who, name):
    before = taken(session).digest
    pair[who].wish_names = [name]
    session.flush()
    assert taken(session).digest == before


def test_wish_for_a_whole_country_is_none(session, pair):
    need, offer = pair
    need.wish_names, offer.wish_names = ["Netherlands"], ["Askington"]
    session.flush()
    assert offer.municipality.country == "NL"
    assert mutual_pairs(taken(session)) == ()


def test_wish_of_before_the_question_was_asked_is_none(session, pair):
    for row in pair:
        row.wish_names = None
    session.flush()
    assert mutual_pairs(taken(session)) == ()
