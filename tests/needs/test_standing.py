"""The page of a need says what happens next, whoever reads it and however the need ended."""

import pytest

from matchmaker.needs.standing import COORDINATOR_STEPS, HOW_CONFIRMED, NEXT_STEPS, STATUS_KINDS
from matchmaker.vocabulary import Channel, ConfirmedBy, NeedStatus
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)


def test_every_status_and_way_has_its_words():
    assert set(NEXT_STEPS) == set(STATUS_KINDS) == set(NeedStatus)
    assert set(HOW_CONFIRMED) == {(way, how) for way in Channel for how in ConfirmedBy}
    assert set(COORDINATOR_STEPS) < set(NeedStatus)


@pytest.mark.parametrize("status", ["withdrawn", "closed"])
def test_ended_need_can_be_used_for_a_new_one(session, client_for, status):
    member = make_requester(session)
    need = make_need(session, member, status=status)
    session.commit()
    page = client_for(member).get(f"/needs/{need.public_id}").text
    assert "as a start for a new one" in page
    assert f'action="/needs/{need.public_id}/copy"' in page


def test_withdrawn_draft_leads_to_another_need(session, client_for):
    member = make_requester(session)
    need = make_need(session, member, status="withdrawn", submitted_at=None, verified_at=None)
    session.commit()
    page = client_for(member).get(f"/needs/{need.public_id}").text
    assert "You can post another need" in page
    assert 'href="/needs/new"' in page


def test_coordinator_reads_that_the_town_has_withdrawn_it(session, client_for):
    need = make_need(session, status="withdrawn")
    coordinator = make_coordinator(session)
    session.commit()
    page = client_for(coordinator).get(f"/needs/{need.public_id}").text
    assert "The municipality has withdrawn this need" in page
    assert "You have withdrawn" not in page


def test_match_that_the_town_may_not_know_of_is_not_linked(session, client_for):
    member = make_requester(session)
    need = make_need(session, member, status="in_round")
    proposal = make_proposal(session, need=need, offer=make_offer(session), status="offered")
    session.commit()
    assert proposal.public_id not in client_for(member).get(f"/needs/{need.public_id}").text


def test_coordinator_of_the_round_is_led_to_the_proposed_match(session, client_for):
    coordinator = make_coordinator(session)
    need = make_need(session, status="in_round")
    proposal = make_proposal(session, make_round(session, coordinator, status="in_review"), need)
    session.commit()
    page = client_for(coordinator).get(f"/needs/{need.public_id}").text
    assert f"/proposals/{proposal.public_id}" in page
