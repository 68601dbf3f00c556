"""Scenarios: what they start from, what a change by hand does, and what becomes of the round."""

import pytest
from sqlalchemy import select

from matchmaker.errors import BadInput, WrongStep
from matchmaker.models import AuditEvent, AuditText, Proposal, RoundNeed
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import DeclineReason, OverrideReason
from matchmaker.workbench import scenario_service as service
from matchmaker.workbench.scenario_work import Asked, Clashing
from matchmaker.workbench.standing import standing_of
from tests.factories import actor_of, answer_checks_of, coordinator_of


@pytest.fixture
def proposed(session, solved):
    """Give the two proposals of the round."""
    query = select(Proposal).where(Proposal.round_id == solved.id).order_by(Proposal.id)
    return list(session.scalars(query))


@pytest.fixture
def left(session, solved):
    """Give the key of the need that the round left without."""
    row = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    return row.need.public_id


@pytest.fixture
def scenario(session, actor, solved):
    """Give a scenario with nothing changed."""
    return service.create_scenario(session, actor, solved, "Plain")


def pair_of(proposal):
    return proposal.need.public_id, proposal.offer.public_id


def change(session, actor, round_, scenario, *asked, **more):
    more = {"reason": OverrideReason.KNOWN, "words": "They met in May."} | more
    return service.adjust(session, actor, round_, scenario, Asked(*asked), **more)


def test_scenario_starts_with_the_pairs_of_the_round(scenario, solved):
    assert scenario.pairs == solved.pairs
    assert scenario.figures["served"] == 2


def test_name_is_taken_once(session, actor, solved, scenario):
    with pytest.raises(BadInput, match="has this name"):
        service.create_scenario(session, actor, solved, "Plain")


def test_barred_pair_is_gone_and_its_price_is_kept(session, actor, solved, scenario, proposed):
    pair = pair_of(proposed[0])
    change(session, actor, solved, scenario, "bar", *pair)
    assert list(pair) not in scenario.pairs
    (row,) = scenario.adjustments
    assert row.price["moved"] > 0


def test_need_that_must_get_someone_gets_someone(session, actor, solved, scenario, left):
    change(session, actor, solved, scenario, "serve", left)
    assert left in {need for need, _ in scenario.pairs}
    assert len(scenario.adjustments[0].price["left_without"]) == 1


def test_paused_offer_serves_nobody(session, actor, solved, scenario, proposed):
    offer = proposed[0].offer.public_id
    change(session, actor, solved, scenario, "pause", None, offer)
    assert offer not in {one for _, one in scenario.pairs}


def test_preferred_pair_comes_where_it_costs_little(session, actor, solved, scenario, left):
    offer = solved.pairs[0][1]
    change(session, actor, solved, scenario, "tie", left, offer)
    assert [left, offer] in scenario.pairs


@pytest.mark.parametrize("places", [0, 2])
def test_nobody_gets_more_places_than_there_are(session, actor, solved, scenario, places):
    offer = solved.pairs[0][1]
    with pytest.raises(BadInput, match="from 1 to"):
        change(session, actor, solved, scenario, "offer_places", None, offer, places)


def test_round_stays_as_it_is(session, actor, solved, scenario, proposed):
    before = solved.settings, solved.result_digest
    change(session, actor, solved, scenario, "bar", *pair_of(proposed[0]))
    assert (solved.settings, solved.result_digest, solved.status) == (*before, "in_review")
    assert {one.status for one in proposed} == {"proposed"}


def test_words_of_the_reason_go_into_the_trail_and_nowhere_else(
    session, actor, solved, scenario, left
):
    change(session, actor, solved, scenario, "serve", left)
    event = session.get(AuditEvent, scenario.adjustments[0].told)
    assert session.get(AuditText, event.seq).text == "They met in May."
    assert (event.event, event.details["reason"]) == ("round.adjusted", "known")


def test_clash_saves_nothing(session, actor, solved, scenario, proposed):
    pair = pair_of(proposed[0])
    change(session, actor, solved, scenario, "bar", *pair)
    with pytest.raises(Clashing) as clash:
        change(session, actor, solved, scenario, "lock", *pair)
    assert {one["code"] for one in clash.value.told["conflicts"]} == {"lock", "bar"}
    assert len(scenario.adjustments) == 1


def test_signed_pair_is_locked_and_cannot_be_barred(session, actor, solved, proposed):
    proposals.sign_proposal(session, actor, proposed[0])
    made = service.create_scenario(session, actor, solved, "Later")
    assert list(pair_of(proposed[0])) in made.settings["matching"]["locked"]
    with pytest.raises(BadInput, match="signed this pair"):
        change(session, actor, solved, made, "bar", *pair_of(proposed[0]))


def test_pair_that_was_turned_down_does_not_come_again(session, actor, solved, proposed):
    pair = list(pair_of(proposed[0]))
    proposals.reject_proposal(session, actor, proposed[0], DeclineReason.POLITICAL)
    assert pair not in service.create_scenario(session, actor, solved, "Later").pairs


def test_need_that_is_gone_takes_no_part(session, actor, solved, proposed):
    gone = proposed[0].need
    gone.hidden = True
    session.flush()
    made = service.create_scenario(session, actor, solved, "Later")
    assert gone.public_id not in {need for need, _ in made.pairs}


def test_signature_makes_a_scenario_stale(session, actor, solved, scenario, proposed):
    assert not service.is_stale(scenario, standing_of(session, solved))
    proposals.sign_proposal(session, actor, proposed[0])
    assert service.is_stale(scenario, standing_of(session, solved))
    with pytest.raises(BadInput, match="Work it out anew"):
        service.use_scenario(session, actor, solved, scenario, scenario.version)


def test_change_of_a_stale_scenario_works_all_of_it_out_anew(
    session, actor, solved, scenario, left, proposed
):
    change(session, actor, solved, scenario, "serve", left)
    proposals.sign_proposal(session, actor, proposed[0])
    change(session, actor, solved, scenario, "bar", left, proposed[0].offer.public_id)
    assert not service.is_stale(scenario, standing_of(session, solved))
    assert list(pair_of(proposed[0])) in scenario.pairs
    assert left in {need for need, _ in scenario.pairs}


def test_price_of_a_round_that_has_changed_since_is_not_paid(
    session, actor, solved, left, proposed
):
    base = standing_of(session, solved).digest
    proposals.sign_proposal(session, actor, proposed[0])
    with pytest.raises(service.ChangedSince):
        change(session, actor, solved, None, "serve", left, name="New", base=base)


def test_scenario_that_a_colleague_changed_is_not_deleted(session, actor, solved, scenario, left):
    seen = scenario.version
    change(session, actor, solved, scenario, "serve", left)
    with pytest.raises(service.ChangedSince):
        service.delete_scenario(session, actor, solved, scenario, seen)


def test_scenario_worked_out_anew_keeps_its_changes(session, actor, solved, scenario, proposed):
    change(session, actor, solved, scenario, "bar", *pair_of(proposed[1]))
    proposals.sign_proposal(session, actor, proposed[0])
    service.work_out_anew(session, actor, solved, scenario)
    assert list(pair_of(proposed[0])) in scenario.pairs
    assert list(pair_of(proposed[1])) not in scenario.pairs
    assert not service.is_stale(scenario, standing_of(session, solved))


def test_change_is_taken_back_and_the_rest_stays(session, actor, solved, scenario, left, proposed):
    change(session, actor, solved, scenario, "serve", left)
    change(session, actor, solved, scenario, "pause", None, proposed[0].offer.public_id)
    first, second = scenario.adjustments
    service.take_back(session, actor, solved, scenario, second.public_id, scenario.version)
    assert scenario.adjustments == [first]
    assert len(scenario.pairs) == 2


def test_later_of_two_coordinators_is_told(session, actor, solved, scenario, left, proposed):
    seen = scenario.version
    change(session, actor, solved, scenario, "serve", left, seen=seen)
    with pytest.raises(service.ChangedSince):
        change(session, actor, solved, scenario, "bar", *pair_of(proposed[0]), seen=seen)


def test_scenario_that_is_used_gives_the_round_its_pairs(session, actor, solved, scenario, left):
    change(session, actor, solved, scenario, "serve", left)
    service.use_scenario(session, actor, solved, scenario, scenario.version)
    rounds.record_solved(session, actor, solved, rounds.solve(solved))
    assert solved.pairs == scenario.pairs
    assert settings_of(solved).matching.must_serve == (left,)


def test_used_scenario_keeps_a_signed_proposal(session, actor, solved, proposed, left):
    answer_checks_of(session, solved)
    proposals.sign_proposal(session, actor_of(coordinator_of(session, solved)), proposed[0])
    made = service.create_scenario(session, actor, solved, "Later")
    change(session, actor, solved, made, "serve", left)
    service.use_scenario(session, actor, solved, made, made.version)
    rounds.record_solved(session, actor, solved, rounds.solve(solved))
    assert [one.status for one in proposed] == ["approved", "undone"]


def test_no_scenario_once_the_round_is_published(session, actor, solved):
    rounds.publish_round(session, actor, solved)
    with pytest.raises(WrongStep):
        service.create_scenario(session, actor, solved, "Too late")


def test_scenario_goes_with_its_changes(session, actor, solved, scenario, left):
    change(session, actor, solved, scenario, "serve", left)
    service.delete_scenario(session, actor, solved, scenario)
    assert service.queries.scenarios_of(session, solved) == []


def test_used_lock_is_let_go_again(session, actor, solved, scenario, proposed):
    pair = pair_of(proposed[0])
    change(session, actor, solved, scenario, "lock", *pair)
    service.use_scenario(session, actor, solved, scenario, scenario.version)
    rounds.record_solved(session, actor, solved, rounds.solve(solved))
    made = service.create_scenario(session, actor, solved, "Free")
    change(session, actor, solved, made, "free", *pair)
    assert list(pair) not in made.settings["matching"]["locked"]


def test_bar_set_by_hand_is_let_go_and_a_refusal_is_not(session, actor, solved, scenario, proposed):
    first, second = (pair_of(one) for one in proposed)
    change(session, actor, solved, scenario, "bar", *first)
    change(session, actor, solved, scenario, "free", *first)
    assert list(first) not in scenario.settings["matching"]["barred"]
    proposals.reject_proposal(session, actor, proposed[1], DeclineReason.POLITICAL)
    service.work_out_anew(session, actor, solved, scenario)
    with pytest.raises(BadInput, match="Nothing was set by hand"):
        change(session, actor, solved, scenario, "free", *second)


def test_used_scenario_is_worked_out_anew_with_what_the_round_has_by_now(
    session, actor, solved, scenario, left
):
    change(session, actor, solved, scenario, "serve", left)
    service.use_scenario(session, actor, solved, scenario, scenario.version)
    rounds.record_solved(session, actor, solved, rounds.solve(solved))
    service.work_out_anew(session, actor, solved, scenario)
    assert scenario.adjustments[0].price["moved"] == 0
