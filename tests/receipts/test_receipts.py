"""A code on paper tells where something stands, and neither what nor who."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.codes import grouped, new_code
from matchmaker.extensions import limiter
from matchmaker.models import Receipt, now
from matchmaker.needs import service
from matchmaker.receipts.queries import standing_of, subject_of
from matchmaker.receipts.service import give_receipt, renew_receipt
from tests.factories import (
    actor_of,
    make_coordinator,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
)
from tests.harness.apps import Client, make_app


@pytest.fixture
def member(session):
    return make_requester(session)


@pytest.fixture
def need(session, member):
    return make_need(session, member, status="submitted")


@pytest.fixture
def code(session, member, need):
    code = give_receipt(session, actor_of(member), need).code
    session.commit()
    return code


def test_submitted_need_has_a_receipt(session, member):
    need = make_need(session, member, status="draft", submitted_at=None)
    service.submit_need(session, actor_of(member), need)
    assert session.scalars(select(Receipt.need_id)).one() == need.id


def test_second_submission_keeps_the_code(session, member, need, code):
    assert give_receipt(session, actor_of(member), need).code == code


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("submitted", "received"),
        ("returned", "question"),
        ("verified", "considered"),
        ("in_round", "considered"),
        ("unmatched", "considered"),
        ("matched", "news"),
        ("closed", "closed"),
        ("withdrawn", "closed"),
    ],
)
def test_need_stands_at_a_neutral_word(session, member, status, word):
    assert standing_of(session, make_need(session, member, status=status)) == word


def test_match_that_waits_for_the_town_is_news(session, member):
    need = make_need(session, member, status="in_round")
    make_proposal(session, need=need, status="helper_accepted", helper_accepted_at=now())
    assert standing_of(session, need) == "news"


def test_match_that_waits_for_the_city_is_news_to_it_alone(session, member):
    need, offer = make_need(session, member, status="in_round"), make_offer(session)
    make_proposal(session, need=need, offer=offer, status="offered", offered_at=now())
    assert (standing_of(session, offer), standing_of(session, need)) == ("news", "considered")


@pytest.mark.control(1)
def test_page_answers_with_the_word_and_nothing_of_the_need(client, need, code):
    page = client.post("/where", {"code": grouped(code)}).text
    assert "Received" in page
    for secret in (need.title, need.municipality.name, need.public_id, need.description):
        assert secret not in page


@pytest.mark.control(17)
@pytest.mark.asvs("6.3.8")
def test_unknown_expired_and_replaced_codes_get_the_same_answer(
    session, client, need, code, member
):
    import re

    def asked(digits):
        page = client.post("/where", {"code": digits})
        return page.status_code, re.sub(r'value="[^"]{20,}"', "", page.text)

    unknown = asked(new_code(16))
    renew_receipt(session, actor_of(member), need)
    session.commit()
    replaced = asked(code)
    session.execute(update(Receipt).values(expires_at=now() - timedelta(days=1)))
    fresh_code = session.scalars(select(Receipt)).one().code
    session.commit()
    assert asked(fresh_code) == replaced == unknown


def test_slip_is_told_before_anything_is_looked_up(client, code):
    answer = client.post("/where", {"code": code[:-1] + str((int(code[-1]) + 1) % 10)})
    assert answer.status_code == 422
    assert "Compare with the paper" in answer.text


@pytest.mark.control(7)
@pytest.mark.asvs("2.4.1")
def test_guessing_is_limited(sqlite_url, tmp_path):
    browser = Client(make_app(sqlite_url, tmp_path, RATELIMIT_ENABLED=True))
    codes = [browser.post("/where", {"code": new_code(16)}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_guessing_from_many_networks_is_limited(sqlite_url, tmp_path):
    app = make_app(sqlite_url, tmp_path, RATELIMIT_ENABLED=True)
    limiter.reset()
    networks = [f"203.0.113.{n}" for n in range(1, 8)]
    codes = []
    for network in networks:
        browser, sender = Client(app), {"REMOTE_ADDR": network}
        for _ in range(9):
            answer = browser.post("/where", {"code": new_code(16)}, environ_base=sender)
            codes.append(answer.status_code)
    assert codes == [200] * 60 + [429] * 3


def test_coordinator_with_the_code_is_led_to_the_page(session, client_for, need, code):
    coordinator = make_coordinator(session)
    session.commit()
    page = client_for(coordinator).post("/where", {"code": code}).text
    assert f"/needs/{need.public_id}" in page


def test_helper_with_the_code_is_not_led_on(session, client_for, need, code):
    helper = make_helper(session)
    session.commit()
    assert need.public_id not in client_for(helper).post("/where", {"code": code}).text


def test_paper_names_neither_place_nor_cause(client_for, member, need, code):
    page = client_for(member).get(f"/needs/{need.public_id}/receipt").text
    main = page[page.index("<main") : page.index("</main")]
    assert grouped(code) in main
    assert need.title not in main and need.municipality.name not in main


def test_receipt_says_what_it_is_and_what_its_code_can_do(client_for, member, need, code):
    page = client_for(member).get(f"/needs/{need.public_id}/receipt").text
    assert "this receipt stands for it" in page and "What you can do with the code" in page
    assert 'href="/where"' in page


def test_code_is_at_rest_as_digest_and_ciphertext_only(session, code):
    from sqlalchemy import text

    rows = session.execute(text("SELECT * FROM receipt")).all()
    assert code not in str(rows)
    assert subject_of(session, code) is not None


def test_offer_has_a_receipt_too(session, client_for):
    helper = make_helper(session)
    offer = make_offer(session, helper)
    session.commit()
    browser = client_for(helper)
    browser.post(f"/offers/{offer.public_id}/receipt")
    session.rollback()
    code = session.scalars(select(Receipt)).one().code
    assert grouped(code) in browser.get(f"/offers/{offer.public_id}/receipt").text
    assert "Being considered" in browser.post("/where", {"code": code}).text
