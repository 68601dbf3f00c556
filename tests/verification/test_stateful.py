"""Whatever people do in whatever order: nothing is visible to a helper without two coordinators."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from matchmaker.access import PLATFORM
from matchmaker.audit import broken_links, move
from matchmaker.errors import MatchmakerError
from matchmaker.models import Application, AuditEvent, Membership, Municipality, Need, Proposal, now
from matchmaker.municipalities import service as towns
from matchmaker.needs import service as needs
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.verification import evidence, queries, service
from matchmaker.vocabulary import CallResult, RejectionReason, RightsAnswer, Role
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_need,
    make_offer,
    make_user,
)

PERSON = st.integers(0, 2)
WHICH = st.integers(0, 5)
PAST_VERIFICATION = {"verified", "in_round", "matched", "unmatched"}


class Verification(RuleBasedStateMachine):
    """Three coordinators and two applicants act at random on a few applications."""

    session = None
    reached = None

    def __init__(self):
        super().__init__()
        self.outer = self.session.begin_nested()
        association = make_association(self.session)
        self.members = [make_coordinator(self.session, association) for _ in range(3)]
        self.coordinators = [actor_of(member) for member in self.members]
        self.applicants = [make_user(self.session) for _ in range(2)]
        self.needs, self.count = {}, 0
        make_offer(self.session)

    def teardown(self):
        self.outer.rollback()
        self.session.expunge_all()

    def applications(self):
        return self.session.scalars(select(Application).order_by(Application.id)).all()

    def one(self, which):
        found = self.applications()
        return found[which % len(found)] if found else None

    def attempt(self, act, *values, **named):
        """Try a step; what is refused leaves nothing behind."""
        inner = self.session.begin_nested()
        try:
            done = act(self.session, *values, **named)
            inner.commit()
            self.reached.add(act.__name__)
            return done
        except MatchmakerError:
            inner.rollback()
            return None

    def applicant_of(self, application):
        member = self.session.scalars(
            select(Membership).where(Membership.municipality_id == application.municipality_id)
        ).first()
        return actor_of(member)

    @initialize()
    def one_town(self):
        self.register(0)

    @rule(person=st.integers(0, 1))
    def register(self, person):
        from matchmaker.web.actor import actor_for

        self.count += 1
        draft = towns.MunicipalityDraft(name=f"Place {self.count:04}", country="UA", region="X")
        user = self.applicants[person]
        made = self.attempt(
            towns.register_municipality, actor_for(user, None), Role.REQUESTER, draft
        )
        if made is not None:
            need = make_need(self.session, made, status="draft", submitted_at=None)
            self.attempt(needs.submit_need, actor_of(made), need)
            self.needs[made.municipality_id] = need.id

    @rule(which=WHICH, person=PERSON, kind=st.sampled_from(["register", "call", "vouch", "denied"]))
    def record(self, which, person, kind):
        application, actor = self.one(which), self.coordinators[person]
        if application is None:
            return
        if kind == "register":
            said = {"source": "List", "code": "1", "matches": True}
            self.attempt(evidence.record_register_entry, actor, application, **said)
        elif kind == "vouch":
            self.attempt(evidence.record_vouching, actor, application, "Known.")
        else:
            result = CallResult.CONFIRMED if kind == "call" else CallResult.DENIED
            call = evidence.Call("+380 44 1234567", "List", now().date(), "Clerk", result)
            self.attempt(evidence.record_call, actor, application, call)

    @rule(which=WHICH)
    def find_everything(self, which):
        """What coordinators do on a good day, so that the far end is reached often."""
        application = self.one(which)
        if application is None:
            return
        first = self.coordinators[0]
        said = {"source": "List", "code": "1", "matches": True}
        self.attempt(evidence.record_register_entry, first, application, **said)
        self.attempt(evidence.record_vouching, first, application, "Known.")
        call = evidence.Call("+380 44 1", "List", now().date(), "Clerk", CallResult.CONFIRMED)
        self.attempt(evidence.record_call, first, application, call)
        for actor in self.coordinators:
            answer = evidence.answer_rights_question
            self.attempt(answer, actor, application, RightsAnswer.NONE_KNOWN)

    @rule(which=WHICH, one=PERSON, other=PERSON)
    def good_day(self, which, one, other):
        """Two confirmations in a row, by one person or by two, and what follows them."""
        self.find_everything(which)
        self.confirm(which, one)
        self.confirm(which, other)
        self.match(which, other)

    @rule(which=WHICH, one=PERSON, other=PERSON, grant=st.booleans())
    def quarrel(self, which, one, other, grant):
        """A rejection, an appeal and its decision, by one person or by two."""
        self.doubt(which, one, "reject")
        self.applicant_acts(which, "appeal")
        self.doubt(which, other, "grant" if grant else "refuse")

    @rule(which=WHICH, person=PERSON)
    def confirm(self, which, person):
        if application := self.one(which):
            actor = self.coordinators[person]
            self.attempt(service.confirm_application, actor, application, "Looked.")

    @rule(which=WHICH, person=PERSON, act=st.sampled_from(["ask", "reject", "grant", "refuse"]))
    def doubt(self, which, person, act):
        application, actor = self.one(which), self.coordinators[person]
        if application is None:
            return
        if act == "ask":
            self.attempt(service.ask_applicant, actor, application, "Who?")
        elif act == "reject":
            reason = RejectionReason.OTHER
            self.attempt(service.reject_application, actor, application, reason, "No.")
        else:
            granted = {"grant": act == "grant", "text": "Read."}
            self.attempt(service.decide_appeal, actor, application, **granted)

    @rule(which=WHICH, act=st.sampled_from(["answer", "appeal", "withdraw", "rename"]))
    def applicant_acts(self, which, act):
        application = self.one(which)
        if application is None:
            return
        actor = self.applicant_of(application)
        if act == "answer":
            self.attempt(service.answer_question, actor, application, "We.")
        elif act == "appeal":
            self.attempt(service.appeal_rejection, actor, application, "Look again.")
        elif act == "withdraw":
            self.attempt(service.withdraw_application, actor, application)
        else:
            self.count += 1
            values = {"name": f"Renamed {self.count:04}"}
            self.attempt(towns.change_municipality, actor, application.municipality, values)

    @rule(which=WHICH, person=PERSON)
    def go_around(self, which, person):
        """Try to verify the municipality without its application."""
        if application := self.one(which):
            town = application.municipality
            self.attempt(towns.verify_municipality, self.coordinators[person], town, "Trust me.")

    @rule(person=PERSON, status=st.sampled_from(["suspended", "active"]))
    def suspend(self, person, status):
        member = self.members[person]
        if member.status != status:
            self.attempt(move, PLATFORM, member, status)

    @rule(which=WHICH, person=PERSON)
    def match(self, which, person):
        """Verify the need and take it through a round to a helper."""
        application, actor = self.one(which), self.coordinators[person]
        if application is None:
            return
        need = self.session.get(Need, self.needs[application.municipality_id])
        if self.attempt(needs.verify_need, actor, need) is None:
            return
        round_ = self.attempt(rounds.create_round, actor, "Round")
        self.attempt(rounds.run_round, actor, round_)
        self.attempt(rounds.publish_round, actor, round_, timedelta(0))
        for proposal in self.session.scalars(select(Proposal)).all():
            for other in self.coordinators:
                self.attempt(proposals.sign_proposal, other, proposal)

    # --- What must hold -----------------------------------------------------------------------

    @invariant()
    def nothing_is_visible_without_two_coordinators(self):
        for need in self.session.scalars(select(Need)):
            if need.municipality_id not in self.needs or need.status not in PAST_VERIFICATION:
                continue
            assert self.who_confirmed(need.municipality_id) >= 2
        for town in self.session.scalars(select(Municipality)):
            if town.status != "registered" and town.id in self.needs:
                assert self.who_confirmed(town.id) >= 2

    def who_confirmed(self, town_id):
        """Count the different persons by the audit trail alone, not by the columns."""
        ids = self.session.scalars(
            select(Application.public_id).where(Application.municipality_id == town_id)
        ).all()
        said = ("application.checked", "application.checked_again", "application.accepted")
        people = self.session.scalars(
            select(AuditEvent.user_id).where(
                AuditEvent.subject_id.in_(ids), AuditEvent.event.in_(said)
            )
        ).all()
        applicants = {user.public_id for user in self.applicants}
        assert applicants.isdisjoint(people)
        return len(set(people))

    @invariant()
    def no_more_than_three_wait_for_one_person(self):
        for user in self.applicants:
            waiting = [
                one
                for one in self.applications()
                if one.applicant_id == user.id and one.status in towns.UNDECIDED
            ]
            assert len(waiting) <= towns.MOST_UNDECIDED

    @invariant()
    def what_was_found_before_a_new_name_does_not_count(self):
        for one in self.applications():
            if one.status == "checked":
                assert len(queries.supporting_kinds(one)) >= service.KINDS_NEEDED
                assert not queries.is_denied(one) or one.checked_by_id is not None


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.1", "2.3.5")
def test_no_path_leads_to_a_helper_without_two_coordinators(session):
    reached = set()
    machine = type("Machine", (Verification,), {"session": session, "reached": reached})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert list(broken_links(session)) == []
    walked = {"confirm_application", "reject_application", "decide_appeal", "verify_need"}
    walked |= {"run_round", "sign_proposal", "change_municipality", "appeal_rejection"}
    assert walked <= reached
