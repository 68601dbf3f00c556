"""Whatever people do to each other in whatever order: one in charge, rights only while they last.

The model knows, from what it did itself, who is a member, in which position, and whose account is
open. After each step it is compared with the rows and with what the policy gives each person.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from matchmaker.access import Permission, allowed
from matchmaker.accounts.service import change_membership, change_user_activity
from matchmaker.audit import broken_links, move
from matchmaker.errors import MatchmakerError
from matchmaker.extensions import db
from matchmaker.memberships import handing_over, invitations, service
from matchmaker.memberships.queries import municipalities_without_anybody
from matchmaker.models import Membership, Need, User
from matchmaker.vocabulary import MembershipStatus, Role
from matchmaker.web.actor import actor_for
from tests.factories import (
    actor_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_need,
    make_requester,
    make_user,
)

EXAMPLES = 8
WHO = st.integers(0, 3)
STATUSES = st.sampled_from(list(MembershipStatus))
RIGHTS = (Permission.CREATE_NEED, Permission.INVITE_COLLEAGUE, Permission.SEE_PEOPLE)


class Memberships(RuleBasedStateMachine):
    """People of one town act at random; a stranger and two coordinators stand around it."""

    session = None
    reached = None

    def teardown(self):
        try:
            assert list(broken_links(self.session)) == []
        finally:
            self.session.rollback()

    @initialize()
    def begin(self):
        """Begin with a verified town, who is in charge of it, and an open need."""
        session = self.session
        self.town = make_municipality(session)
        self.head = make_requester(session, self.town, position="lead")
        self.need = make_need(session, self.head)
        self.near = make_coordinator(session, make_association(session, scope=["UA"]))
        self.far = make_coordinator(session, make_association(session, scope=["FJ"]))
        self.office = actor_of(make_administrator(session))
        self.tokens, self.offered = [], []
        # The model: membership id -> (user id, status, position); user ids of closed accounts.
        deputy = make_requester(session, self.town, position="deputy")
        people = [self.head, deputy, *(make_requester(session, self.town) for _ in "12")]
        self.model = {row.id: [row.user_id, "active", str(row.position)] for row in people}
        self.closed = set()

    # --- The model -----------------------------------------------------------------------

    def member(self, who):
        """Return one of the memberships."""
        ids = sorted(self.model)
        return self.session.get(Membership, ids[who % len(ids)])

    def leader(self):
        """Return who is in charge, or somebody where nobody is."""
        return self.session.get(Membership, (self.holders("lead") or sorted(self.model))[0])

    def actor(self, member):
        """Return the actor that a request of this person would be, as `web.actor` makes it."""
        beside = self.session.scalars(
            select(Membership).where(
                Membership.user_id == member.user_id, Membership.status == "active"
            )
        ).all()
        if member.status != "active" or not member.user.active:
            return None
        return actor_for(member.user, member, beside)

    def attempt(self, step, *arguments, **more):
        """Do a step as a person would; tell whether it was refused."""
        try:
            with self.session.begin_nested():
                done = step(self.session, *arguments, **more)
        except MatchmakerError:
            self.session.expire_all()
            return False, None
        self.reached.add(step.__name__)
        return True, done

    def may(self, permission, actor, thing=None):
        """Tell whether the route's guard would let the person in."""
        return actor is not None and allowed(permission, actor, thing)

    def note(self, member_id, status=None, position=None):
        """Write into the model."""
        row = self.model[member_id]
        row[1], row[2] = status or row[1], position or row[2]
        if row[1] == "ended":
            row[2] = "member"

    def holders(self, position):
        """Return ids of the active members in a position, as the model knows them."""
        return [k for k, row in self.model.items() if row[1:] == ["active", position]]

    # --- What people do ------------------------------------------------------------------

    @rule(
        who=WHO, role=st.sampled_from([Role.REQUESTER, Role.HELPER]), old=WHO, known=st.booleans()
    )
    def invite(self, who, role, old, known):
        actor = self.actor(self.member(who))
        if not self.may(Permission.INVITE_COLLEAGUE, actor):
            return
        user = self.member(old).user if known else make_user(self.session)
        done, token = self.attempt(invitations.invite, actor, user.email, role)
        if done:
            self.tokens.append((token, user.id, actor.user_id))

    @rule(which=WHO)
    def accept(self, which):
        if not self.tokens:
            return
        token, user_id, inviter_id = self.tokens[which % len(self.tokens)]
        user = self.session.get(User, user_id)
        done, member = self.attempt(invitations.accept, token, user)
        if done:
            answerable = [
                row
                for row in self.model.values()
                if row[0] == inviter_id and row[1] == "active" and row[2] != "member"
            ]
            assert answerable and inviter_id not in self.closed | ({user_id} & self.closed)
            self.model.setdefault(member.id, [user_id, "active", "member"])

    @rule(whom=WHO)
    def name_deputy(self, whom):
        actor, member = self.actor(self.leader()), self.member(whom)
        if self.may(Permission.NAME_DEPUTY, actor, member):
            done, _ = self.attempt(service.name_deputy, actor, member)
            if done:
                for other in self.holders("deputy"):
                    self.note(other, position="member")
                self.note(member.id, position="deputy")

    @rule(whom=WHO, stays=st.booleans())
    def offer(self, whom, stays):
        actor, member = self.actor(self.leader()), self.member(whom)
        if self.may(Permission.HAND_OVER, actor, member):
            done, offered = self.attempt(handing_over.offer, actor, member, giver_stays=stays)
            if done:
                self.offered.append(offered)

    @rule(back=st.integers(1, 2))
    def confirm(self, back):
        if len(self.offered) < back:
            return
        offered = self.offered[-back]
        actor = self.actor(offered.taker)
        if self.may(Permission.ANSWER_HAND_OVER, actor, offered):
            done, _ = self.attempt(handing_over.confirm, actor, offered)
            if done:
                self.note(offered.giver_id, position="member")
                self.note(offered.taker_id, position="lead")
                if not offered.giver_stays:
                    self.end_all(offered.giver.user_id)

    @rule(who=WHO)
    def leave(self, who):
        actor = self.actor(self.member(who))
        if self.may(Permission.LEAVE_ORGANISATION, actor):
            done, _ = self.attempt(service.leave, actor)
            if done:
                self.end_all(actor.user_id)

    def end_all(self, user_id):
        """Note that a person has left with every role."""
        for member_id, row in self.model.items():
            if row[0] == user_id:
                self.note(member_id, status="ended")

    @rule(who=WHO, whom=WHO, status=STATUSES)
    def change(self, who, whom, status):
        actor, member = self.actor(self.member(who)), self.member(whom)
        if self.may(Permission.MANAGE_COLLEAGUE, actor, member):
            self.note_change(member, status, service.change_colleague, actor)

    @rule(whom=WHO, status=STATUSES)
    def change_by_administrator(self, whom, status):
        self.note_change(self.member(whom), status, change_membership, self.office)

    def note_change(self, member, status, step, actor):
        done, _ = self.attempt(step, actor, member, status, "reason")
        if not done:
            return
        position = self.model[member.id][2]
        taken = position != "member" and set(self.holders(position)) - {member.id}
        self.note(member.id, status=status.value, position="member" if taken else None)

    @rule(whom=WHO, active=st.booleans())
    def close_or_open_account(self, whom, active):
        user = self.member(whom).user
        done, _ = self.attempt(
            change_user_activity, self.office, user, active=active, reason="reason"
        )
        if done:
            (self.closed.discard if active else self.closed.add)(user.id)

    @rule(who=WHO)
    def add_role(self, who):
        actor = self.actor(self.member(who))
        if self.may(Permission.ADD_ROLE, actor):
            done, added = self.attempt(service.add_role, actor)
            if done:
                self.model.setdefault(added.id, [actor.user_id, "active", "member"])

    @rule()
    def take_over(self):
        deputies = self.holders("deputy")
        actor = self.actor(self.session.get(Membership, (deputies or sorted(self.model))[0]))
        if self.may(Permission.TAKE_OVER, actor):
            done, _ = self.attempt(service.take_over, actor)
            if done:
                (deputy,) = self.holders("deputy")
                self.put_in_charge(deputy)

    @rule(whom=WHO, near=st.booleans())
    def appoint(self, whom, near):
        member, actor = self.member(whom), actor_of(self.near if near else self.far)
        if self.may(Permission.APPOINT, actor, member):
            assert near
            done, _ = self.attempt(service.appoint, actor, member)
            if done:
                self.put_in_charge(member.id)

    def put_in_charge(self, member_id):
        """Note who is in charge now; who was it could not act any more."""
        for other in self.holders("lead"):
            assert other == member_id or self.model[other][0] in self.closed
            self.note(other, position="member")
        self.note(member_id, position="lead")

    @rule()
    def withdraw_need(self):
        need = self.session.get(Need, self.need.id)
        if need.status != "withdrawn":
            move(self.session, self.office, need, "withdrawn")

    # --- What always holds ---------------------------------------------------------------

    @invariant()
    def rows_are_what_the_model_knows(self):
        if not hasattr(self, "model"):
            return
        rows = self.session.scalars(
            select(Membership).where(Membership.municipality_id == self.town.id)
        ).all()
        found = {row.id: [row.user_id, str(row.status), str(row.position)] for row in rows}
        assert found == self.model
        assert len(self.holders("lead")) <= 1 and len(self.holders("deputy")) <= 1

    @invariant()
    def nobody_has_rights_through_a_membership_that_is_over(self):
        if not hasattr(self, "model"):
            return
        for member_id, (user_id, status, _) in self.model.items():
            member = self.session.get(Membership, member_id)
            actor = self.actor(member)
            assert (actor is not None) == (status == "active" and user_id not in self.closed)
            if actor is not None:
                held = {
                    row[2]
                    for row in self.model.values()
                    if row[0] == user_id and row[1] == "active"
                }
                assert allowed(Permission.INVITE_COLLEAGUE, actor) == (held != {"member"})

    @invariant()
    def town_with_an_open_need_has_somebody_or_is_told_to_its_coordinator(self):
        if not hasattr(self, "model"):
            return
        answerable = any(
            row[1] == "active" and row[2] != "member" and row[0] not in self.closed
            for row in self.model.values()
        )
        is_open = self.need.status != "withdrawn"
        listed = municipalities_without_anybody
        assert self.session.scalars(listed(actor_of(self.far))).all() == []
        told = self.session.scalars(listed(actor_of(self.near))).all()
        assert told == ([self.town] if is_open and not answerable else [])


STEPS = {"invite", "accept", "name_deputy", "offer", "confirm", "leave", "change_colleague"}
STEPS |= {"change_membership", "change_user_activity", "add_role", "take_over", "appoint"}
LEAST_STEPS = 8
"""How many kinds of steps the few examples of one run have to have taken with success."""


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2", "8.4.1")
def test_people_come_hand_over_and_go_in_any_order(each_app):
    with each_app.app_context():
        Memberships.session, Memberships.reached = db.session(), set()
        run_state_machine_as_test(
            Memberships,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=40,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert len(Memberships.reached & STEPS) >= LEAST_STEPS
