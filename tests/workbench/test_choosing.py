"""Choosing a need or an offer among thousands: found by words, 25 at a time, nothing lost."""

import re

import pytest

from matchmaker.models import Association
from matchmaker.rounds import service
from tests.factories import actor_of, make_coordinator, make_need, make_offer, make_round, signed_in
from tests.workbench.counting import MOST, queries_of

N_NEEDS, N_OFFERS = 30, 28


@pytest.fixture
def wide(session):
    """Give a coordinator with a solved round of more needs and offers than a page shows."""
    coordinator = make_coordinator(session)
    for n in range(N_NEEDS):
        make_need(session, title=f"Need of number {n:02}")
    for n in range(N_OFFERS):
        make_offer(session, title=f"Offer of number {n:02}")
    round_ = make_round(session, coordinator)
    service.run_round(session, actor_of(coordinator), round_)
    session.commit()
    return coordinator, round_


@pytest.fixture
def board(session, wide, client_for):
    """Give the coordinator's browser."""
    return signed_in(session, client_for, wide[0])


def page_of(board, wide, kind="lock", **query):
    url = f"/rounds/{wide[1].public_id}/scenarios/adjust"
    return board.get(url, query_string={"kind": kind, **query}).text


def choices(text, side):
    """Return the public ids offered on a side."""
    return re.findall(rf'name="{side}" type="radio" value="(\w+)"', text)


def test_both_sides_are_shown_25_at_a_time(board, wide):
    text = page_of(board, wide)
    assert (len(choices(text, "need")), len(choices(text, "offer"))) == (25, 25)
    assert f"Showing 1 to 25 of {N_NEEDS}" in text


def test_turning_the_page_of_one_side_leaves_the_other_where_it_is(board, wide):
    first = page_of(board, wide)
    text = page_of(board, wide, turn="need-2", need_page="1", offer_page="1")
    assert set(choices(text, "need")).isdisjoint(choices(first, "need"))
    assert len(choices(text, "need")) == N_NEEDS - 25
    assert choices(text, "offer") == choices(first, "offer")


def test_words_narrow_the_side_they_were_typed_for(board, wide):
    text = page_of(board, wide, find="need", need_words="number 07", need_page="2")
    assert (len(choices(text, "need")), len(choices(text, "offer"))) == (1, 25)
    assert 'value="number 07"' in text


def test_what_was_chosen_stays_when_somebody_searches_on(board, wide):
    chosen = choices(page_of(board, wide), "need")[0]
    text = page_of(board, wide, find="offer", need=chosen, need_words="number 29")
    assert re.search(rf'value="{chosen}"[^>]*checked', text)


def test_searching_does_not_go_on_to_the_price(board, wide):
    chosen = choices(page_of(board, wide), "need")[0]
    text = page_of(board, wide, kind="serve", find="need", need=chosen)
    assert "Show the price" in text
    assert "Who loses" not in text


def test_going_on_leads_to_the_price(board, wide):
    chosen = choices(page_of(board, wide), "need")[0]
    assert "Price of a change by hand" in page_of(board, wide, kind="serve", sent="1", need=chosen)


def test_enter_in_the_field_of_places_goes_on_and_new_words_search(board, wide):
    chosen = choices(page_of(board, wide, kind="offer_places"), "offer")[0]
    typed = {"kind": "offer_places", "find": "offer", "offer": chosen, "places": "1"}
    assert "Price of a change by hand" in page_of(board, wide, **typed)
    assert "Show the price" in page_of(board, wide, **typed, offer_words="number 07")
    same = {"offer_words": "number 07", "offer_found": "number 07"}
    assert "Price of a change by hand" in page_of(board, wide, **typed, **same)


def test_page_beyond_the_end_is_the_last_one(board, wide):
    text = page_of(board, wide, turn="need-99")
    assert f"Showing 26 to {N_NEEDS} of {N_NEEDS}" in text


def test_words_that_nobody_has_are_answered_in_words(board, wide):
    assert "Nothing found" in page_of(board, wide, kind="serve", find="need", need_words="zzz")


def test_offer_from_elsewhere_is_not_found_by_its_title(session, board, wide):
    session.get(Association, wide[0].association_id).scope = ["UA"]
    session.commit()
    text = page_of(board, wide, find="offer", offer_words="Offer of number")
    assert choices(text, "offer") == []
    assert "A municipality outside your scope" in page_of(board, wide)
    assert "Offer of number" not in page_of(board, wide)


def test_page_asks_few_queries(board, wide):
    url = f"/rounds/{wide[1].public_id}/scenarios/adjust?kind=lock"
    assert len(queries_of(board, url)) <= MOST
