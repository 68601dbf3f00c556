"""The way of a hint and of a call: from the coordinator's page to the municipality's home."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.models import Hint, Municipality, Need, Offer, RoundNeed
from matchmaker.rounds import service
from matchmaker.vocabulary import TOPICS
from matchmaker.workbench import offers_wanted
from tests.factories import make_round, member_of, signed_in
from tests.rounds.conftest import fill
from tests.workbench.counting import MOST, queries_of


@pytest.fixture
def published(session, coordinator, actor):
    """Give a published round with seven needs and one offer."""
    fill(session, 7, 1)
    round_ = make_round(session, coordinator)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    session.commit()
    return round_


@pytest.fixture
def left(session, published):
    query = select(RoundNeed).where(RoundNeed.matched.is_(False)).order_by(RoundNeed.need_id)
    return session.scalars(query).first().need


@pytest.fixture
def offer(session, published):
    return session.scalars(select(Offer)).one()


@pytest.fixture
def board(session, coordinator, published, client_for):
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def helper(session, offer, client_for):
    """Give a browser of the helping municipality."""
    return signed_in(session, client_for, member_of(session, offer.municipality_id, "helper"))


def names_of(session):
    towns = session.scalars(select(Municipality).where(Municipality.country == "UA"))
    return [town.name for town in towns] + list(session.scalars(select(Need.title)))


def test_hint_reaches_the_home_page_of_the_other_side_without_a_name(
    session, board, helper, published, left, offer
):
    url = f"/rounds/{published.public_id}/unmatched/{left.public_id}"
    assert "Pass on" in board.get(url).text
    board.post(f"{url}/pass-on/{offer.public_id}")
    page = board.get(url).text
    assert "It has been passed on." in page and ">Pass on<" not in re.sub(r"\s+", "", page)
    home = helper.get("/home").text
    assert "A coordinator passed on a hint" in home
    hint = session.scalars(select(Hint)).one()
    page = helper.get(f"/hints/{hint.public_id}").text
    assert "raise the number of places" in page and offer.title in page
    assert not any(f">{name}<" in page or f"{name}," in page for name in names_of(session))


def test_hint_that_was_read_leaves_the_home_page(session, board, helper, published, left, offer):
    board.post(
        f"/rounds/{published.public_id}/unmatched/{left.public_id}/pass-on/{offer.public_id}"
    )
    hint = session.scalars(select(Hint)).one()
    helper.post(f"/hints/{hint.public_id}/seen")
    assert "A coordinator passed on a hint" not in helper.get("/home").text


def test_offer_that_is_not_near_cannot_be_passed_on(board, published, left):
    url = f"/rounds/{published.public_id}/unmatched/{left.public_id}/pass-on/unknown"
    assert board.post(url).status_code == 404


def test_hint_of_another_municipality_does_not_exist(
    session, board, published, left, offer, client_for
):
    board.post(
        f"/rounds/{published.public_id}/unmatched/{left.public_id}/pass-on/{offer.public_id}"
    )
    hint = session.scalars(select(Hint)).one()
    asker = signed_in(session, client_for, member_of(session, left.municipality_id, "requester"))
    assert asker.get(f"/hints/{hint.public_id}").status_code == 404
    assert board.get(f"/hints/{hint.public_id}").status_code == 404


def test_call_is_read_first_then_confirmed_then_sent_once(session, board, helper, published):
    url = f"/rounds/{published.public_id}/offers-wanted"
    page = board.get(url).text
    assert "About 5 municipalities ask for it." in page and "Ukraine (about 5)" in page
    question = board.get(f"{url}/send").text
    digest = re.search(r'name="digest" value="(\w+)"', question)[1]
    for _ in range(2):
        board.post(f"{url}/send", data={"digest": digest})
    assert len(session.scalars(select(Hint)).all()) == 1
    call = session.scalars(select(Hint)).one()
    assert "a call of your association" in helper.get("/home").text
    page = helper.get(f"/hints/{call.public_id}").text
    assert "Ukraine (about 5)" in page
    assert not any(name in page for name in names_of(session))


def test_call_of_a_large_round_waits_for_what_was_worked_out(
    session, board, published, monkeypatch
):
    monkeypatch.setattr(offers_wanted, "MOST_HERE", 0)
    url = f"/rounds/{published.public_id}/offers-wanted"
    assert "still being worked out" in board.get(url).text
    need = session.scalars(select(Need)).first()
    wanted = [[need.category, TOPICS[need.topics[0].topic_code].group]]
    published.overview = {**published.overview, "wanted": wanted}
    session.commit()
    assert "About 5 municipalities ask for it." in board.get(url).text


def test_call_that_has_changed_since_it_was_read_is_not_sent(session, board, published):
    url = f"/rounds/{published.public_id}/offers-wanted/send"
    page = board.post(url, data={"digest": "another"}, follow_redirects=True).text
    assert "has changed in the meantime" in page
    assert session.scalars(select(Hint)).all() == []


def test_call_as_a_file_holds_no_name(session, board, published):
    answer = board.post(f"/rounds/{published.public_id}/offers-wanted/download")
    assert answer.mimetype == "text/plain" and "Ukraine" in answer.text
    assert not any(name in answer.text for name in names_of(session))


def test_hidden_needs_are_in_no_call(session, board, published):
    for need in session.scalars(select(Need)).all()[:3]:
        need.hidden = True
    session.commit()
    page = board.get(f"/rounds/{published.public_id}/offers-wanted").text
    assert "There is nothing that may be told" in page


def test_pages_ask_the_database_few_times(board, published, left):
    for path in ("offers-wanted", "offers-wanted/send"):
        assert len(queries_of(board, f"/rounds/{published.public_id}/{path}")) <= MOST, path
