"""The pages that show a solved round: what they say, what they leave out, how many queries."""

import pytest
from sqlalchemy import select

from matchmaker.models import Municipality, Need, Offer, Proposal, RoundNeed, RoundOffer
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    make_coordinator,
    make_need,
    make_offer,
    make_round,
    signed_in,
)
from tests.rounds.conftest import fill
from tests.rounds.test_snapshot import counted

LISTS = ("proposals", "unmatched", "unused", "helpers")
OTHERS = ("", "/pairs", "/window", "/map")


@pytest.fixture
def board(session, solved, coordinator, client_for):
    """Give the coordinator's browser."""
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def address(solved):
    """Give the address of the solved round."""
    return f"/rounds/{solved.public_id}"


def asked(board, address):
    """Return the statements of a page that was opened before, without those of every page."""
    board.get(address)
    with counted() as bare:
        board.get("/rounds/new")
    with counted() as all_:
        assert board.get(address).status_code == 200
    return len(all_) - len(bare)


def test_pages_ask_few_queries_whatever_the_number_of_rows(session, board, address, client_for):
    paths = [*(f"/{name}" for name in LISTS), *OTHERS]
    few = {path: asked(board, address + path) for path in paths}
    other = make_coordinator(session)
    for _ in range(9):
        make_need(session)
        make_offer(session)
    for _ in range(3):  # some needs are left here too
        make_need(session)
    round_ = make_round(session, other)
    service.run_round(session, actor_of(other), round_)
    larger, address = signed_in(session, client_for, other), f"/rounds/{round_.public_id}"
    assert {path: asked(larger, address + path) for path in paths} == few
    assert {path: n for path, n in few.items() if n > 8} == {}


def test_round_page_shows_the_figures_and_leads_to_the_filtered_list(board, address):
    text = board.get(address).text
    assert "Worst-off served need" in text and "never partners (100\u00a0%)" in text
    assert f"{address}/unmatched?reason=lost_competition" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?status=proposed&signatures=none&least=1&most=100", 2),
        ("?status=approved", 0),
        ("?signatures=complete", 0),
        ("?category=lobby", 0),
        ("?category=project", 2),
        ("?most=0", 0),
        ("?reason=heart", 0),
        ("?status=nonsense&least=x&country=ZZ&page=99", 2),
    ],
)
def test_proposals_are_narrowed_by_the_address(session, board, address, query, found):
    text = board.get(f"{address}/proposals{query}").text
    ids = session.scalars(select(Proposal.public_id)).all()
    assert sum(f"/proposals/{one}" in text for one in ids) == found


def test_proposal_that_is_over_misses_no_signature(session, board, address, actor):
    over, waits = session.scalars(select(Proposal).order_by(Proposal.id)).all()
    proposals.reject_proposal(session, actor, over, DeclineReason.CAPACITY)
    session.commit()
    for signatures in ("missing", "none"):
        text = board.get(f"{address}/proposals?signatures={signatures}").text
        assert f"/proposals/{waits.public_id}" in text
        assert f"/proposals/{over.public_id}" not in text


@pytest.mark.parametrize(("reason", "found"), [("lost_competition", True), ("no_place", False)])
def test_needs_left_are_narrowed_by_the_reason(session, board, address, reason, found):
    left = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    text = board.get(f"{address}/unmatched?reason={reason}").text
    assert (f"/unmatched/{left.need.public_id}" in text) is found


def test_offer_that_is_not_used_is_listed_with_its_reason(session, board, address):
    row = session.scalars(select(RoundOffer)).first()
    row.n_pairs, row.reason_code = 0, "no_candidate"
    session.commit()
    text = board.get(f"{address}/unused").text
    assert row.offer.title in text and "It meets the conditions of no need." in text


def test_helping_municipality_is_listed_with_pairs_and_places(session, board, address):
    town = session.scalars(select(Offer)).first().municipality
    text = board.get(f"{address}/helpers").text
    assert town.name in text and "100\u00a0%" in text


def test_hidden_town_is_in_no_list_and_no_window(session, board, address):
    left = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    pages = ("/unmatched", "/window")
    assert all(left.need.public_id in board.get(address + page).text for page in pages)
    left.need.municipality.hidden = True
    session.commit()
    assert not any(left.need.public_id in board.get(address + page).text for page in pages)


def test_window_says_in_words_what_stands_at_a_pair(session, board, address):
    text = board.get(f"{address}/window").text
    proposal = session.scalars(select(Proposal)).first()
    score = round(100 * proposal.score)
    link = f'{score} <a class="govuk-link" href="/proposals/{proposal.public_id}">proposed</a>'
    assert link in " ".join(text.split())
    assert text.count('scope="row"') == 3


def test_window_outside_the_table_is_brought_inside(board, address):
    assert board.get(f"{address}/window?need=99999&offer=-5&needs=9999&offers=x").status_code == 200


def test_heat_map_holds_no_name_and_no_key(session, board, address):
    text = board.get(f"{address}/pairs").text
    drawn = text[text.index('<svg class="tandem-heat"') : text.index("tandem-legend")]
    names = {town.name for town in session.scalars(select(Municipality))}
    keys = {row.public_id for row in session.scalars(select(Need))}
    assert "<path" in drawn and not [word for word in names | keys if word in drawn]


def test_heat_map_is_not_drawn_once_the_scope_has_lapsed(session, coordinator, board, address):
    assert "tandem-heat__part" in board.get(f"{address}/pairs").text
    coordinator.association.scope = ["MD"]
    session.commit()
    assert "tandem-heat__part" not in board.get(f"{address}/pairs").text


def test_needs_beyond_the_scope_leave_the_window(session, coordinator, board, address):
    coordinator.association.scope = ["MD"]
    session.commit()
    text = board.get(f"{address}/window").text
    assert 'scope="row"' not in text
    towns = {row.municipality.name for row in session.scalars(select(Offer))}
    assert not [name for name in towns if name in text]
    assert "A municipality outside your scope" in text


def test_round_that_was_not_solved_has_no_such_pages(session, coordinator, board):
    round_ = make_round(session, coordinator)
    session.commit()
    for page in (*(f"/{name}" for name in LISTS), *OTHERS[1:]):
        assert board.get(f"/rounds/{round_.public_id}{page}").status_code == 404


def test_pages_weigh_little(board, address):
    for page in (*(f"/{name}" for name in LISTS), *OTHERS):
        assert len(board.get(address + page).data) < 40 * 1024


def test_more_needs_than_a_page_are_paged(session, coordinator, client_for):
    fill(session, 27, 1)
    round_ = make_round(session, coordinator)
    service.run_round(session, actor_of(coordinator), round_)
    board = signed_in(session, client_for, coordinator)
    address = f"/rounds/{round_.public_id}/unmatched"
    assert board.get(address).text.count('scope="row"') == 25
    assert board.get(f"{address}?page=2").text.count('scope="row"') == 1
    assert board.get(f"{address}?page=7").text.count('scope="row"') == 1
