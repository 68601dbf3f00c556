"""A second round keeps what was proposed and nobody refused, and both associations may sign."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.models import Proposal
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import DeclineReason
from tests.factories import actor_of, make_association, make_coordinator, make_round
from tests.rounds.conftest import fill


@pytest.fixture
def first(session, actor, round_):
    """Give a first round of two pairs."""
    fill(session, 2, 2)
    service.run_round(session, actor, round_)
    return round_


def pairs(session, round_):
    rows = session.scalars(select(Proposal).where(Proposal.round_id == round_.id))
    return {(row.need.public_id, row.offer.public_id): row for row in rows}


def frozen_again(session, coordinator, actor):
    again = make_round(session, coordinator)
    service.freeze_round(session, actor, again)
    return settings_of(again).matching


def test_pairs_nobody_refused_are_kept_where_that_costs_little(session, coordinator, actor, first):
    before = pairs(session, first)
    service.cancel_round(session, actor, first)
    assert set(frozen_again(session, coordinator, actor).keep) == set(before)


@pytest.mark.parametrize("step", [proposals.reject_proposal, proposals.undo_proposal])
def test_pair_that_a_person_ended_is_not_kept(session, coordinator, actor, first, step):
    (key, row), (other, _) = pairs(session, first).items()
    step(session, actor, row, DeclineReason.OTHER)
    service.cancel_round(session, actor, first)
    keep = set(frozen_again(session, coordinator, actor).keep)
    assert (key in keep, other in keep) == (False, True)


def test_first_round_keeps_nothing(first):
    assert settings_of(first).matching.keep == ()


def test_result_tells_how_many_stayed(session, coordinator, actor, first):
    before = pairs(session, first)
    service.cancel_round(session, actor, first)
    again = make_round(session, coordinator)
    service.run_round(session, actor, again)
    assert again.summary["kept"] == 2
    assert set(pairs(session, again)) == set(before)


def both(session, round_):
    round_.settings = replace(settings_of(round_), both_associations=True).stored()
    session.flush()


def test_both_associations_sign_where_the_helping_side_has_its_own(session, actor, round_):
    dutch = make_coordinator(session, make_association(session, scope=["NL"]))
    fill(session, 1, 1)
    both(session, round_)
    service.run_round(session, actor, round_)
    [proposal] = pairs(session, round_).values()
    assert proposal.required_signatures == 2
    proposals.sign_proposal(session, actor, proposal)
    colleague = actor_of(make_coordinator(session, round_.association))
    proposals.sign_proposal(session, colleague, proposal)
    assert proposal.status == "proposed"
    proposals.sign_proposal(session, actor_of(dutch), proposal)
    assert proposal.status == "approved"


def test_where_the_helping_side_has_none_one_signature_does(session, actor, round_):
    make_coordinator(session, make_association(session, scope=["PL"]))
    fill(session, 1, 1)
    both(session, round_)
    service.run_round(session, actor, round_)
    [proposal] = pairs(session, round_).values()
    assert proposal.required_signatures == 1


def test_round_is_solved_where_an_offer_that_declined_is_not_in_it(
    session, coordinator, actor, first
):
    (gone, row), (other, _) = pairs(session, first).items()
    row.moved_to = row.status = "declined"
    row.offer.moved_to = row.offer.status = "paused"
    session.flush()
    service.cancel_round(session, actor, first)
    again = make_round(session, coordinator)
    service.run_round(session, actor, again)
    assert gone not in settings_of(again).matching.barred
    assert {offer for _, offer in pairs(session, again)} == {other[1]}
