"""Decisions on proposals: who signed, what they hold, and what becomes of both sides."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.access import PLATFORM
from matchmaker.audit import move
from matchmaker.engagements import service as engagements
from matchmaker.errors import AlreadyChanged, BadInput, NoPlaceLeft, WrongStep
from matchmaker.models import Decision, now
from matchmaker.proposals import queries, service
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    coordinator_of,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_round,
    member_of,
)


@pytest.fixture
def open_round(session):
    """Give a published round whose cool-off is over."""
    return make_round(session, status="published", cool_off_ends_at=now() - timedelta(hours=1))


@pytest.fixture
def proposal(session, open_round):
    """Give a proposal of that round."""
    return make_proposal(session, open_round, make_need(session, status="matched"))


def signer(session, proposal):
    return actor_of(coordinator_of(session, proposal.round))


def helper(session, proposal):
    return actor_of(member_of(session, proposal.offer.municipality_id, "helper"))


def requester(session, proposal):
    return actor_of(member_of(session, proposal.need.municipality_id, "requester"))


def offered(session, proposal):
    service.sign_proposal(session, signer(session, proposal), proposal)
    return proposal


def engaged(session, proposal):
    offered(session, proposal)
    service.accept_as_helper(session, helper(session, proposal), proposal)
    return service.accept_as_requester(session, requester(session, proposal), proposal)


def test_one_signature_approves_and_takes_both_places(session):
    proposal = make_proposal(session)
    service.sign_proposal(session, signer(session, proposal), proposal)
    assert proposal.status == "approved"
    assert (proposal.need.places_taken, proposal.offer.places_taken) == (1, 1)
    assert proposal.offer.status == "full"


def test_first_of_two_signatures_takes_nothing(session):
    proposal = make_proposal(session, required_signatures=2)
    service.sign_proposal(session, signer(session, proposal), proposal)
    assert proposal.status == "proposed"
    assert proposal.offer.places_taken == 0


def test_second_person_completes_two_signatures(session):
    proposal = make_proposal(session, required_signatures=2)
    for _ in range(2):
        service.sign_proposal(session, signer(session, proposal), proposal)
    assert proposal.status == "approved"


def test_same_person_cannot_sign_twice(session):
    proposal = make_proposal(session, required_signatures=2)
    actor = signer(session, proposal)
    service.sign_proposal(session, actor, proposal)
    with pytest.raises(BadInput, match="second person"):
        service.sign_proposal(session, actor, proposal)


def test_signature_of_a_suspended_person_does_not_count(session):
    proposal = make_proposal(session, required_signatures=2)
    first = coordinator_of(session, proposal.round)
    service.sign_proposal(session, actor_of(first), proposal)
    move(session, PLATFORM, first, "suspended")
    service.sign_proposal(session, signer(session, proposal), proposal)
    assert proposal.status == "proposed"


def test_offer_without_place_cannot_be_approved(session):
    offer = make_offer(session, status="full", places_taken=1)
    proposal = make_proposal(session, offer=offer)
    with pytest.raises(NoPlaceLeft):
        service.sign_proposal(session, signer(session, proposal), proposal)


@pytest.mark.parametrize("status", ["paused", "withdrawn"])
def test_offer_that_is_gone_cannot_be_approved(session, status):
    proposal = make_proposal(session, offer=make_offer(session, status=status))
    with pytest.raises(AlreadyChanged):
        service.sign_proposal(session, signer(session, proposal), proposal)


def test_suspended_town_cannot_be_matched(session):
    town = make_municipality(session, status="suspended")
    member = member_of(session, town.id, "requester")
    need = make_need(session, member, status="in_round")
    proposal = make_proposal(session, need=need)
    with pytest.raises(AlreadyChanged):
        service.sign_proposal(session, signer(session, proposal), proposal)


def test_closed_round_takes_no_signature(session):
    proposal = make_proposal(session, make_round(session, status="closed"))
    with pytest.raises(WrongStep):
        service.sign_proposal(session, signer(session, proposal), proposal)


def test_approval_in_a_published_round_reaches_the_helper_at_once(session, proposal):
    assert offered(session, proposal).status == "offered"
    assert proposal.answer_by > now() + timedelta(days=20)


def test_approved_waits_while_cooling_off(session):
    cooling = make_round(session, status="published", cool_off_ends_at=now() + timedelta(hours=1))
    proposal = make_proposal(session, cooling, make_need(session, status="matched"))
    service.sign_proposal(session, signer(session, proposal), proposal)
    assert proposal.status == "approved"
    with pytest.raises(WrongStep):
        service.offer_proposal(session, PLATFORM, proposal)


def test_due_proposals_are_those_whose_cool_off_is_over(session):
    cooling = make_round(session, status="published", cool_off_ends_at=now() + timedelta(hours=1))
    proposal = make_proposal(session, cooling, make_need(session, status="matched"))
    service.sign_proposal(session, signer(session, proposal), proposal)
    assert queries.proposals_due_to_offer(session, now()) == []
    later = now() + timedelta(hours=2)
    assert queries.proposals_due_to_offer(session, later) == [proposal.public_id]


def test_reject_gives_the_places_back(session):
    proposal = make_proposal(session)
    service.sign_proposal(session, signer(session, proposal), proposal)
    service.reject_proposal(
        session, signer(session, proposal), proposal, DeclineReason.SAFETY, "private"
    )
    assert (proposal.status, proposal.offer.status) == ("rejected", "open")
    assert (proposal.need.places_taken, proposal.offer.places_taken) == (0, 0)


def test_both_acceptances_open_an_engagement(session, proposal):
    engagement = engaged(session, proposal)
    assert (proposal.status, engagement.status) == ("engaged", "planned")
    assert proposal.need.status == "matched"


def test_requester_cannot_answer_before_the_helper(session, proposal):
    offered(session, proposal)
    with pytest.raises(WrongStep):
        service.accept_as_requester(session, requester(session, proposal), proposal)


def test_decline_of_the_helper_frees_both_and_sends_the_need_back(session, proposal):
    offered(session, proposal)
    service.decline(session, helper(session, proposal), proposal, "helper", DeclineReason.CAPACITY)
    assert (proposal.status, proposal.need.status) == ("declined", "verified")
    assert (proposal.need.places_taken, proposal.offer.places_taken) == (0, 0)


def test_decline_out_of_turn_is_refused(session, proposal):
    offered(session, proposal)
    with pytest.raises(WrongStep):
        service.decline(
            session, requester(session, proposal), proposal, "requester", DeclineReason.OTHER
        )


def test_requester_may_decline_after_the_helper_accepted(session, proposal):
    offered(session, proposal)
    service.accept_as_helper(session, helper(session, proposal), proposal)
    service.decline(
        session, requester(session, proposal), proposal, "requester", DeclineReason.SAFETY
    )
    assert proposal.status == "declined"


def test_conditional_acceptance_holds_the_place_until_its_date(session, proposal):
    offered(session, proposal)
    day = (now() + timedelta(days=40)).date()
    actor = helper(session, proposal)
    service.accept_as_helper(session, actor, proposal, conditional=True, lapses_on=day)
    assert proposal.status == "subject_to_council"
    assert proposal.offer.places_taken == 1
    assert queries.proposals_due_to_lapse(session, now() + timedelta(days=39)) == []
    assert len(queries.proposals_due_to_lapse(session, now() + timedelta(days=42))) == 1


def test_conditional_acceptance_needs_a_date_in_the_future(session, proposal):
    offered(session, proposal)
    with pytest.raises(BadInput):
        service.accept_as_helper(
            session, helper(session, proposal), proposal, conditional=True, lapses_on=now().date()
        )


def test_council_may_agree_later(session, proposal):
    offered(session, proposal)
    actor, day = helper(session, proposal), (now() + timedelta(days=40)).date()
    service.accept_as_helper(session, actor, proposal, conditional=True, lapses_on=day)
    service.accept_as_helper(session, actor, proposal)
    assert proposal.status == "helper_accepted"


def test_unanswered_proposal_lapses_after_its_date_only(session, proposal):
    offered(session, proposal)
    with pytest.raises(WrongStep):
        service.lapse_proposal(session, PLATFORM, proposal)
    service.lapse_proposal(session, PLATFORM, proposal, now() + timedelta(days=22))
    assert (proposal.status, proposal.need.status) == ("lapsed", "verified")


def test_undo_frees_the_places_whoever_has_answered(session, proposal):
    offered(session, proposal)
    service.accept_as_helper(session, helper(session, proposal), proposal)
    service.undo_proposal(session, signer(session, proposal), proposal, DeclineReason.POLITICAL)
    assert (proposal.status, proposal.offer.places_taken) == ("undone", 0)


def test_engaged_proposal_cannot_be_undone(session, proposal):
    engaged(session, proposal)
    with pytest.raises(WrongStep):
        service.undo_proposal(session, signer(session, proposal), proposal, DeclineReason.OTHER)


def test_need_with_places_left_goes_back_for_the_rest(session, open_round):
    need = make_need(session, status="matched", places=2)
    proposal = make_proposal(session, open_round, need)
    engaged(session, proposal)
    assert (need.status, need.places_taken) == ("verified", 1)


def test_need_waits_while_another_answer_is_out(session, open_round):
    need = make_need(session, status="matched", places=2)
    first, second = (make_proposal(session, open_round, need) for _ in range(2))
    offered(session, second)
    engaged(session, first)
    assert need.status == "matched"


def test_consortium_that_cannot_be_met_is_released(session, open_round):
    need = make_need(session, status="matched", places=2, minimum=2)
    first, second = (make_proposal(session, open_round, need) for _ in range(2))
    engagement = engaged(session, first)
    offered(session, second)
    service.decline(session, helper(session, second), second, "helper", DeclineReason.TIMING)
    assert (engagement.status, need.status, need.places_taken) == ("ended", "verified", 0)
    assert first.offer.places_taken == 0


def test_ended_engagement_frees_the_offer_and_the_need(session, proposal):
    engagement = engaged(session, proposal)
    engagements.end_engagement(session, helper(session, proposal), engagement, DeclineReason.SAFETY)
    assert (engagement.status, proposal.need.status) == ("ended", "verified")
    assert (proposal.offer.status, proposal.offer.places_taken) == ("open", 0)


def test_completed_engagement_keeps_its_places(session, proposal):
    engagement = engaged(session, proposal)
    actor = helper(session, proposal)
    for step in (
        engagements.start_engagement,
        engagements.pause_engagement,
        engagements.resume_engagement,
        engagements.complete_engagement,
    ):
        step(session, actor, engagement)
    assert (engagement.status, proposal.need.status) == ("completed", "matched")
    assert proposal.offer.places_taken == 1


def test_paused_engagement_is_not_started_but_resumed(session, proposal):
    engagement = engaged(session, proposal)
    with pytest.raises(WrongStep):
        engagements.resume_engagement(session, helper(session, proposal), engagement)


def test_proposal_of_a_withdrawn_need_is_taken_back(session, open_round):
    proposal = make_proposal(session, open_round, make_need(session, status="withdrawn"))
    assert queries.orphaned_proposals(session) == [proposal.public_id]
    service.withdraw_orphan(session, PLATFORM, proposal)
    assert (proposal.status, proposal.need.status) == ("undone", "withdrawn")


def test_coordinator_is_shown_what_waits_for_the_own_signature(session):
    proposal = make_proposal(session, required_signatures=2)
    actor = signer(session, proposal)
    assert queries.proposals_awaiting_signature_of(session, actor) == [proposal]
    service.sign_proposal(session, actor, proposal)
    assert queries.proposals_awaiting_signature_of(session, actor) == []


def test_each_side_is_shown_its_own_turn_only(session, proposal):
    offered(session, proposal)
    giving, asking = helper(session, proposal), requester(session, proposal)
    assert queries.answers_waiting_for(session, giving) == [proposal]
    assert queries.answers_waiting_for(session, asking) == []
    service.accept_as_helper(session, giving, proposal)
    assert queries.answers_waiting_for(session, giving) == []
    assert queries.answers_waiting_for(session, asking) == [proposal]


def test_no_is_never_stored_without_a_reason(session, proposal):
    offered(session, proposal)
    service.decline(session, helper(session, proposal), proposal, "helper", DeclineReason.OTHER)
    reasons = session.scalars(select(Decision.reason).where(Decision.kind == "helper_decline"))
    assert list(reasons) == ["other"]
