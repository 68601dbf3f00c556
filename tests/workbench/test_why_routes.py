"""The pages that say why, why not and how sure: what is read, by whom, with few queries."""

import pytest
from sqlalchemy import select

from matchmaker.models import Association, Proposal, RoundNeed
from tests.factories import make_coordinator, make_need, make_offer, make_round, signed_in
from tests.workbench.counting import MOST, queries_of


@pytest.fixture
def pair(session, solved):
    """Give a proposed pair."""
    return session.scalars(select(Proposal).where(Proposal.round_id == solved.id)).first()


@pytest.fixture
def left(session, solved):
    """Give the need that was left."""
    return session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one().need


@pytest.fixture
def board(session, coordinator, solved, client_for):
    """Give a browser in which the coordinator is signed in."""
    return signed_in(session, client_for, coordinator)


def answer_url(solved, need, offer):
    return f"/rounds/{solved.public_id}/why-not/need/{need.public_id}/{offer.public_id}"


def test_answer_names_who_would_lose(board, solved, pair, left):
    page = board.get(answer_url(solved, left, pair.offer)).text
    assert "is left without help." in page and "What the pair scores" in page


def test_answer_says_that_a_proposed_pair_is_in_the_result(board, solved, pair):
    assert (
        "This pair is in the result." in board.get(answer_url(solved, pair.need, pair.offer)).text
    )


def test_list_of_offers_leads_to_the_answers(board, solved, pair, left):
    page = board.get(f"/rounds/{solved.public_id}/why-not/need/{left.public_id}").text
    assert answer_url(solved, left, pair.offer) in page


def test_list_of_needs_leads_to_the_answers(board, solved, pair, left):
    page = board.get(f"/rounds/{solved.public_id}/why-not/offer/{pair.offer.public_id}").text
    assert answer_url(solved, left, pair.offer) in page


def test_search_finds_by_name_of_the_municipality(board, solved, pair, left):
    url = f"/rounds/{solved.public_id}/why-not/need/{left.public_id}"
    assert (
        board.get(f"{url}?words={pair.offer.municipality.name}").text.count("/why-not/need/") >= 1
    )
    assert "Nothing found" in board.get(f"{url}?words=Nowhere").text


def test_search_does_not_find_a_municipality_elsewhere(
    session, coordinator, solved, pair, left, client_for
):
    name = pair.offer.municipality.name
    session.get(Association, coordinator.association_id).scope = ["UA"]
    board = signed_in(session, client_for, coordinator)
    url = f"/rounds/{solved.public_id}/why-not/need/{left.public_id}"
    assert name not in board.get(url).text
    assert "A municipality outside your scope" in board.get(url).text
    assert "Nothing found" in board.get(f"{url}?words={name}").text
    assert name not in board.get(answer_url(solved, left, pair.offer)).text


def test_need_that_is_hidden_has_no_page(session, board, solved, pair, left):
    left.hidden = True
    session.commit()
    for url in (
        answer_url(solved, left, pair.offer),
        f"/rounds/{solved.public_id}/why-not/need/{left.public_id}",
    ):
        assert board.get(url).status_code == 404


def test_offer_whose_town_is_hidden_has_no_page(session, board, solved, pair, left):
    pair.offer.municipality.hidden = True
    session.commit()
    assert board.get(answer_url(solved, left, pair.offer)).status_code == 404
    page = board.get(f"/rounds/{solved.public_id}/why-not/need/{left.public_id}").text
    assert pair.offer.public_id not in page


def test_need_of_no_round_and_unsolved_round_have_no_page(session, board, coordinator, solved):
    other, offer = make_need(session), make_offer(session)
    unsolved = make_round(session, coordinator)
    session.commit()
    assert board.get(answer_url(solved, other, offer)).status_code == 404
    assert (
        board.get(f"/rounds/{unsolved.public_id}/why-not/need/{other.public_id}").status_code == 404
    )


def test_other_association_sees_nothing(session, solved, pair, left, client_for):
    stranger = signed_in(session, client_for, make_coordinator(session))
    for url in (
        answer_url(solved, left, pair.offer),
        f"/rounds/{solved.public_id}/why-not/need/{left.public_id}",
        f"/proposals/{pair.public_id}/sure",
    ):
        assert stranger.get(url).status_code == 404


def test_need_and_offer_lead_to_their_round(board, solved, pair):
    page = board.get(f"/needs/{pair.need.public_id}")
    assert f"/needs/{pair.need.public_id}/why-not" in page.text
    target = board.get(f"/needs/{pair.need.public_id}/why-not").location
    assert target.endswith(f"/rounds/{solved.public_id}/why-not/need/{pair.need.public_id}")
    target = board.get(f"/offers/{pair.offer.public_id}/why-not").location
    assert target.endswith(f"/rounds/{solved.public_id}/why-not/offer/{pair.offer.public_id}")


def test_need_that_was_in_no_round_says_so(session, board):
    need = make_need(session)
    session.commit()
    page = board.get(f"/needs/{need.public_id}/why-not", follow_redirects=True).text
    assert "It has not been in a round that was solved." in page


def test_proposal_says_that_another_result_is_as_good(board, pair):
    page = board.get(f"/proposals/{pair.public_id}").text
    assert "Another result without this pair is just as good" in page


def test_sureness_tells_the_share_of_trials_and_the_tie(board, pair):
    page = board.get(f"/proposals/{pair.public_id}/sure").text
    assert "solved 100 times with other weights" in page
    assert "Another result that is just as good does without this pair" in page


def test_pages_ask_the_database_few_times_however_many_rows(
    session, board, coordinator, solved, pair, left
):
    urls = [
        f"/proposals/{pair.public_id}",
        f"/proposals/{pair.public_id}/sure",
        f"/rounds/{solved.public_id}/why-not/need/{left.public_id}",
        f"/rounds/{solved.public_id}/why-not/offer/{pair.offer.public_id}",
        answer_url(solved, left, pair.offer),
    ]
    for url in urls:
        assert len(queries_of(board, url)) <= MOST, url
