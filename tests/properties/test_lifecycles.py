"""Whatever people do in whatever order: places, statuses and the audit trail stay in step."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from matchmaker.access import PLATFORM
from matchmaker.audit import broken_links, move
from matchmaker.engagements import service as engagements
from matchmaker.errors import MatchmakerError
from matchmaker.lifecycle import STEPS
from matchmaker.models import AuditEvent, Engagement, Need, Offer, Proposal, Round, now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_need,
    make_offer,
    make_round,
)
from tests.rounds.conftest import fill

MODELS = {
    "need": Need,
    "offer": Offer,
    "round": Round,
    "proposal": Proposal,
    "engagement": Engagement,
}
HOLDS = {"approved", "offered", "subject_to_council", "helper_accepted"}
ANY = st.integers(0, 99)


class Lifecycles(RuleBasedStateMachine):
    """People act at random; the model knows every status from the audit trail alone."""

    session = None
    reached = None
    depth = 0
    needs = Bundle("needs")
    offers = Bundle("offers")

    def __init__(self):
        super().__init__()
        self.known, self.seen = {}, 0

    def teardown(self):
        self.session.rollback()

    @initialize()
    def begin(self):
        """Begin with a round in review (0), or further on its way (3: every pair engaged)."""
        depth = self.depth
        fill(self.session, 2, 1)
        make_need(self.session, places=2, minimum=2)
        make_offer(self.session, places=2)
        first = make_coordinator(self.session)
        self.current = make_round(self.session, first)
        self.board = [first, coordinator_of(self.session, self.current)]
        self.board = [actor_of(member) for member in self.board]
        self.seen = self.session.scalar(select(func.max(AuditEvent.seq))) or 0
        rounds.run_round(self.session, self.board[0], self.current)
        if depth > 0:
            rounds.publish_round(self.session, self.board[0], self.current, timedelta(0))
        for proposal in self.session.scalars(select(Proposal)).all():
            for actor in self.board if depth else ():
                self.attempt(proposals.sign_proposal, actor, proposal)
            if depth > 1:
                self.attempt(proposals.accept_as_helper, self.board[0], proposal)
            if depth > 2:
                self.attempt(proposals.accept_as_requester, self.board[0], proposal)

    def attempt(self, act, *arguments, **more):
        """Try a step; what the lifecycle does not have is refused and changes nothing."""
        try:
            with self.session.begin_nested():
                act(self.session, *arguments, **more)
        except MatchmakerError:
            self.session.expire_all()

    def pick(self, model, number):
        rows = self.session.scalars(select(model).order_by(model.id)).all()
        return rows[number % len(rows)] if rows else None

    # --- needs and offers ------------------------------------------------------------------

    @rule(target=needs, places=st.integers(1, 2), minimum=st.integers(0, 2))
    def post_need(self, places, minimum):
        minimum = min(places, minimum)
        need = make_need(self.session, status="draft", places=places, minimum=minimum)
        for status in ("submitted", "verified"):
            self.attempt(move, PLATFORM, need, status)
        return need

    @rule(target=offers, places=st.integers(1, 2))
    def post_offer(self, places):
        offer = make_offer(self.session, status="draft", places=places)
        for status in ("submitted", "verified", "open"):
            self.attempt(move, PLATFORM, offer, status)
        return multiple(offer)

    @rule(need=needs, status=st.sampled_from(["returned", "submitted", "verified", "withdrawn"]))
    def change_need(self, need, status):
        if need.status != "matched" or status == "withdrawn":
            self.attempt(move, PLATFORM, need, status)

    @rule(offer=offers, status=st.sampled_from(["paused", "open", "withdrawn", "lapsed"]))
    def change_offer(self, offer, status):
        if not (status == "open" and offer.places_taken == offer.places):
            self.attempt(move, PLATFORM, offer, status)

    # --- the round -------------------------------------------------------------------------

    @rule()
    def open_another_round(self):
        if self.current.status in ("closed", "cancelled"):
            self.current = rounds.create_round(self.session, self.board[0], "Next")

    @rule(
        step=st.sampled_from(
            [
                rounds.freeze_round,
                rounds.reopen_round,
                rounds.start_solving,
                rounds.cancel_solving,
                rounds.withdraw_publication,
                rounds.close_round,
                rounds.cancel_round,
            ]
        )
    )
    def move_round(self, step):
        self.attempt(step, self.board[0], self.current)

    @rule()
    def solve(self):
        """Do what the child process does."""
        if self.current.status == "frozen":
            self.attempt(rounds.start_solving, self.board[0], self.current)
        if self.current.status == "solving":
            result = rounds.solve(self.current)
            self.attempt(rounds.record_solved, PLATFORM, self.current, result)

    @rule()
    def run_a_whole_round(self):
        self.attempt(rounds.run_round, self.board[0], self.current)

    @rule(cool_off=st.sampled_from([timedelta(0), timedelta(hours=48)]))
    def publish(self, cool_off):
        self.attempt(rounds.publish_round, self.board[0], self.current, cool_off)

    # --- proposals and engagements ---------------------------------------------------------

    @rule(number=ANY, who=st.integers(0, 1))
    def sign(self, number, who):
        proposal = self.pick(Proposal, number)
        if proposal is not None:
            self.attempt(proposals.sign_proposal, self.board[who], proposal)

    @rule(number=ANY, act=st.sampled_from([proposals.reject_proposal, proposals.undo_proposal]))
    def turn_down(self, number, act):
        proposal = self.pick(Proposal, number)
        if proposal is not None:
            self.attempt(act, self.board[0], proposal, DeclineReason.OTHER)

    @rule(number=ANY, conditional=st.booleans())
    def accept_as_helper(self, number, conditional):
        proposal = self.pick(Proposal, number)
        if proposal is not None:
            day = (now() + timedelta(days=30)).date()
            more = {"conditional": conditional, "lapses_on": day}
            self.attempt(proposals.accept_as_helper, self.board[0], proposal, **more)

    @rule(number=ANY)
    def accept_as_requester(self, number):
        proposal = self.pick(Proposal, number)
        if proposal is not None:
            self.attempt(proposals.accept_as_requester, self.board[0], proposal)

    @rule(number=ANY, side=st.sampled_from(["helper", "requester"]))
    def decline(self, number, side):
        proposal = self.pick(Proposal, number)
        if proposal is not None:
            reason = DeclineReason.OTHER
            self.attempt(proposals.decline, self.board[0], proposal, side, reason)

    @rule(number=ANY, days=st.sampled_from([1, 60]))
    def time_passes(self, number, days):
        proposal, later = self.pick(Proposal, number), now() + timedelta(days=days)
        if proposal is not None:
            self.attempt(proposals.offer_proposal, PLATFORM, proposal, at=later)
            self.attempt(proposals.lapse_proposal, PLATFORM, proposal, later)

    @rule(
        number=ANY,
        step=st.sampled_from(
            [
                engagements.start_engagement,
                engagements.pause_engagement,
                engagements.resume_engagement,
                engagements.complete_engagement,
            ]
        ),
    )
    def move_engagement(self, number, step):
        engagement = self.pick(Engagement, number)
        if engagement is not None:
            self.attempt(step, self.board[0], engagement)

    @rule(number=ANY)
    def end_engagement(self, number):
        engagement = self.pick(Engagement, number)
        if engagement is not None:
            reason = DeclineReason.OTHER
            self.attempt(engagements.end_engagement, self.board[0], engagement, reason)

    # --- what holds after each step --------------------------------------------------------

    @invariant()
    def places_are_those_that_proposals_hold(self):
        self.session.flush()
        self.session.expire_all()
        ended = set(
            self.session.scalars(select(Engagement.proposal_id).where(Engagement.status == "ended"))
        )
        held = []
        for one in self.session.scalars(select(Proposal)):
            holds = one.status in HOLDS or (one.status == "engaged" and one.id not in ended)
            assert one.places_held == holds
            held += [one] if holds else []
        for model, name in ((Need, "need_id"), (Offer, "offer_id")):
            for row in self.session.scalars(select(model)):
                n_held = sum(getattr(one, name) == row.id for one in held)
                assert row.places_taken == n_held <= row.places

    @invariant()
    def full_offers_are_full(self):
        for offer in self.session.scalars(select(Offer)):
            if offer.status in ("open", "full"):
                assert (offer.status == "full") == (offer.places_taken == offer.places)

    @invariant()
    def each_status_is_the_last_one_of_its_audit_rows(self):
        events = self.session.scalars(
            select(AuditEvent).where(AuditEvent.seq > self.seen).order_by(AuditEvent.seq)
        )
        for one in events:
            self.seen = one.seq
            if one.subject_kind not in MODELS or "to" not in one.details:
                continue
            key, before = (one.subject_kind, one.subject_id), one.details.get("from")
            assert self.known.get(key, before) == before
            self.known[key] = one.details["to"]
            if before is not None:
                self.reached.add((one.subject_kind, before, one.details["to"]))
        for kind, model in MODELS.items():
            for key, status in self.session.execute(select(model.public_id, model.status)):
                assert self.known.get((kind, key), status) == status

    @invariant()
    def chain_of_the_audit_trail_holds(self):
        assert list(broken_links(self.session)) == []


@pytest.mark.parametrize(
    ("depth", "kinds"), [(0, {"round", "proposal"}), (1, {"proposal"}), (3, {"engagement"})]
)
def test_no_order_of_steps_breaks_an_invariant(session, depth, kinds):
    Lifecycles.session, Lifecycles.reached, Lifecycles.depth = session, set(), depth
    run_state_machine_as_test(
        Lifecycles,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    steps = {
        (kind, str(before), str(after))
        for kind, table in STEPS.items()
        for before, afters in table.items()
        for after in afters
    }
    assert Lifecycles.reached <= steps
    assert kinds <= {kind for kind, _, _ in Lifecycles.reached}
