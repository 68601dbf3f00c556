"""The page of the people, and whom one acts for."""

import pytest

from matchmaker.extensions import db
from matchmaker.models import Membership
from tests.factories import (
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_requester,
    signed_in,
)


@pytest.fixture
def town(session):
    """Give a verified municipality."""
    return make_municipality(session)


def test_page_shows_labels_and_positions_and_addresses_to_who_is_in_charge(
    session, client_for, town
):
    head = make_requester(session, town, position="lead", label="Mayor’s office")
    colleague = make_helper(session, town, label="International office")
    session.commit()
    page = client_for(head).get("/people").text
    assert "International office" in page and colleague.user.email in page
    assert "In charge" in page
    other = client_for(colleague).get("/people").text
    assert "Mayor’s office" in other and head.user.email not in other
    assert "Suspend" not in other


def test_label_is_chosen_by_the_member(session, client_for, town):
    member = make_requester(session, town)
    browser = signed_in(session, client_for, member)
    assert browser.post("/people/label", {"label": "Water department"}).status_code == 303
    assert "Water department" in browser.get("/people").text
    assert browser.post("/people/label", {"label": "x" * 81}).status_code == 422


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
def test_suspended_colleague_is_out_with_the_next_request(session, client_for, town):
    head, colleague = make_requester(session, town, position="lead"), make_requester(session, town)
    session.commit()
    office, desk = client_for(head), client_for(colleague)
    assert desk.get("/needs").status_code == 200
    path = f"/people/{colleague.public_id}"
    assert office.post(f"{path}/suspend", {"reason": ""}).status_code == 422
    office.post(f"{path}/suspend", {"reason": "Left the office."})
    assert desk.get("/needs").status_code == 404
    office.post(f"{path}/restore", {"reason": "Came back."})
    assert desk.get("/needs").status_code == 200
    office.post(f"{path}/end", {"reason": "Retired."})
    assert desk.get("/needs").status_code == 404


@pytest.mark.control(24)
def test_charge_that_was_handed_over_is_gone_with_the_next_request(session, client_for, town):
    head, colleague = make_requester(session, town, position="lead"), make_requester(session, town)
    session.commit()
    office, desk = client_for(head), client_for(colleague)
    office.post(f"/people/{colleague.public_id}/hand-over", {"stays": "stay"})
    assert "You are asked to take charge" in desk.get("/home").text
    offered = desk.get("/people").text.split("/people/hand-over/")[1][:32]
    assert office.post(f"/people/hand-over/{offered}/confirm").status_code == 404
    desk.post(f"/people/hand-over/{offered}/confirm")
    assert office.get("/people/invite").status_code == 404
    assert desk.get("/people/invite").status_code == 200
    assert office.get("/needs").status_code == 200


def test_last_one_reads_what_to_do_before_leaving(session, client_for, town):
    head = make_requester(session, town, position="lead")
    make_need(session, head)
    browser = signed_in(session, client_for, head)
    assert "hand over first" in browser.get("/people/leave").text
    assert browser.post("/people/leave").status_code == 422
    assert browser.get("/needs").status_code == 200


def test_who_has_left_is_nobody_there(session, client_for, town):
    make_requester(session, town, position="lead")
    browser = signed_in(session, client_for, make_requester(session, town))
    assert browser.post("/people/leave").location == "/home"
    assert "You have left." in browser.get("/home").text
    assert browser.get("/people").status_code == 404


def session_cookie(browser):
    return browser.http.get_cookie("tandem").value


@pytest.mark.control(13)
@pytest.mark.asvs("7.2.4")
def test_town_that_asks_helps_too_and_the_switch_gives_a_new_session(session, client_for, town):
    head = make_requester(session, town, position="lead")
    browser = signed_in(session, client_for, head)
    assert "Choose" not in browser.get("/needs").text
    assert browser.post("/people/role").status_code == 303
    helper = session.query(Membership).filter_by(role="helper").one()
    page = browser.get("/needs").text
    assert "You act for:" in page and helper.public_id in page
    before = session_cookie(browser)
    browser.post("/account/membership", {"membership": helper.public_id})
    assert session_cookie(browser) != before
    assert browser.get("/offers").status_code == 200
    assert browser.get("/needs").status_code == 404
    assert browser.get("/people/invite").status_code == 200
    stale = client_for()
    stale.http.set_cookie("tandem", before)
    assert "/login" in stale.get("/offers").location


@pytest.mark.control(24)
def test_ended_choice_is_not_replaced_by_another_town_in_silence(app, session, client_for, town):
    first = make_requester(session, town)
    second = make_requester(session, user=first.user)
    session.commit()
    browser = client_for(second)
    assert browser.get("/needs").status_code == 200
    with app.app_context():
        table = Membership.__table__
        db.session.execute(table.update().where(table.c.id == second.id).values(status="ended"))
        db.session.commit()
    assert browser.get("/needs").status_code == 404
    assert "Choose whom you act for" in browser.get("/home").text
    browser.post("/account/membership", {"membership": first.public_id})
    assert browser.get("/needs").status_code == 200


def test_coordinator_sees_roles_and_no_addresses(session, client_for, town):
    member = make_requester(session, town, label="Mayor’s office")
    make_need(session, member)
    browser = signed_in(session, client_for, make_coordinator(session))
    assert town.name in browser.get("/people/without-anybody").text
    page = browser.get(f"/people/of/{town.public_id}").text
    assert "Mayor’s office" in page and member.user.email not in page
    browser.post(f"/people/{member.public_id}/appoint")
    session.refresh(member)
    assert member.position == "lead"
    assert town.name not in browser.get("/people/without-anybody").text


def test_person_with_two_roles_is_one_card_with_a_row_for_each_role(client_for, session):
    town = make_municipality(session)
    head = make_requester(session, town, position="lead")
    colleague = make_requester(session, town)
    second = make_helper(session, town, user=colleague.user)
    session.commit()
    page = client_for(head).get("/people").text
    cards = page.split('<div class="govuk-summary-card">')[1:]
    assert len(cards) == 2
    (card,) = (card for card in cards if colleague.user.email in card)
    assert card.count(colleague.user.email + "</bdi></dd>") == 1
    for words in ("Asks for help in the name", "Offers help in the name"):
        assert words in card
    for row in (colleague, second):
        assert f"/people/{row.public_id}/suspend" in card
