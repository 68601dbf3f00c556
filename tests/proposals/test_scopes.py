"""Matches across scopes: both associations sign, each sees its own side by name only."""

import re

import pytest

from matchmaker.access import Permission, allowed
from matchmaker.admin.invariants import breaks
from matchmaker.engagements.queries import engagements_visible_to
from matchmaker.models import Decision, Engagement, Partnership, Proposal
from matchmaker.proposals import queries, scopes, service
from matchmaker.rounds import queries as round_queries
from matchmaker.rounds import service as rounds
from matchmaker.rounds.settings import RoundSettings
from tests.factories import (
    actor_of,
    coordinator_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
    make_round,
)


class Across:
    """A need of one association, an offer of another, and a round that took both in."""

    def __init__(self, session, elsewhere=True):
        self.session = session
        self.here = make_association(session, scope=["UA"])
        self.there = make_association(session, scope=["NL"])
        self.one, self.two = (make_coordinator(session, self.here) for _ in "12")
        self.other, self.other_too = (make_coordinator(session, self.there) for _ in "12")
        town = make_municipality(session, name="Askville")
        city = make_municipality(session, name="Helpstad", country="NL", region="Utrecht")
        self.need = make_need(session, make_requester(session, town), title="Pumps")
        self.offer = make_offer(session, make_helper(session, city), title="Engineers")
        self.round = make_round(session, self.one)
        settings = RoundSettings(offers_from_elsewhere=elsewhere)
        rounds.change_settings(session, actor_of(self.one), self.round, settings)

    def run(self):
        """Run the round; return its one proposal."""
        rounds.run_round(self.session, actor_of(self.one), self.round)
        (proposal,) = self.session.query(Proposal).all()
        return proposal

    def sign(self, member, proposal):
        """Let a coordinator sign."""
        service.sign_proposal(self.session, actor_of(member), proposal)


@pytest.fixture
def across(session):
    """Give need and offer of two associations."""
    return Across(session)


def test_round_takes_offers_of_its_scope_only_unless_it_says_otherwise(session):
    world = Across(session)
    actor = actor_of(world.one)
    assert round_queries.offers_to_match(session, actor) == []
    assert round_queries.offers_to_match(session, actor, elsewhere=True) == [world.offer]
    assert round_queries.needs_to_match(session, actor_of(world.other)) == []


def test_offer_for_which_nobody_could_sign_does_not_enter(session):
    world = Across(session)
    nobody = make_municipality(session, country="FR")
    make_offer(session, make_helper(session, nobody))
    actor = actor_of(world.one)
    assert round_queries.offers_to_match(session, actor, elsewhere=True) == [world.offer]
    for member in (world.other, world.other_too):
        member.user.active = False
    session.flush()
    assert round_queries.offers_to_match(session, actor, elsewhere=True) == []


@pytest.mark.control(6)
@pytest.mark.asvs("2.3.5")
def test_pair_across_scopes_asks_for_both_associations(session, across):
    proposal = across.run()
    assert "across_scopes" in proposal.signature_reasons
    assert proposal.required_signatures == 2
    across.sign(across.one, proposal)
    across.sign(across.two, proposal)
    assert proposal.status == "proposed"
    across.sign(across.other, proposal)
    assert proposal.status == "approved"
    assert [line for line in breaks(session) if "across" in line] == []


@pytest.mark.control(6)
def test_two_of_the_other_association_are_not_enough_either(across):
    proposal = across.run()
    across.sign(across.other, proposal)
    across.sign(across.other_too, proposal)
    assert proposal.status == "proposed"


@pytest.mark.control(6)
def test_one_person_of_both_associations_does_not_sign_for_both(session, across):
    both = make_coordinator(session, across.there, user=across.one.user)
    proposal = across.run()
    across.sign(across.one, proposal)
    from matchmaker.errors import BadInput

    with pytest.raises(BadInput):
        across.sign(both, proposal)
    assert proposal.status == "proposed"


@pytest.mark.control(24)
def test_signature_of_an_association_that_lost_the_side_does_not_count(session, across):
    proposal = across.run()
    across.sign(across.other, proposal)
    administrator = actor_of(make_administrator(session))
    scopes.set_scope(session, administrator, across.there, ["FR"], [])
    across.sign(across.one, proposal)
    assert proposal.status == "proposed"


@pytest.mark.control(24)
def test_scope_that_changes_under_a_proposal_asks_for_the_other_association(session):
    here = make_association(session, scope=["UA", "NL"])
    one = make_coordinator(session, here)
    make_need(session, make_requester(session))
    make_offer(session, make_helper(session))
    round_ = make_round(session, one)
    rounds.run_round(session, actor_of(one), round_)
    (proposal,) = session.query(Proposal).all()
    assert "across_scopes" not in proposal.signature_reasons
    scopes.set_scope(session, actor_of(make_administrator(session)), here, ["UA"], [])
    assert "across_scopes" in proposal.signature_reasons
    for member in (one, coordinator_of(session, round_)):
        service.sign_proposal(session, actor_of(member), proposal)
    assert proposal.status == "proposed"


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
def test_proposal_of_which_no_side_is_in_scope_any_more_does_not_exist(session, across):
    proposal = across.run()
    assert allowed(Permission.SIGN_PROPOSAL, actor_of(across.one), proposal)
    administrator = actor_of(make_administrator(session))
    scopes.set_scope(session, administrator, across.here, ["FR"], [])
    actor = actor_of(across.one)
    assert not allowed(Permission.SEE_PROPOSAL, actor, proposal)
    assert session.scalars(queries.proposals_of_round(across.round.id, actor=actor)).all() == []
    assert round_queries.n_proposals_by_status(session, across.round, actor) == {}
    assert queries.proposals_awaiting_signature_of(session, actor) == []


def test_each_association_finds_what_it_has_to_sign(session, across):
    proposal = across.run()
    stranger = actor_of(make_coordinator(session, make_association(session, scope=["FR"])))
    for member in (across.one, across.other):
        actor = actor_of(member)
        assert queries.proposals_awaiting_signature_of(session, actor) == [proposal]
    assert session.scalars(queries.proposals_across(actor_of(across.other))).all() == [proposal]
    assert session.scalars(queries.proposals_across(actor_of(across.one))).all() == []
    assert queries.proposals_awaiting_signature_of(session, stranger) == []
    assert not allowed(Permission.SEE_PROPOSAL, stranger, proposal)


def test_engagement_across_scopes_is_seen_by_both(session, across):
    proposal = across.run()
    engagement = Engagement(proposal=proposal, status="planned")
    session.add(engagement)
    session.flush()
    for member in (across.one, across.other):
        assert session.scalars(engagements_visible_to(actor_of(member))).all() == [engagement]
        assert allowed(Permission.SEE_ENGAGEMENT, actor_of(member), engagement)


@pytest.mark.control(4)
@pytest.mark.asvs("8.2.3")
def test_each_association_reads_the_name_of_its_own_side_only(session, client_for, across):
    proposal = across.run()
    session.commit()
    desk, far = client_for(across.one), client_for(across.other)
    path = f"/proposals/{proposal.public_id}"
    round_page = f"/rounds/{across.round.public_id}"
    for address in (path, round_page, "/home"):
        page = desk.get(address).text
        assert "Helpstad" not in page and "Engineers" not in page and "Utrecht" not in page
    assert "Askville" in desk.get(path).text
    for address in (path, "/proposals/across", "/home"):
        page = far.get(address).text
        assert "Askville" not in page and "Pumps" not in page and "Kharkiv" not in page
    assert "Helpstad" in far.get("/proposals/across").text
    assert "another association waits for your signature" in far.get("/home").text
    assert far.get(round_page).status_code == 404
    far.post(f"{path}/sign")
    assert across.other.user.email not in desk.get(path).text
    assert across.there.name in desk.get(path).text


@pytest.mark.control(4)
@pytest.mark.asvs("8.2.3")
def test_pages_of_an_engagement_name_the_own_side_only(session, client_for, across):
    across.need.municipality.local_name = "Питайгород"
    across.offer.municipality.local_name = "Helpstêd"
    engagement = Engagement(proposal=across.run(), status="planned")
    session.add(engagement)
    session.commit()
    asking = {"Askville", "Питайгород", "Pumps"}
    helping = {"Helpstad", "Helpstêd", "Engineers"}
    for member, own, others in (
        (across.one, asking, helping),
        (across.other, helping, asking),
    ):
        desk = client_for(member)
        page = desk.get(f"/engagements/{engagement.public_id}").text
        assert {word for word in asking | helping if word in page} == own
        rows = desk.get("/engagements").text
        assert not [word for word in others if word in rows]
        assert "A municipality outside your scope" in rows


def test_round_with_offers_from_elsewhere_is_not_handed_out(session, client_for, across):
    across.run()
    session.commit()
    desk = client_for(across.one)
    answer = desk.post(f"/rounds/{across.round.public_id}/export")
    assert answer.status_code == 303
    told = re.search(r'banner__heading">(.*?)<', desk.get(answer.location).text).group(1)
    assert told.startswith("This round cannot be downloaded.")
    assert "scope" not in told


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
def test_round_is_handed_out_only_while_all_its_towns_are_in_scope(session, client_for):
    here = make_association(session, scope=["UA", "NL"])
    one = make_coordinator(session, here)
    make_need(session, make_requester(session))
    make_offer(session, make_helper(session))
    round_ = make_round(session, one)
    rounds.run_round(session, actor_of(one), round_)
    session.commit()
    desk, path = client_for(one), f"/rounds/{round_.public_id}/export"
    assert desk.post(path).headers["Content-Type"] == "application/json"
    for narrowed in (["UA"], ["NL"], ["FJ"]):
        scopes.set_scope(session, actor_of(make_administrator(session)), here, narrowed, [])
        session.commit()
        answer = desk.post(path)
        assert (answer.status_code, answer.location) == (303, f"/rounds/{round_.public_id}")


@pytest.mark.control(4)
def test_round_with_a_tie_out_of_scope_is_not_handed_out(session, client_for):
    one = make_coordinator(session, make_association(session, scope=["UA", "NL"]))
    helper = make_helper(session)
    make_need(session, make_requester(session))
    make_offer(session, helper)
    far = make_municipality(session, country="FR", region="")
    session.add(Partnership(a_id=helper.municipality_id, b_id=far.id))
    round_ = make_round(session, one)
    rounds.run_round(session, actor_of(one), round_)
    session.commit()
    answer = client_for(one).post(f"/rounds/{round_.public_id}/export")
    assert answer.status_code == 303


def test_verify_finds_a_pair_across_scopes_that_one_association_signed_alone(session, across):
    proposal = across.run()
    across.sign(across.one, proposal)
    for member in (across.one, across.two):
        if member is across.two:
            session.add(
                Decision(
                    proposal_id=proposal.id,
                    user_id=member.user_id,
                    membership_id=member.id,
                    kind="sign",
                )
            )
    proposal.moved_to = proposal.status = "approved"
    session.flush()
    assert any("signed by one association" in line for line in breaks(session))
