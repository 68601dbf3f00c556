"""Withdrawing ends the matches that are not yet agreed, and stops at work that is."""

from datetime import timedelta

import pytest

from matchmaker.access import PLATFORM
from matchmaker.admin.invariants import breaks
from matchmaker.engagements import service as engagements
from matchmaker.errors import BadInput
from matchmaker.models import now
from matchmaker.proposals import service, withdrawal
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    coordinator_of,
    make_need,
    make_proposal,
    make_round,
    member_of,
    signed_in,
)

STAGES = ["proposed", "approved", "offered", "subject_to_council", "helper_accepted"]


@pytest.fixture
def proposal(session):
    """Give a proposal of a published round whose cool-off is over."""
    round_ = make_round(session, status="published", cool_off_ends_at=now() - timedelta(hours=1))
    return make_proposal(session, round_, make_need(session, status="matched"))


def helper(session, proposal):
    return member_of(session, proposal.offer.municipality_id, "helper")


def requester(session, proposal):
    return member_of(session, proposal.need.municipality_id, "requester")


def bring(session, proposal, stage):
    """Bring the proposal to a stage, by the steps that lead there."""
    if stage == "approved":
        proposal.round.cool_off_ends_at = now() + timedelta(hours=1)
    if stage != "proposed":
        signer = actor_of(coordinator_of(session, proposal.round))
        service.sign_proposal(session, signer, proposal)
    asked = {}
    if stage == "subject_to_council":
        asked = {"conditional": True, "lapses_on": (now() + timedelta(days=30)).date()}
    if stage in ("subject_to_council", "helper_accepted", "engaged"):
        service.accept_as_helper(session, actor_of(helper(session, proposal)), proposal, **asked)
    if stage == "engaged":
        actor = actor_of(requester(session, proposal))
        return service.accept_as_requester(session, actor, proposal)
    assert proposal.status == stage
    return None


def broken(session):
    """List what does not hold; rows of the factories have no audit trail of their own."""
    return [line for line in breaks(session) if "audit trail tells None" not in line]


@pytest.mark.parametrize("stage", STAGES)
def test_withdrawn_need_lets_go_of_its_matches_at_every_stage(session, proposal, stage):
    bring(session, proposal, stage)
    withdrawal.withdraw_need(session, actor_of(requester(session, proposal)), proposal.need)
    assert (proposal.status, proposal.need.status) == ("undone", "withdrawn")
    assert (proposal.offer.status, proposal.offer.places_taken) == ("open", 0)
    assert broken(session) == []


@pytest.mark.parametrize("stage", STAGES)
def test_withdrawn_offer_sends_its_needs_back_for_the_next_round(session, proposal, stage):
    bring(session, proposal, stage)
    withdrawal.withdraw_offer(session, actor_of(helper(session, proposal)), proposal.offer)
    assert (proposal.status, proposal.offer.status) == ("undone", "withdrawn")
    assert (proposal.need.status, proposal.need.places_taken) == ("verified", 0)
    assert broken(session) == []


def test_withdrawn_offer_leaves_the_matches_of_other_offers_alone(session, proposal):
    need = proposal.need
    need.places = 2
    other = make_proposal(session, proposal.round, need)
    bring(session, proposal, "offered")
    bring(session, other, "offered")
    withdrawal.withdraw_offer(session, actor_of(helper(session, proposal)), proposal.offer)
    assert (proposal.status, other.status, need.places_taken) == ("undone", "offered", 1)


def test_consortium_that_loses_too_many_helpers_is_released(session, proposal):
    need = proposal.need
    need.places, need.minimum = 2, 2
    other = make_proposal(session, proposal.round, need)
    bring(session, proposal, "offered")
    bring(session, other, "offered")
    withdrawal.withdraw_offer(session, actor_of(helper(session, proposal)), proposal.offer)
    assert (other.status, other.offer.status, need.status) == ("undone", "open", "verified")
    assert broken(session) == []


@pytest.mark.parametrize("side", ["need", "offer"])
def test_agreed_work_has_to_be_ended_before_withdrawing(session, proposal, side):
    engagement = bring(session, proposal, "engaged")
    act = getattr(withdrawal, f"withdraw_{side}")
    actor = actor_of((requester if side == "need" else helper)(session, proposal))
    with pytest.raises(BadInput, match="End that engagement first"):
        act(session, actor, getattr(proposal, side))
    engagements.end_engagement(session, actor, engagement, DeclineReason.OTHER)
    act(session, actor, getattr(proposal, side))
    assert getattr(proposal, side).status == "withdrawn"
    assert broken(session) == []


def test_need_whose_work_is_done_can_be_withdrawn(session, proposal):
    engagement = bring(session, proposal, "engaged")
    engagements.start_engagement(session, PLATFORM, engagement)
    engagements.complete_engagement(session, PLATFORM, engagement)
    withdrawal.withdraw_need(session, actor_of(requester(session, proposal)), proposal.need)
    assert (proposal.need.status, proposal.status) == ("withdrawn", "engaged")


def test_page_says_what_has_to_be_ended_first(session, client_for, proposal):
    bring(session, proposal, "engaged")
    reader = signed_in(session, client_for, requester(session, proposal))
    answer = reader.post(f"/needs/{proposal.need.public_id}/withdraw")
    assert answer.status_code == 422
    assert "End that engagement first" in answer.text


def test_other_side_is_told_on_its_page_that_the_match_is_off(session, client_for, proposal):
    bring(session, proposal, "offered")
    asking = requester(session, proposal)
    giving = helper(session, proposal)
    reader = signed_in(session, client_for, asking)
    answer = reader.post(f"/needs/{proposal.need.public_id}/withdraw")
    assert answer.status_code == 303
    page = client_for(giving).get(f"/proposals/{proposal.public_id}/answer")
    assert "undone" in page.text.lower() or "taken back" in page.text.lower()


def test_offer_withdrawn_on_the_site_frees_the_need(session, client_for, proposal):
    bring(session, proposal, "helper_accepted")
    reader = signed_in(session, client_for, helper(session, proposal))
    assert reader.post(f"/offers/{proposal.offer.public_id}/withdraw").status_code == 303
    session.expire_all()
    assert (proposal.need.status, proposal.need.places_taken) == ("verified", 0)
