"""The pages of an engagement: for its two sides and its coordinators only."""

import pytest
from sqlalchemy import select

from matchmaker.engagements import queries
from matchmaker.engagements.service import open_engagement
from matchmaker.models import AuditEvent, Engagement
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
