"""Floors, caps and evenness by group: what is asked for, and the rules it becomes."""

from dataclasses import replace

import pytest

from matchmaker.errors import BadInput
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.settings import GroupLimit, Settings
from matchmaker.models import Partnership
from matchmaker.rounds import service
from matchmaker.rounds.floor_steps import add_floor, remove_floor
from matchmaker.rounds.floors import MOST_FLOORS, Bound, Floor, read, stored
from matchmaker.rounds.groups import groups_in
from matchmaker.rounds.letting_go import code_of
from matchmaker.rounds.queries import chosen_pairs
from matchmaker.rounds.settings import settings_of
from tests.factories import make_round
from tests.rounds.conftest import fill

ONE_PAIR = Floor("at_most", "pairs", "offer_country:NL", 1)
ALL_SERVED = Floor("at_least", "needs", "need_country:UA", 2)
EVEN = Floor("even", "needs", "need_side:north", 1, "need_side:south")


@pytest.mark.parametrize("floor", [ONE_PAIR, ALL_SERVED, EVEN])
def test_name_of_a_rule_tells_what_was_asked(floor):
    assert Floor.named(floor.name, floor.number) == floor


@pytest.mark.parametrize(
    "name",
    ["", "Seven", "#1", "at_least needs", "at_least needs nobody:x", "even needs needs", "a b c"],
)
def test_rule_of_another_name_is_no_floor(name):
    assert Floor.named(name) is None


def test_floors_are_read_as_they_were_stored():
    assert read(stored((ONE_PAIR, EVEN))) == (ONE_PAIR, EVEN)


def test_open_round_keeps_what_was_asked_and_has_no_rule_yet(session, actor, round_):
    add_floor(session, actor, round_, ONE_PAIR, None)
    settings = settings_of(round_)
    assert (settings.floors, settings.matching.rules) == ((ONE_PAIR,), ())


def test_frozen_round_names_needs_and_offers_by_key(session, actor, round_):
    needs, offers = fill(session)
    for floor in (ONE_PAIR, ALL_SERVED):
        add_floor(session, actor, round_, floor, None)
    service.freeze_round(session, actor, round_)
    cap, served = settings_of(round_).matching.rules
    assert (cap.needs, set(cap.offers), cap.count, cap.at_most) == (
        None,
        {offer.public_id for offer in offers},
        "pairs",
        1,
    )
    assert (set(served.needs), served.offers, served.at_least) == (
        {need.public_id for need in needs},
        None,
        2,
    )


def test_floor_added_to_a_frozen_round_binds_it(session, actor, round_):
    fill(session)
    service.freeze_round(session, actor, round_)
    add_floor(session, actor, round_, ONE_PAIR, None)
    assert round_.settings_digest == settings_of(round_).matching.digest
    assert len(service.solve(round_).pairs) == 1


def test_cap_holds_in_the_result(session, actor, round_):
    fill(session)
    add_floor(session, actor, round_, ONE_PAIR, None)
    service.run_round(session, actor, round_)
    assert len(chosen_pairs(session, round_)) == 1


def test_floor_and_cap_that_cannot_both_be_met_clash(session, actor, round_):
    fill(session)
    for floor in (ONE_PAIR, ALL_SERVED):
        add_floor(session, actor, round_, floor, None)
    service.freeze_round(session, actor, round_)
    with pytest.raises(InfeasibleRound):
        service.solve(round_)


def test_even_sides_are_served_alike(session, actor, round_):
    needs, _ = fill(session, 3, 2)
    for need, side in zip(needs, ("North", "North", "South"), strict=True):
        need.municipality.sides = [side]
    add_floor(session, actor, round_, replace(EVEN, number=0), None)
    service.run_round(session, actor, round_)
    served = {need for need, _ in chosen_pairs(session, round_)}
    assert needs[2].public_id in served and len(served) == 2


@pytest.mark.parametrize(
    "group",
    [
        "needs",
        "need_country:UA",
        "need_category:project",
        "need_topic:env.water",
        "need_kind:elected",
        "need_new",
    ],
)
def test_group_of_needs_holds_them(session, actor, round_, group):
    needs, _ = fill(session)
    assert groups_in(session, actor, round_)[group] == len(needs)
    add_floor(session, actor, round_, Floor("at_most", "needs", group, 0), None)
    service.freeze_round(session, actor, round_)
    assert service.solve(round_).pairs == ()


@pytest.mark.parametrize(
    "group", ["offer_country:NL", "offer_category:project", "offer_topic:env.water"]
)
def test_group_of_offers_holds_them(session, actor, round_, group):
    fill(session)
    assert groups_in(session, actor, round_)[group] == 2
    add_floor(session, actor, round_, Floor("at_most", "offers", group, 1), None)
    service.freeze_round(session, actor, round_)
    assert len({pair.offer for pair in service.solve(round_).pairs}) == 1


def test_municipality_with_a_partner_is_not_new(session, actor, round_):
    needs, offers = fill(session, 1, 1)
    a, b = sorted((needs[0].municipality_id, offers[0].municipality_id))
    session.add(Partnership(a_id=a, b_id=b, kind="twinning"))
    session.flush()
    assert groups_in(session, actor, round_)["need_new"] == 0
    add_floor(session, actor, round_, Floor("at_most", "needs", "need_new", 0), None)
    service.freeze_round(session, actor, round_)
    assert len(service.solve(round_).pairs) == 1


def test_groups_of_a_frozen_round_are_those_that_entered(session, actor, coordinator, round_):
    fill(session)
    service.freeze_round(session, actor, round_)
    assert groups_in(session, actor, round_)["needs"] == 2
    assert groups_in(session, actor, make_round(session, coordinator))["needs"] == 0


def test_removed_rule_binds_no_more(session, actor, round_):
    fill(session)
    add_floor(session, actor, round_, ONE_PAIR, None)
    service.freeze_round(session, actor, round_)
    remove_floor(session, actor, round_, ONE_PAIR.name, None)
    assert (settings_of(round_).floors, settings_of(round_).matching.rules) == ((), ())


def test_rules_that_are_no_floors_stay(session, actor, round_):
    mine = GroupLimit(count="pairs", at_most=5, name="Five")
    settings = replace(settings_of(round_), matching=Settings(rules=(mine,)))
    service.change_settings(session, actor, round_, settings)
    add_floor(session, actor, round_, ONE_PAIR, None)
    assert settings_of(round_).matching.rules == (mine,)


def test_same_rule_is_not_added_twice(session, actor, round_):
    add_floor(session, actor, round_, ONE_PAIR, None)
    with pytest.raises(BadInput, match="such a rule"):
        add_floor(session, actor, round_, replace(ONE_PAIR, number=3), None)


def test_floor_above_the_cap_of_its_group_is_refused(session, actor, round_):
    add_floor(session, actor, round_, ONE_PAIR, None)
    with pytest.raises(BadInput, match="cannot both be met"):
        add_floor(session, actor, round_, replace(ONE_PAIR, bound="at_least", number=2), None)


def test_number_of_rules_is_limited(session, actor, round_):
    for number in range(MOST_FLOORS):
        floor = Floor(Bound.AT_MOST.value, "pairs", f"need_topic:t{number}", 1)
        add_floor(session, actor, round_, floor, None)
    with pytest.raises(BadInput, match="at most"):
        add_floor(session, actor, round_, ONE_PAIR, None)


def test_floor_that_was_let_go_of_is_gone_from_the_settings_too(session, actor, round_):
    fill(session)
    for floor in (ONE_PAIR, ALL_SERVED):
        add_floor(session, actor, round_, floor, None)
    service.freeze_round(session, actor, round_)
    service.start_solving(session, actor, round_)
    with pytest.raises(InfeasibleRound) as clash:
        service.solve(round_)
    failure = {"code": "infeasible", **told(clash.value, None)}
    service.fail_solving(session, actor, round_, failure)
    ways = {one["change"]: one for one in failure["relaxations"]}
    service.let_go_of(session, actor, round_, code_of(ways["at_least"]))
    assert settings_of(round_).floors == (ONE_PAIR, replace(ALL_SERVED, number=1))
    service.reopen_round(session, actor, round_)
    service.freeze_round(session, actor, round_)
    assert len(service.solve(round_).pairs) == 1
