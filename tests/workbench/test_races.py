"""Somebody decides on a proposal while another one has the round solved again."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from matchmaker.audit.since import n_events
from matchmaker.errors import BadInput, WrongStep
from matchmaker.extensions import db
from matchmaker.models import Adjustment, AuditEvent, Decision, Proposal, Round, Scenario
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.vocabulary import DeclineReason, OverrideReason
from matchmaker.workbench import plain
from matchmaker.workbench import scenario_service as scenarios
from matchmaker.workbench.scenario_work import Asked
from tests.factories import actor_of, answer_checks_of, coordinator_of, make_coordinator, make_round
from tests.rounds.conftest import fill

WHY = (OverrideReason.FAIRNESS, "The council asked for it.")


@pytest.fixture
def here(each_app):
    """Give a session in an app on each database."""
    with each_app.app_context():
        yield db.session()
        db.session.rollback()


class Tried:
    """A round in review with a scenario that bars its first pair, and its two coordinators."""

    def __init__(self, here):
        self.here = here
        first = make_coordinator(here)
        fill(here, 3, 2)
        round_ = make_round(here, first)
        self.one, self.other = actor_of(first), actor_of(coordinator_of(here, round_))
        rounds.run_round(here, self.one, round_)
        proposal, *_ = made = here.scalars(select(Proposal).order_by(Proposal.id)).all()
        for one in made:  # as where no other pair is just as good, so that both are plain
            one.explanation = {**one.explanation, "price": {"total": 0.2}}
        answer_checks_of(here, round_)
        asked = Asked("bar", proposal.need.public_id, proposal.offer.public_id)
        scenario = scenarios.adjust(here, self.one, round_, None, asked, *WHY, name="Other")
        self.round_id, self.proposal_id, self.scenario_id = round_.id, proposal.id, scenario.id
        here.commit()
        self.seen = n_events(here, proposal)
        self.version = scenario.version

    def use(self, session):
        """Make the scenario the round's own."""
        round_ = session.get_one(Round, self.round_id)
        scenario = session.get_one(Scenario, self.scenario_id)
        scenarios.use_scenario(session, self.one, round_, scenario, self.version)

    def sign(self, session):
        """Sign the pair that the scenario bars."""
        proposal = session.get_one(Proposal, self.proposal_id)
        proposals.sign_proposal(session, self.other, proposal, seen=self.seen)

    def reject(self, session):
        """Reject that pair."""
        proposal = session.get_one(Proposal, self.proposal_id)
        proposals.reject_proposal(
            session, self.other, proposal, DeclineReason.OTHER, seen=self.seen
        )

    def sign_all(self, session):
        """Sign every plain proposal."""
        round_ = session.get_one(Round, self.round_id)
        return plain.sign_plain(session, self.other, round_, datetime.now(UTC), None, None)

    def adjust(self, session):
        """Change one thing more in the scenario."""
        round_ = session.get_one(Round, self.round_id)
        scenario = session.get_one(Scenario, self.scenario_id)
        need = round_.pairs[-1][0]
        asked = Asked("serve", need)
        scenarios.adjust(session, self.other, round_, scenario, asked, *WHY, seen=self.version)

    def n_of(self, event):
        """Count the events of a kind."""
        self.here.rollback()
        return self.here.scalar(select(func.count()).where(AuditEvent.event == event))

    def rows(self, model):
        """Count the rows of a table as they are now."""
        self.here.rollback()
        return self.here.scalar(select(func.count()).select_from(model))


@pytest.fixture
def tried(here):
    """Give the round with its scenario."""
    return Tried(here)


@pytest.mark.parametrize("decide", ["sign", "reject", "sign_all"])
def test_scenario_is_not_used_over_a_decision_made_meanwhile(tried, overlapping, decide):
    ends = overlapping(getattr(tried, decide), tried.use)
    assert not isinstance(ends[0], Exception)
    assert isinstance(ends[1], BadInput)
    assert tried.n_of("round.solving") == 1
    assert tried.here.get_one(Round, tried.round_id).status == "in_review"


@pytest.mark.parametrize("decide", ["sign", "reject", "sign_all"])
def test_nothing_is_decided_once_a_round_is_being_solved_again(tried, overlapping, decide):
    first, second = overlapping(tried.use, getattr(tried, decide))
    assert first is None
    assert isinstance(second, WrongStep) or second.signed == []
    assert tried.rows(Decision) == 0
    assert tried.n_of("round.solving") == 2


def test_of_two_who_use_a_scenario_one_does(tried, overlapping):
    first, second = overlapping(tried.use, tried.use)
    assert first is None
    assert isinstance(second, WrongStep)
    assert tried.n_of("round.solving") == 2


def test_of_two_who_change_a_scenario_the_later_one_is_told(tried, overlapping):
    first, second = overlapping(tried.adjust, tried.adjust)
    assert first is None
    assert isinstance(second, scenarios.ChangedSince)
    assert tried.rows(Adjustment) == 2


def test_scenario_that_changed_is_not_used_unseen(tried, overlapping):
    first, second = overlapping(tried.adjust, tried.use)
    assert first is None
    assert isinstance(second, scenarios.ChangedSince)
    assert tried.n_of("round.solving") == 1


@pytest.mark.asvs("2.3.5")
def test_of_two_who_sign_all_plain_ones_the_later_one_signs_none(tried, overlapping):
    first, second = overlapping(tried.sign_all, tried.sign_all)
    assert len(first.signed) == 2
    assert getattr(second, "signed", []) == []
    assert tried.rows(Decision) == 2
