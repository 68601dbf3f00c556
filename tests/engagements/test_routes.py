"""The pages of an engagement: for its two sides and its coordinators only."""

import re

import pytest
from sqlalchemy import select

from matchmaker.engagements import queries
from matchmaker.engagements.service import open_engagement
from matchmaker.models import AuditEvent, Engagement, Notice, now
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    member_of,
    signed_in,
)


@pytest.fixture
def engagement(session):
    """Give a planned engagement, committed."""
    town = make_municipality(
        session, country="NL", contact_email="desk@helping.example", contact_role="Desk"
    )
    offer = make_offer(session, make_helper(session, town), status="full", places_taken=1)
    proposal = make_proposal(
        session,
        make_round(session, status="published"),
        make_need(session, status="matched", places_taken=1),
        offer,
        status="engaged",
        places_held=True,
        offered_at=now(),
        helper_accepted_at=now(),
    )
    coordinator = actor_of(coordinator_of(session, proposal.round))
    made = open_engagement(session, coordinator, proposal)
    session.commit()
    return made


@pytest.fixture
def address(engagement):
    return f"/engagements/{engagement.public_id}"


@pytest.fixture
def helper(session, engagement, client_for):
    browser = signed_in(
        session, client_for, member_of(session, engagement.proposal.offer.municipality_id, "helper")
    )
    session.commit()
    return browser


@pytest.fixture
def requester(session, engagement, client_for):
    need = engagement.proposal.need
    browser = signed_in(session, client_for, member_of(session, need.municipality_id, "requester"))
    session.commit()
    return browser


def status(session):
    session.rollback()
    return session.scalars(select(Engagement.status)).one()


def test_work_is_started_paused_resumed_and_completed(session, helper, requester, address):
    for browser, step, after in (
        (helper, "start", "active"),
        (requester, "pause", "paused"),
        (helper, "resume", "active"),
        (requester, "complete", "completed"),
    ):
        browser.post(f"{address}/{step}")
        assert status(session) == after


def test_completed_work_is_not_paused(helper, address):
    for step in ("start", "complete"):
        helper.post(f"{address}/{step}")
    assert helper.post(f"{address}/pause").status_code == 409


def test_ending_early_asks_for_a_reason(session, requester, address):
    assert requester.post(f"{address}/end").status_code == 422
    requester.post(f"{address}/end", {"reason": "safety"})
    assert status(session) == "ended"
    assert "Safety of our people or of yours" in requester.get(address).text


def test_contact_stands_behind_a_button_and_is_written_down(session, requester, address):
    assert "desk@helping.example" not in requester.get(address).text
    assert "desk@helping.example" in requester.post(f"{address}/contact").text
    session.rollback()
    shown = select(AuditEvent).where(AuditEvent.event == "contact.shown")
    assert len(session.scalars(shown).all()) == 1


def test_own_contact_is_not_what_is_shown(helper, address):
    assert "desk@helping.example" not in helper.post(f"{address}/contact").text


@pytest.mark.control(22)
@pytest.mark.parametrize("step", ["complete", "end"])
def test_contact_is_closed_once_the_engagement_has_ended(helper, requester, address, step):
    helper.post(f"{address}/start")
    helper.post(f"{address}/{step}", {"reason": "capacity"})
    answer = requester.post(f"{address}/contact")
    assert answer.status_code == 404
    assert "desk@helping.example" not in answer.text
    assert f"{address}/contact" not in requester.get(address).text


def test_completing_is_confirmed_on_a_page_that_says_what_follows(session, requester, address):
    requester.post(f"{address}/start")
    facts = requester.get(address).text
    assert f'action="{address}/complete"' not in facts
    assert f'govuk-button--secondary" href="{address}/complete"' in facts
    assert facts.index("Who and what") < facts.index(f"{address}/complete")
    page = requester.get(f"{address}/complete")
    assert "It cannot be taken back" in page.text
    assert "What remains" in page.text
    assert status(session) == "active"


def test_completing_is_not_offered_where_it_is_not_possible(requester, address):
    answer = requester.get(f"{address}/complete")
    assert answer.status_code == 303
    assert answer.location == address


def test_second_confirmation_sent_again_changes_nothing(session, requester, address):
    requester.post(f"{address}/start")
    for _ in range(2):
        answer = requester.post(f"{address}/complete", key="once")
        assert answer.status_code == 303
    events = select(AuditEvent).where(AuditEvent.event == "engagement.completed")
    session.rollback()
    assert len(session.scalars(events).all()) == 1


def test_other_side_is_told_that_the_work_is_completed(session, requester, engagement, address):
    helper = member_of(session, engagement.proposal.offer.municipality_id, "helper").user_id
    session.commit()
    requester.post(f"{address}/start")
    requester.post(f"{address}/complete")
    session.rollback()
    told = select(Notice.user_id).where(Notice.kind == "engagement_ended")
    assert helper in session.scalars(told).all()


def test_shown_contact_is_where_the_page_opens(requester, address):
    assert f'action="{address}/contact#contact"' in requester.get(address).text
    shown = requester.post(f"{address}/contact").text
    assert re.search(r'<h2[^>]* id="contact" tabindex="-1">', shown)


@pytest.mark.parametrize("make", [make_helper, make_requester, make_coordinator])
def test_strangers_see_no_engagement(session, client_for, address, make):
    stranger = signed_in(session, client_for, make(session))
    session.commit()
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/contact").status_code == 404
    assert "No engagements yet" in stranger.get("/engagements").text


def test_coordinator_of_the_round_sees_it(session, client_for, engagement, address):
    board = signed_in(session, client_for, coordinator_of(session, engagement.proposal.round))
    session.commit()
    assert board.get(address).status_code == 200
    assert engagement.proposal.need.municipality.name in board.get("/engagements").text


def test_each_side_is_told_that_it_can_start(session, engagement):
    helper = actor_of(member_of(session, engagement.proposal.offer.municipality_id, "helper"))
    assert queries.engagements_waiting_for(session, helper) == [engagement]
    assert queries.n_engagements(session, helper, "planned") == 1
    assert queries.engagements_waiting_for(session, actor_of(make_helper(session))) == []


def test_page_of_the_matched_need_leads_to_the_engagement(requester, engagement, address):
    page = requester.get(f"/needs/{engagement.proposal.need.public_id}").text
    assert "both sides have agreed" in page
    assert f'href="{address}"' in page


def test_page_of_the_full_offer_leads_to_the_engagement(helper, engagement, address):
    assert f'href="{address}"' in helper.get(f"/offers/{engagement.proposal.offer.public_id}").text
