"""A red flag on a local government leaves lobbying for rights only, with two signatures."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import AlreadyChanged, BadInput, WrongStep
from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import Proposal, RoundNeed, now
from matchmaker.proposals import queries
from matchmaker.proposals import service as proposals
from matchmaker.rounds import deadlines
from matchmaker.rounds import service as rounds
from matchmaker.verification import rights
from matchmaker.vocabulary import ACTIVITIES
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_round,
)
from tests.rounds.conftest import fill

LOBBY = {"category": "lobby", "activity": "lobby.rights", "settings": ["international"]}

pytestmark = pytest.mark.control(26)


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


def flag(session, town, coordinator=None):
    actor = actor_of(coordinator or make_coordinator(session))
    return rights.raise_flag(session, actor, town, "Report of 2026")


def test_activities_for_rights_are_those_of_the_paper():
    found = {code for code, activity in ACTIVITIES.items() if activity.rights}
    assert found == {"lobby.rights", "lobby.monitoring", "lobby.elections", "lobby.visits"}


def test_project_of_a_flagged_town_is_barred_and_the_coordinator_reads_why(session, coordinator):
    (need,), _ = fill(session, 1, 1)
    flag(session, need.municipality)
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    assert Snapshot.from_json(round_.snapshot).needs[0].rights_only is True
    entry = session.scalars(select(RoundNeed).where(RoundNeed.round_id == round_.id)).one()
    assert entry.matched is False
    assert entry.reason["rule"] == "rights_only"


def test_lobby_for_rights_of_a_flagged_town_asks_for_two_signatures(session, coordinator):
    fill(session, 1, 0)
    need = make_need(session, **LOBBY)
    make_offer(
        session, activities=(("lobby.rights", 1),), category="lobby", settings=["international"]
    )
    flag(session, need.municipality)
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    made = session.scalars(select(Proposal).where(Proposal.need_id == need.id)).one()
    assert made.required_signatures == 2
    assert "red_flag" in made.signature_reasons


def test_pair_with_a_flagged_helper_asks_for_two_signatures(session, coordinator):
    _, (offer,) = fill(session, 1, 1)
    flag(session, offer.municipality)
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    made = session.scalars(select(Proposal).where(Proposal.round_id == round_.id)).one()
    assert "red_flag" in made.signature_reasons


def test_lifted_flag_bars_nothing(session, coordinator):
    (need,), _ = fill(session, 1, 1)
    raised = flag(session, need.municipality)
    rights.lift_flag(session, actor_of(coordinator), raised, "The council was replaced.")
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    assert session.scalars(select(Proposal)).one().signature_reasons == []


def test_flag_raised_after_the_round_stops_the_signature(session):
    proposal = make_proposal(session)
    flag(session, proposal.need.municipality)
    actor = actor_of(coordinator_of(session, proposal.round))
    with pytest.raises(BadInput, match="only lobbying for rights"):
        proposals.sign_proposal(session, actor, proposal)


def test_flag_raised_after_the_round_asks_for_the_second_signature(session):
    proposal = make_proposal(session, need=make_need(session, status="in_round", **LOBBY))
    flag(session, proposal.need.municipality)
    first, second = (actor_of(coordinator_of(session, proposal.round)) for _ in range(2))
    proposals.sign_proposal(session, first, proposal)
    assert (proposal.status, proposal.required_signatures) == ("proposed", 2)
    proposals.sign_proposal(session, second, proposal)
    assert proposal.status == "approved"


def approved(session, status="approved", **more):
    round_ = make_round(session, status="published", cool_off_ends_at=now() - timedelta(hours=1))
    need = make_need(session, status="matched", places_taken=1, **more)
    offer = make_offer(session, places_taken=1, status="full")
    moment = now() if status == "offered" else None
    return make_proposal(
        session,
        round_,
        need,
        offer,
        status=status,
        places_held=True,
        offered_at=moment,
        answer_by=moment and moment + timedelta(days=5),
    )


@pytest.mark.parametrize("more", [{}, LOBBY])
def test_flag_raised_after_one_signature_keeps_the_match_from_the_towns(session, more):
    proposal = approved(session, **more)
    flag(session, proposal.need.municipality)
    with pytest.raises(WrongStep):
        proposals.offer_proposal(session, actor_of(None), proposal)
    key = proposal.id
    session.commit()
    deadlines.run_due(session)
    proposal = session.get(Proposal, key)
    assert proposal.status == "undone"
    assert proposal.need.status == "verified"


def test_helper_who_accepts_a_stopped_match_is_not_told_why(session):
    proposal = approved(session, "offered")
    flag(session, proposal.need.municipality)
    with pytest.raises(AlreadyChanged):
        proposals.accept_as_helper(session, actor_of(None), proposal)
    assert queries.orphaned_proposals(session) == [proposal.public_id]


def test_offered_lobby_for_rights_goes_on(session):
    proposal = approved(session, "offered", **LOBBY)
    flag(session, proposal.need.municipality)
    assert queries.orphaned_proposals(session) == []
