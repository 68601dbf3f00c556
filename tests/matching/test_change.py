"""A change: what it makes of the settings and places, and what it refuses."""

import pytest

from matchmaker.matching.change import Bound, Change
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings

BEFORE = Settings(
    locked=(("n1", "o1"),),
    barred=(("n1", "o2"),),
    must_serve=("n2",),
    rules=(GroupLimit(needs=("n1",), at_least=1, name="east"), GroupLimit(at_most=9)),
    balances=(BalanceLimit(("n1",), ("n2",)),),
)


def test_nothing_changed_is_the_same_settings():
    assert Change().settings(BEFORE) == BEFORE
    assert Change().to_json() == "{}"


def test_pins_come_and_go():
    change = Change(
        lock=(("n2", "o2"), ("n2", "o2")),
        unlock=(("n1", "o1"),),
        bar=(("n3", "o1"),),
        unbar=(("n1", "o2"),),
        must_serve=("n3",),
        need_not_serve=("n2",),
    )
    after = change.settings(BEFORE)
    assert (after.locked, after.barred) == ((("n2", "o2"),), (("n3", "o1"),))
    assert after.must_serve == ("n3",)


def test_rules_come_move_and_go_by_their_names():
    change = Change(
        add_rules=(GroupLimit(offers=("o1",), at_most=1),),
        add_balances=(BalanceLimit(("n3",), ("n4",)),),
        drop_rules=("#2",),
        move_rules=(Bound("east", at_least=2), Bound("#3", at_most_difference=4)),
    )
    after = change.settings(BEFORE)
    assert after.rules[0] == GroupLimit(needs=("n1",), at_least=2, name="east")
    assert after.rules[1:] == change.add_rules
    assert [limit.at_most_difference for limit in after.balances] == [4, 1]


def test_one_category_of_weights_leaves_the_others():
    weights = {"lobby": {"expertise": 1.0, "context": 0.0, "availability": 0.0}}
    after = Change(weights=weights, context_minimum={"heart": 0.5}).settings(BEFORE)
    assert after.weights == {**BEFORE.weights, **weights}
    assert after.context_minimum == {"atmosphere": 0.0, "heart": 0.5}


def test_paused_offer_has_no_place():
    change = Change(offer_places={"o1": 3, "o2": 2}, pause=("o2",), need_places={"n1": 2})
    assert change.places("offer", {"o1": 0, "o2": 1}) == {0: 3, 1: 0}
    assert change.places("need", {"n1": 4}) == {4: 2}


def test_change_can_be_stored_and_read_again():
    change = Change(
        lock=(("n1", "o1"),),
        minimum_score=0.0,
        keep=(),
        tie=(("n2", "o2"),),
        tie_bonus=0.1,
        add_rules=(GroupLimit(needs=("n1",), at_most=1),),
        move_rules=(Bound("east", at_most=2.0),),
        need_places={"n1": 2},
    )
    assert Change.from_json(change.to_json()) == change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(unlock=(("n9", "o9"),)), r"unlock: \('n9', 'o9'\) is not there"),
        (Change(unbar=(("n9", "o9"),)), "unbar"),
        (Change(untie=(("n9", "o9"),)), r"untie: \('n9', 'o9'\) is not there"),
        (Change(need_not_serve=("n1",)), "need_not_serve: 'n1' is not there"),
        (Change(drop_rules=("west",)), "there is no rule 'west'"),
        (Change(move_rules=(Bound("west"),)), "there is no rule 'west'"),
        (Change(move_rules=(Bound("east", at_most_difference=1),)), "has no at_most_difference"),
        (Change(move_rules=(Bound("#3", at_most=1),)), "has no at_most"),
        (Change(policy="best"), "policy: expected one of"),
        (Change(weights={"lobby": {"expertise": 1.0}}), "weights.lobby: expected"),
    ],
)
def test_change_to_what_is_not_there_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        change.settings(BEFORE)


@pytest.mark.parametrize("places", [-1, 10_001, True])
def test_places_out_of_range_are_refused(places):
    with pytest.raises(ValueError, match=r"change need_places\.n1: expected 0 to 10000"):
        Change(need_places={"n1": places}).places("need", {"n1": 0})


def test_places_of_an_unknown_offer_are_refused():
    with pytest.raises(ValueError, match="there is no offer 'o9'"):
        Change(pause=("o9",)).places("offer", {"o1": 0})
