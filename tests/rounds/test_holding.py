"""A need is in one round at a time: what a round let go, it does not touch any more."""

from datetime import timedelta

import pytest

from matchmaker.audit import move
from matchmaker.errors import BadInput
from matchmaker.models import now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from matchmaker.vocabulary import DeclineReason, NeedStatus
from matchmaker.workbench.standing import standing_of
from tests.factories import answer_checks_of, make_offer, make_round
from tests.rounds.conftest import fill
from tests.rounds.test_service import made


@pytest.fixture
def left(session, actor, round_):
    """Give the need that a round in review leaves without a proposal."""
    needs, _ = fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    (pair,) = made(session, round_)
    (need,) = [one for one in needs if one.id != pair.need_id]
    return need


def edited_and_verified(session, actor, need):
    """Let a need leave its round, as an edit and a new verification do."""
    move(session, actor, need, NeedStatus.SUBMITTED)
    need.submitted_at = now()
    move(session, actor, need, NeedStatus.VERIFIED)
    session.flush()


@pytest.fixture
def taken(session, actor, round_, coordinator, left):
    """Give a later round in review that took in the need which the first one lost."""
    edited_and_verified(session, actor, left)
    make_offer(session)
    later = make_round(session, coordinator)
    service.run_round(session, actor, later)
    assert left.status == "in_round"
    return later


def test_need_of_a_cooling_round_enters_no_other_one(session, actor, round_, coordinator, left):
    service.publish_round(session, actor, round_)
    make_offer(session)
    with pytest.raises(BadInput, match="need"):
        service.freeze_round(session, actor, make_round(session, coordinator))
    assert left.status == "unmatched"


def test_need_enters_another_round_once_the_cool_off_is_over(
    session, actor, round_, coordinator, left
):
    service.publish_round(session, actor, round_, timedelta(0))
    make_offer(session)
    service.freeze_round(session, actor, make_round(session, coordinator))
    assert left.status == "in_round"


def test_undone_publication_takes_back_a_need_whose_match_was_rejected_meanwhile(
    session, actor, round_, left
):
    service.publish_round(session, actor, round_)
    (pair,) = made(session, round_)
    proposals.reject_proposal(session, actor, pair, DeclineReason.CAPACITY)
    assert pair.need.status == "verified"
    service.withdraw_publication(session, actor, round_)
    assert pair.need.status == "in_round"


def test_undone_publication_leaves_a_need_alone_that_was_changed_since(
    session, actor, round_, left
):
    service.publish_round(session, actor, round_)
    edited_and_verified(session, actor, left)
    service.withdraw_publication(session, actor, round_)
    assert left.status == "verified"


@pytest.mark.parametrize("step", [service.cancel_round, service.publish_round])
def test_step_of_a_round_leaves_a_need_alone_that_a_later_one_holds(
    session, actor, round_, left, taken, step
):
    step(session, actor, round_)
    assert left.status == "in_round"
    (pair,) = made(session, taken)
    answer_checks_of(session, taken)
    proposals.sign_proposal(session, actor, pair)
    assert pair.status == "approved"


def test_round_that_took_in_nothing_is_given_up(session, actor, round_):
    service.cancel_round(session, actor, round_)
    assert round_.status == "cancelled"


def test_later_round_that_was_given_up_holds_nothing(session, actor, round_, left, taken):
    service.cancel_round(session, actor, taken)
    move(session, actor, left, NeedStatus.IN_ROUND)
    service.cancel_round(session, actor, round_)
    assert left.status == "verified"


def test_scenario_gives_no_place_to_a_need_that_a_later_round_holds(session, round_, left, taken):
    assert standing_of(session, round_).need_places[left.public_id] == 0
    assert standing_of(session, taken).need_places[left.public_id] == 1
