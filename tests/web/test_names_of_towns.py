"""One name of a town on every page: in a script that the reader reads, else in Latin letters."""

from datetime import timedelta

import pytest

from matchmaker.rounds import service as rounds
from tests.factories import (
    actor_of,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
    make_round,
)
from tests.security.crawl import reachable

UNREADABLE = ("ዓዲ ብርሃን", "רמת תדהר", "神戸市")
ROOMS_OF_BOTH_NAMES = ("/municipalities", "/applications", "/engagements")
"""Where the name in the other script stands beside the first, and says that it is that."""


@pytest.fixture
def board(session, client_for):
    """Give a coordinator, who reads English, with a published round."""
    coordinator = make_coordinator(session)
    asking = make_municipality(session, name="Adi Birhan", local_name=UNREADABLE[0], country="ET")
    left = make_municipality(session, name="Ramat Tidhar", local_name=UNREADABLE[1], country="IL")
    helping = make_municipality(session, name="Kobe", local_name=UNREADABLE[2], country="JP")
    for town in (asking, left):
        make_need(session, make_requester(session, town), title="Water")
    make_offer(session, make_helper(session, helping), title="Help with water")
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    rounds.publish_round(session, actor_of(coordinator), round_, timedelta(0))
    session.commit()
    return client_for(coordinator)


def test_coordinator_reads_latin_names_on_every_page(board):
    pages = dict(reachable(board, starts=("/home",), most=3))
    assert {place.split("/")[1] for place in pages} >= {"needs", "offers", "rounds", "proposals"}
    seen = [
        (place, name)
        for place, answer in pages.items()
        for name in UNREADABLE
        if name in answer.text and not place.startswith(ROOMS_OF_BOTH_NAMES)
    ]
    assert seen == []


def test_unreadable_name_heads_no_page_and_no_row_of_municipalities(board):
    pages = dict(reachable(board, starts=("/municipalities",), most=3))
    headings = [answer.text.split("<h1")[1].split("</h1>")[0] for answer in pages.values()]
    assert any("Kobe" in heading for heading in headings)
    assert not any(name in heading for heading in headings for name in UNREADABLE)
