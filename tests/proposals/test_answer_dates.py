"""A side is reminded twice, its date can be moved once, and nobody else hears of it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Membership, Notice, Proposal, now
from matchmaker.proposals import service
from matchmaker.proposals.answer_dates import give_more_time
from matchmaker.rounds.deadlines import run_due
from tests.factories import (
    actor_of,
    coordinator_of,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)


@pytest.fixture
def offered(each_app):
    """Give a proposal that was offered to its helper now, with everybody who has to do with it."""
    with each_app.app_context():
        session = db.session()
        round_ = make_round(session, status="published", published_at=now(), cool_off_ends_at=now())
        helper, asker = make_helper(session), make_requester(session)
        proposal = make_proposal(
            session,
            round_,
            make_need(session, asker, status="in_round"),
            make_offer(session, helper),
            status="approved",
        )
        coordinator = coordinator_of(session, round_)
        service.offer_proposal(session, actor_of(coordinator), proposal)
        session.commit()
        yield Case(proposal.id, helper.id, asker.id, coordinator.id)
        session.rollback()


@dataclass
class Case:
    """Row ids; the clock forgets the rows it has read."""

    proposal_id: int
    helper_id: int
    asker_id: int
    coordinator_id: int

    @property
    def proposal(self):
        return db.session.get(Proposal, self.proposal_id)

    def member(self, name):
        return db.session.get(Membership, getattr(self, f"{name}_id"))

    def actor(self, name):
        return actor_of(self.member(name))

    def user(self, name):
        return self.member(name).user_id

    @property
    def coordinators(self):
        """All of the round: who made it, and the one of these tests."""
        return [self.proposal.round.created_by_id, self.user("coordinator")]


def told(kind):
    db.session.rollback()
    return list(db.session.scalars(select(Notice.user_id).where(Notice.kind == kind)))


def after(**step):
    run_due(db.session(), now() + timedelta(**step))


def test_helper_hears_that_a_match_was_offered(offered):
    assert told("proposal_offered") == [offered.user("helper")]


@pytest.mark.parametrize(("days", "times"), [(6, 0), (8, 1), (13, 1), (15, 1)])
def test_reminder_comes_after_a_week_and_several_missed_ones_as_one(offered, days, times):
    after(days=days)
    assert told("answer_due") == [offered.user("helper")] * times


def test_second_reminder_comes_after_two_weeks_and_there_is_no_third(offered):
    for days in (8, 8, 15, 15, 20):
        after(days=days)
    assert len(told("answer_due")) == 2


def test_nobody_is_reminded_of_what_has_lapsed(offered):
    after(days=22)
    assert told("answer_due") == []
    assert db.session.get(Proposal, offered.proposal.id).status == "lapsed"


def test_asking_side_is_reminded_once_it_is_its_turn(offered):
    service.accept_as_helper(db.session(), offered.actor("helper"), offered.proposal)
    db.session.commit()
    assert told("helper_accepted") == [offered.user("asker"), *offered.coordinators]
    after(days=8)
    assert told("answer_due") == [offered.user("asker")]


def test_date_that_is_near_when_it_is_set_is_not_reminded_of_at_once(offered):
    in_ten_days = (now() + timedelta(days=10)).date()
    service.accept_as_helper(
        db.session(),
        offered.actor("helper"),
        offered.proposal,
        conditional=True,
        lapses_on=in_ten_days,
    )
    db.session.commit()
    after(hours=1)
    assert told("answer_due") == []
    after(days=5)
    assert len(told("answer_due")) == 1


def test_coordinator_moves_the_date_once(offered):
    before = offered.proposal.answer_by
    give_more_time(db.session(), offered.actor("coordinator"), offered.proposal)
    db.session.commit()
    assert offered.proposal.answer_by == before + timedelta(days=14)
    assert told("answer_moved") == [offered.user("helper")]
    with pytest.raises(BadInput):
        give_more_time(db.session(), offered.actor("coordinator"), offered.proposal)
    events = db.session.scalars(select(AuditEvent.event)).all()
    assert events.count("proposal.more_time") == 1


def test_date_that_was_moved_is_reminded_of_anew(offered):
    after(days=15)
    give_more_time(db.session(), offered.actor("coordinator"), offered.proposal)
    db.session.commit()
    after(days=22)
    assert len(told("answer_due")) == 2


def test_date_of_what_is_over_cannot_be_moved(offered):
    service.decline(db.session(), offered.actor("helper"), offered.proposal, "helper", "capacity")
    with pytest.raises(BadInput):
        give_more_time(db.session(), offered.actor("coordinator"), offered.proposal)


def test_asking_side_never_hears_of_a_helper_that_declines(offered):
    service.decline(db.session(), offered.actor("helper"), offered.proposal, "helper", "capacity")
    db.session.commit()
    assert told("proposal_declined") == offered.coordinators
    assert offered.user("asker") not in set(db.session.scalars(select(Notice.user_id)))


def test_everybody_but_who_pressed_hears_that_the_engagement_is_open(offered):
    service.accept_as_helper(db.session(), offered.actor("helper"), offered.proposal)
    service.accept_as_requester(db.session(), offered.actor("asker"), offered.proposal)
    db.session.commit()
    assert told("engagement_opened") == [offered.user("helper"), *offered.coordinators]
