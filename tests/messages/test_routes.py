"""Conversations on the page: who gets there, what is asked before sending, what is never lost."""

import pytest
from sqlalchemy import func, select

from matchmaker.extensions import db
from matchmaker.messages import service
from matchmaker.models import Message, Proposal
from matchmaker.vocabulary import Side
from tests.factories import (
    coordinator_of,
    make_association,
    make_coordinator,
    make_helper,
    make_requester,
)
from tests.messages.conftest import make_match

TEXT = "How many kilometres of pipe are there?"


def address(match, end=""):
    return f"/messages/proposals/{match.proposal.public_id}{end}"


def texts():
    db.session.rollback()
    return list(db.session.scalars(select(Message.text).order_by(Message.id)))


def test_helper_asks_a_question_from_the_answer_page(offered, client_for):
    browser = client_for(offered.helper)
    page = browser.get(f"/proposals/{offered.proposal.public_id}/answer")
    assert f'href="{address(offered)}"' in page.text
    answer = browser.post(address(offered), {"text": TEXT})
    assert (answer.status_code, answer.location) == (303, address(offered))
    assert TEXT in browser.get(address(offered)).text
    assert TEXT in client_for(offered.coordinator).get(address(offered)).text


def test_page_says_what_becomes_of_the_date(offered, client_for):
    assert "does not move this date" in client_for(offered.helper).get(address(offered)).text


@pytest.mark.asvs("2.3.3")
def test_message_sent_twice_under_one_key_is_one_message(offered, client_for):
    browser = client_for(offered.helper)
    codes = {
        browser.post(address(offered), {"text": TEXT}, key="k" * 24).status_code for _ in range(3)
    }
    assert codes == {303}
    assert texts() == [TEXT]


def test_empty_message_is_refused_and_nothing_is_lost(offered, client_for):
    answer = client_for(offered.coordinator).post(address(offered), {"text": "Twelve"})
    assert answer.status_code == 422
    assert "Twelve" in answer.text
    assert client_for(offered.helper).post(address(offered), {"text": " "}).status_code == 422


@pytest.mark.control(4)
def test_own_name_is_asked_about_before_it_is_sent(reached, client_for):
    browser, words = client_for(reached.asker), "У Харкові все гаразд"
    answer = browser.post(address(reached), {"text": words})
    assert answer.status_code == 422
    assert "may tell which place or person" in answer.text
    assert words in answer.text
    assert texts() == []
    assert browser.post(address(reached), {"text": words, "anyway": "y"}).status_code == 303
    assert texts() == [words]


@pytest.mark.control(4)
def test_coordinator_is_asked_before_the_helper_reads_the_name_of_the_town(reached, client_for):
    browser = client_for(reached.coordinator)
    answer = browser.post(address(reached), {"text": "They are in Kharkiv", "to": "helper"})
    assert answer.status_code == 422
    assert (
        browser.post(
            address(reached), {"text": "They are in Kharkiv", "to": "requester"}
        ).status_code
        == 303
    )


@pytest.mark.control(4)
def test_warning_is_no_way_to_guess_the_name_of_a_town_elsewhere(reached, client_for):
    session = db.session()
    abroad = make_coordinator(session, make_association(session, scope=["NL"]))
    reached.proposal.signature_reasons = ["across_scopes"]
    session.commit()
    browser = client_for(abroad)
    assert browser.get(address(reached)).status_code == 200
    sent = {"text": "They are in Kharkiv", "to": "helper"}
    assert browser.post(address(reached), sent).status_code == 303
    assert "Kharkiv" not in browser.get("/messages").text


def test_message_to_pass_on_comes_back_in_the_box_for_the_other_side(reached, client_for):
    browser = client_for(reached.coordinator)
    client_for(reached.helper).post(address(reached), {"text": TEXT})
    message = db.session.scalars(select(Message)).one()
    page = browser.get(address(reached, f"?pass_on={message.public_id}"))
    assert page.text.count(TEXT) == 2
    assert texts() == [TEXT]


def test_message_of_another_conversation_is_not_passed_on(reached, client_for):
    other = make_match(db.session(), reached=True)
    client_for(other.helper).post(address(other), {"text": "canary"})
    message = db.session.scalars(select(Message)).one()
    browser = client_for(reached.coordinator)
    assert "canary" not in browser.get(address(reached, f"?pass_on={message.public_id}")).text


def test_neither_page_shows_the_name_of_the_other_side_before_both_have_accepted(
    reached, client_for
):
    need, offer = reached.proposal.need.municipality, reached.proposal.offer.municipality
    helper, asker = client_for(reached.helper), client_for(reached.asker)
    for path in (address(reached), "/messages"):
        assert need.name not in helper.get(path).text
        assert offer.name not in asker.get(path).text


@pytest.mark.control(11)
@pytest.mark.asvs("8.2.2", "8.4.1")
@pytest.mark.parametrize("end", ["", "/date.ics"])
def test_conversation_does_not_exist_for_others(offered, client_for, end):
    session = db.session()
    others = [make_helper(session), make_requester(session), make_coordinator(session)]
    others += [make_helper(session, offered.asker.municipality), offered.asker]
    session.commit()
    for other in others:
        assert client_for(other).get(address(offered, end)).status_code == 404
        assert client_for(other).post(address(offered), {"text": "x"}).status_code in (404,)
    assert texts() == []


@pytest.mark.control(24)
def test_conversation_is_gone_with_the_next_request_of_a_suspended_town(offered, client_for):
    browser = client_for(offered.helper)
    assert browser.get(address(offered)).status_code == 200
    town = offered.proposal.offer.municipality
    town.status = town.moved_to = "suspended"
    db.session.commit()
    for path in (address(offered), address(offered, "/date.ics")):
        assert browser.get(path).status_code == 404
    assert browser.post(address(offered), {"text": TEXT}).status_code == 404


def test_engagement_has_a_conversation_of_its_own(engaged, client_for):
    path = f"/messages/engagements/{engaged.engagement.public_id}"
    assert client_for(engaged.asker).post(path, {"text": "Kharkiv greets you"}).status_code == 303
    for who in (engaged.helper, engaged.coordinator):
        assert "Kharkiv greets you" in client_for(who).get(path).text
    assert path in client_for(engaged.helper).get("/messages").text


def test_words_of_a_side_that_has_hidden_itself_are_not_shown(engaged, client_for):
    path = f"/messages/engagements/{engaged.engagement.public_id}"
    client_for(engaged.asker).post(path, {"text": "canary"})
    engaged.proposal.need.municipality.hidden = True
    db.session.commit()
    assert "canary" not in client_for(engaged.helper).get(path).text
    assert "canary" in client_for(engaged.asker).get(path).text


def test_menu_counts_what_is_new_until_it_is_marked_as_read(offered, client_for):
    browser = client_for(offered.helper)
    assert "Messages (1)" not in browser.get("/home").text
    client_for(offered.coordinator).post(address(offered), {"text": "Twelve", "to": "helper"})
    assert "Messages (1)" in browser.get(address(offered)).text
    assert "Messages (1)" in browser.get("/home").text
    assert browser.post(address(offered, "/read")).status_code == 303
    assert "Messages (1)" not in browser.get("/home").text


def test_long_conversation_is_cut_into_pages(offered, client_for):
    for number in range(30):
        service.write_about_proposal(
            db.session(),
            offered.actor("coordinator"),
            offered.proposal,
            f"line {number}.",
            Side.HELPER,
        )
    db.session.commit()
    page = client_for(offered.helper).get(address(offered)).text
    assert page.count("line ") == 25
    assert "line 29." in page
    assert "line 0." in client_for(offered.helper).get(address(offered, "?page=2")).text


def test_coordinator_gives_more_time_once(offered, client_for):
    browser, before = client_for(offered.coordinator), offered.proposal.answer_by
    assert "Give two more weeks" in browser.get(address(offered)).text
    assert browser.post(address(offered, "/more-time")).status_code == 303
    db.session.rollback()
    after = db.session.get(Proposal, offered.proposal.id).answer_by
    assert (after - before).days == 14
    assert "Give two more weeks" not in browser.get(address(offered)).text
    assert client_for(offered.helper).post(address(offered, "/more-time")).status_code == 404


def test_calendar_file_tells_the_day_and_nothing_else(offered, client_for):
    answer = client_for(offered.helper).get(address(offered, "/date.ics"))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="date.ics"'
    day = offered.proposal.answer_by.strftime("%Y%m%d")
    assert f"DTSTART;VALUE=DATE:{day}" in answer.text
    secrets = [offered.proposal.public_id, offered.proposal.need.title]
    secrets += [offered.proposal.offer.title, "Kharkiv", "Town"]
    assert [secret for secret in secrets if secret in answer.text] == []


def test_list_of_conversations_is_cut_into_pages(app, client_for, session):
    coordinator = None
    for _ in range(26):
        match = make_match(session)
        if coordinator is None:
            coordinator = coordinator_of(session, match.proposal.round)
        match.proposal.round.association_id = coordinator.association_id
        service.write_about_proposal(session, match.actor("helper"), match.proposal, TEXT)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Message)) == 26
    page = client_for(coordinator).get("/messages").text
    assert "Showing 1 to 25 of 26" in page
