"""Two coordinators, or a coordinator and the clock, at the same moment, on either database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker.audit.since import n_events
from matchmaker.errors import AlreadyChanged, ChangedSince, WrongStep
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Proposal, Round, now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import next_best, presets, service
from matchmaker.rounds.settings import settings_of
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    answer_checks_of,
    coordinator_of,
    make_coordinator,
    make_round,
    member_of,
)
from tests.rounds.conftest import fill


@pytest.fixture
def here(each_app):
    """Give a session in an app on each database."""
    with each_app.app_context():
        yield db.session()
        db.session.rollback()


@pytest.fixture
def two(here):
    """Give a round that is open, two coordinators of it as actors, and what both have seen."""
    first = make_coordinator(here)
    round_ = make_round(here, first)
    actors = [actor_of(first), actor_of(coordinator_of(here, round_))]
    here.commit()
    return round_.id, actors, n_events(here, round_)


def seen_by_both(here, key):
    return n_events(here, here.get_one(Round, key))


def n_of(here, event):
    here.rollback()
    return here.scalar(select(func.count()).where(AuditEvent.event == event))


def saving(key, actor, seen, low_score):
    def save(session):
        round_ = session.get_one(Round, key)
        changed = replace(settings_of(round_), low_score=low_score)
        service.change_settings(session, actor, round_, changed, seen)

    return save


def preset(key, actor, seen):
    def take(session):
        round_ = session.get_one(Round, key)
        presets.take_preset(session, actor, round_, presets.Preset.AREA, seen)

    return take


def suggested(key, actor, seen):
    def take(session):
        weights = {"lobby": presets.WEIGHTS[presets.Preset.QUICK]["lobby"]}
        presets.take_weights(session, actor, session.get_one(Round, key), weights, seen)

    return take


@pytest.mark.parametrize("second", [saving, preset, suggested])
def test_of_two_who_save_settings_the_later_one_is_told(here, two, overlapping, second):
    key, (one, other), seen = two
    more = (0.9,) if second is saving else ()
    ends = overlapping(saving(key, one, seen, 0.1), second(key, other, seen, *more))
    assert [type(end) for end in ends] == [type(None), ChangedSince]
    assert n_of(here, "round.settings") == 1
    assert settings_of(here.get_one(Round, key)).low_score == 0.1


def in_review(here, two):
    """Bring the round to its review; give its one proposal."""
    key, (one, _), _ = two
    fill(here, 1, 1)
    service.run_round(here, one, here.get_one(Round, key))
    answer_checks_of(here, here.get_one(Round, key))
    here.commit()
    return here.scalars(select(Proposal)).one().id


def publishing(key, actor, seen, cool_off=timedelta(hours=1)):
    def publish(session):
        service.publish_round(session, actor, session.get_one(Round, key), cool_off, seen=seen)

    return publish


def signing(proposal_id, actor, seen=None):
    def sign(session):
        proposal = session.get_one(Proposal, proposal_id)
        proposals.sign_proposal(session, actor, proposal, seen=seen)

    return sign


def test_of_two_who_publish_the_later_one_is_told(here, two, overlapping):
    in_review(here, two)
    key, (one, other), _ = two
    seen = seen_by_both(here, key)
    ends = overlapping(publishing(key, one, seen), publishing(key, other, seen))
    assert [type(end) for end in ends] == [type(None), ChangedSince]
    assert n_of(here, "round.published") == 1


def test_two_presses_without_a_page_publish_once(here, two, at_once):
    in_review(here, two)
    key, actors, _ = two

    def publish(actor):
        with transaction() as work:
            publishing(key, actor, None)(work.session)

    ends = at_once(publish, actors)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "WrongStep"]
    assert n_of(here, "round.published") == 1


def test_who_publishes_while_somebody_signs_reads_that_first(here, two, overlapping):
    proposal_id = in_review(here, two)
    key, (one, other), _ = two
    ends = overlapping(signing(proposal_id, one), publishing(key, other, seen_by_both(here, key)))
    assert [type(end) for end in ends] == [type(None), ChangedSince]
    assert n_of(here, "round.published") == 0


def cooling(here, two):
    """Publish the round with its proposal signed; give the proposal and the end of the cool-off."""
    proposal_id = in_review(here, two)
    key, (one, _), _ = two
    round_ = here.get_one(Round, key)
    proposals.sign_proposal(here, one, here.get_one(Proposal, proposal_id))
    service.publish_round(here, one, round_, timedelta(hours=1))
    here.commit()
    return proposal_id, round_.cool_off_ends_at


def undoing(key, actor, at):
    def undo(session):
        service.withdraw_publication(session, actor, session.get_one(Round, key), at)

    return undo


def offering(proposal_id, at):
    def offer(session):
        proposals.offer_proposal(
            session, next_best.PLATFORM, session.get_one(Proposal, proposal_id), at=at
        )

    return offer


@pytest.mark.parametrize("first", ["undo", "offer"])
def test_publication_is_undone_or_the_offer_is_out_but_never_both(here, two, overlapping, first):
    """The clocks of two processes stand on either side of the end of the cool-off."""
    proposal_id, ends_at = cooling(here, two)
    key, (one, _), _ = two
    undo = undoing(key, one, ends_at - timedelta(seconds=1))
    offer = offering(proposal_id, ends_at + timedelta(seconds=1))
    ends = overlapping(*((undo, offer) if first == "undo" else (offer, undo)))
    assert [type(end) for end in ends] == [type(None), WrongStep]
    counts = n_of(here, "round.in_review"), n_of(here, "proposal.offered")
    assert counts == ((2, 0) if first == "undo" else (1, 1))
    stands = here.get_one(Round, key).status, here.get_one(Proposal, proposal_id).status
    assert stands == (("in_review", "approved") if first == "undo" else ("published", "offered"))


@pytest.fixture
def declined(here, two):
    """Give the key of a proposal that was declined; one need waits for the place it freed."""
    key, (one, _), _ = two
    fill(here, 2, 1)
    round_ = here.get_one(Round, key)
    service.run_round(here, one, round_)
    answer_checks_of(here, round_)
    service.publish_round(here, one, round_, timedelta(0), now() - timedelta(seconds=1))
    proposal = here.scalars(select(Proposal)).one()
    proposals.sign_proposal(here, one, proposal)
    helper = actor_of(member_of(here, proposal.offer.municipality_id, "helper"))
    proposals.decline(here, helper, proposal, "helper", DeclineReason.OTHER)
    here.commit()
    return proposal.public_id


def assert_followed_once(here):
    assert n_of(here, "proposal.next_best") == 1
    assert here.scalar(select(func.count()).where(Proposal.follows_id.is_not(None))) == 1


def test_next_best_is_proposed_once_however_many_look_for_it(here, declined, at_once):
    ends = at_once(lambda key: next_best.replace_freed(db.session(), key), [declined] * 4)
    told = sorted(type(end).__name__ for end in ends)
    assert told == ["AlreadyChanged"] * 3 + ["list"]
    assert_followed_once(here)


def test_next_best_that_was_found_twice_is_written_once(here, declined, overlapping):
    ended = here.scalars(select(Proposal).where(Proposal.public_id == declined)).one()
    plan = {side: next_best.find(here, ended, side) for side in next_best.SIDES}
    here.rollback()

    def write(session):
        next_best.write(session, next_best.PLATFORM, declined, plan)

    ends = overlapping(write, write)
    assert [type(end) for end in ends] == [type(None), AlreadyChanged]
    assert_followed_once(here)
