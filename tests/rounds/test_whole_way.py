"""From a registered town to work that is done, step by step as people take it, on each database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.accounts.service import change_membership, change_user_activity
from matchmaker.admin.invariants import breaks
from matchmaker.engagements import queries as engagement_queries
from matchmaker.engagements import service as engagements
from matchmaker.extensions import db
from matchmaker.models import Proposal, Round
from matchmaker.municipalities import queries as town_queries
from matchmaker.municipalities import service as towns
from matchmaker.needs import queries as need_queries
from matchmaker.needs import service as needs
from matchmaker.offers import queries as offer_queries
from matchmaker.offers import service as offers
from matchmaker.proposals import queries as proposal_queries
from matchmaker.proposals import service as proposals
from matchmaker.proposals import withdrawal
from matchmaker.rounds import service as rounds
from matchmaker.verification import evidence
from matchmaker.verification import service as verification
from matchmaker.verification.queries import application_of
from matchmaker.vocabulary import DeclineReason, MembershipStatus, RightsAnswer
from tests.factories import (
    actor_of,
    coordinator_of,
    make_administrator,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
)

KNOWN = "audit trail tells None"
"""Rows of the factories have no audit trail before their first step."""


class Way:
    """Two towns, two coordinators and a round; each step reads its rows as the routes do."""

    def __init__(self, session):
        self.session = session
        asking = make_municipality(session, status="registered")
        giving = make_municipality(session, country="NL", region="", status="registered")
        self.members = [make_requester(session, asking), make_helper(session, giving)]
        self.requester, self.helper = map(actor_of, self.members)
        first = make_coordinator(session)
        self.coordinator = actor_of(first)
        self.need = make_need(session, self.members[0], status="draft", submitted_at=None).public_id
        self.offer = make_offer(session, self.members[1], status="draft").public_id
        round_ = rounds.create_round(session, self.coordinator, "Spring")
        self.second = actor_of(coordinator_of(session, round_))
        self.round = round_.id
        self.towns = [asking.public_id, giving.public_id]
        session.commit()

    def fresh_need(self):
        return need_queries.need_by_public_id(self.session, self.need)

    def fresh_offer(self):
        return offer_queries.offer_by_public_id(self.session, self.offer)

    def fresh_round(self):
        return self.session.get(Round, self.round)

    def fresh_proposal(self):
        key = self.session.scalars(select(Proposal.public_id)).one()
        return proposal_queries.proposal_by_public_id(self.session, key)

    def do(self, act, actor, load, *more, **named):
        """Take one step in a transaction of its own, on rows that were loaded for a page."""
        self.session.expunge_all()
        answer = act(self.session, actor, load(), *more, **named)
        self.session.commit()
        return answer

    def to_round(self):
        for key in self.towns:
            self.verify_town(key)
        self.do(needs.submit_need, self.requester, self.fresh_need)
        self.do(needs.verify_need, self.coordinator, self.fresh_need)
        self.do(offers.submit_offer, self.helper, self.fresh_offer)
        self.do(offers.verify_offer, self.coordinator, self.fresh_offer)

    def verify_town(self, key):
        """Have both coordinators look at the application of a town and confirm it."""
        load = lambda: application_of(self.session, self.town(key))  # noqa: E731
        self.do(verification.begin_application, self.coordinator, lambda: self.town(key))
        register = {"source": "Register", "code": "1", "matches": True}
        self.do(evidence.record_register_entry, self.coordinator, load, **register)
        self.do(evidence.record_vouching, self.coordinator, load, "We know them.")
        for actor in (self.coordinator, self.second):
            self.do(evidence.answer_rights_question, actor, load, RightsAnswer.NONE_KNOWN)
            self.do(verification.confirm_application, actor, load, "Looked at everything.")

    def town(self, key):
        return town_queries.municipality_with(self.session, key)

    def to_helper(self):
        self.do(rounds.run_round, self.coordinator, self.fresh_round)
        self.do(rounds.publish_round, self.coordinator, self.fresh_round, timedelta(0))
        for actor in (self.coordinator, self.second):
            if self.fresh_proposal().status == "proposed":
                self.do(proposals.sign_proposal, actor, self.fresh_proposal)

    def to_engagement(self):
        self.do(proposals.accept_as_helper, self.helper, self.fresh_proposal)
        made = self.do(proposals.accept_as_requester, self.requester, self.fresh_proposal)
        key = made.public_id
        return lambda: engagement_queries.engagement_by_public_id(self.session, key)

    def broken(self):
        return [line for line in breaks(self.session) if KNOWN not in line]


@pytest.fixture
def way(each_app):
    with each_app.app_context():
        yield Way(db.session())


def test_need_and_offer_become_work_that_is_done(way):
    way.to_round()
    way.to_helper()
    engagement = way.to_engagement()
    for step in (
        engagements.start_engagement,
        engagements.pause_engagement,
        engagements.resume_engagement,
        engagements.complete_engagement,
    ):
        way.do(step, way.requester, engagement)
    assert engagement().status == "completed"
    assert (way.fresh_need().status, way.fresh_offer().status) == ("matched", "full")
    assert way.broken() == []


def test_work_that_is_ended_frees_both_sides(way):
    way.to_round()
    way.to_helper()
    engagement = way.to_engagement()
    way.do(engagements.end_engagement, way.helper, engagement, DeclineReason.CAPACITY)
    assert (way.fresh_need().status, way.fresh_offer().status) == ("verified", "open")
    assert way.broken() == []


@pytest.mark.parametrize("side", ["need", "offer"])
def test_side_that_withdraws_frees_the_other(way, side):
    way.to_round()
    way.to_helper()
    act = getattr(withdrawal, f"withdraw_{side}")
    actor = way.requester if side == "need" else way.helper
    way.do(act, actor, getattr(way, f"fresh_{side}"))
    kept = way.fresh_offer() if side == "need" else way.fresh_need()
    assert (kept.status, kept.places_taken) == ("open" if side == "need" else "verified", 0)
    assert way.fresh_proposal().status == "undone"
    assert way.broken() == []


def test_town_is_suspended_and_restored(way):
    load = lambda: way.town(way.towns[0])  # noqa: E731
    way.verify_town(way.towns[0])
    way.do(towns.suspend_municipality, way.coordinator, load, "asked")
    way.do(towns.verify_municipality, way.coordinator, load, "called again")
    assert load().status == "verified"
    way.do(towns.change_municipality, way.coordinator, load, {"population": 7})
    assert load().population == 7


def test_membership_and_account_are_suspended(way):
    administrator = actor_of(make_administrator(way.session))
    member = way.members[0]
    keys = type(member), member.id, type(member.user), member.user_id
    membership = lambda: way.session.get(keys[0], keys[1])  # noqa: E731
    user = lambda: way.session.get(keys[2], keys[3])  # noqa: E731
    suspended = MembershipStatus.SUSPENDED
    way.do(change_membership, administrator, membership, suspended, "left")
    way.do(change_user_activity, administrator, user, active=False, reason="left")
    assert (membership().status, user().active) == ("suspended", False)
