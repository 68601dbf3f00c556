"""Decisions of a round: the offer taken among those that could have been."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.learned import decisions as module
from matchmaker.matching.learned.decisions import decisions_of
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from tests.matching.build import NEED, OFFER, snapshot

NEEDS = [replace(NEED, key=f"n{k}") for k in range(2)]
OFFERS = [replace(OFFER, key=f"o{k}", effort_days=5 * (k + 1)) for k in range(4)]
ROUND = snapshot(NEEDS, OFFERS)


def efforts(decision, settings=None):
    """Return which of the offers stand in a decision, known by their availability."""
    arrays = arrays_of(ROUND.sorted())
    rows, columns = np.zeros(4, np.int64), np.arange(4)
    criteria = score_pairs(arrays, settings or Settings(), rows, columns).criteria
    known = [value.value for value in criteria.values()][2]
    return [int(np.abs(known - row[2]).argmin()) for row in decision.values]


def test_offer_taken_stands_first_and_others_follow():
    (found,) = decisions_of(ROUND, Settings(), [("n0", "o2")], [])
    assert efforts(found) == [2, 0, 1, 3]
    assert (found.category, found.town) == ("project", "vukovar")


def test_offer_whose_place_went_to_another_need_was_no_choice():
    first, second = decisions_of(ROUND, Settings(), [("n0", "o2"), ("n1", "o3")], [])
    assert efforts(first) == [2, 0, 1]
    assert efforts(second) == [3, 0, 1]


def test_offer_with_a_place_left_was_a_choice():
    roomy = snapshot(NEEDS, [replace(offer, places=2) for offer in OFFERS])
    first, _ = decisions_of(roomy, Settings(), [("n0", "o2"), ("n1", "o3")], [])
    assert efforts(first) == [2, 0, 1, 3]


def test_offer_turned_down_for_the_need_was_a_choice_though_another_took_it():
    taken = [("n0", "o2"), ("n1", "o3")]
    first, second = decisions_of(ROUND, Settings(), taken, [("n0", "o3")])
    assert efforts(first) == [2, 0, 1, 3]
    assert efforts(second) == [3, 0, 1]


def test_offer_ruled_out_by_hand_was_no_choice_unless_it_was_turned_down():
    settings = Settings(barred=(("n0", "o0"), ("n0", "o1")))
    (found,) = decisions_of(ROUND, settings, [("n0", "o2")], [("n0", "o1")])
    assert efforts(found) == [2, 1, 3]


def test_offer_that_a_condition_bars_was_no_choice():
    other = replace(OFFERS[3], activities=("project.planning",))
    barred = snapshot(NEEDS, [*OFFERS[:3], other])
    (found,) = decisions_of(barred, Settings(), [("n0", "o2")], [("n0", "o3")])
    assert efforts(found) == [2, 0, 1]


def test_need_with_two_helpers_has_a_decision_for_each():
    first, second = decisions_of(ROUND, Settings(), [("n0", "o1"), ("n0", "o2")], [])
    assert efforts(first) == [1, 0, 3]
    assert efforts(second) == [2, 0, 3]


def test_need_without_another_offer_is_no_decision():
    alone = snapshot(NEEDS, OFFERS[:1])
    assert decisions_of(alone, Settings(), [("n0", "o0")], []) == []
    assert decisions_of(ROUND, Settings(), [], []) == []


def test_order_of_the_records_does_not_matter():
    turned = snapshot(NEEDS[::-1], OFFERS[::-1])
    taken = [("n0", "o2"), ("n1", "o3")]
    one = decisions_of(ROUND, Settings(), taken, [])
    other = decisions_of(turned, Settings(), taken[::-1], [])
    for left, right in zip(one, other, strict=True):
        assert np.array_equal(left.values, right.values, equal_nan=True)


def test_of_many_offers_the_same_ones_are_drawn_each_time(monkeypatch):
    monkeypatch.setattr(module, "MOST_OTHERS", 2)
    one, other = (decisions_of(ROUND, Settings(), [("n0", "o2")], [])[0] for _ in range(2))
    assert len(one.values) == 3
    assert efforts(one)[0] == 2
    assert np.array_equal(one.values, other.values)


@pytest.mark.parametrize("unknown_as", ["lower", "upper"])
def test_criteria_are_counted_as_the_round_counted_them(unknown_as):
    settings = Settings(unknown_as=unknown_as)
    (found,) = decisions_of(ROUND, settings, [("n0", "o2")], [])
    arrays = arrays_of(ROUND.sorted())
    scores = score_pairs(arrays, settings, np.zeros(1, int), np.array([2]))
    expected = [measure.value[0] for measure in scores.criteria.values()]
    assert found.values[0] == pytest.approx(expected)
