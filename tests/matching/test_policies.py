"""What the policies and the limits mean, case by case."""

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule, assign

POLICIES = ["total", "coverage", "fairest"]


def pairs(scores, **case):
    return [tuple(pair) for pair in assign(np.array(scores, dtype=float), **case).pairs.tolist()]


def test_total_leaves_a_need_out_where_the_sum_is_greater():
    assert assign([[0.9, 0.2], [0.1, 0.0]]).objective == (0.9,)


def test_coverage_serves_most_needs_first():
    result = assign([[0.9, 0.2], [0.1, 0.0]], policy="coverage")
    assert result.objective == (2, pytest.approx(0.3))


def test_fairest_raises_the_lowest_value_first():
    scores = [[1.0, 0.5], [0.6, 0.4]]
    assert assign(scores, policy="coverage").total == 1.4
    result = assign(scores, policy="fairest")
    assert result.objective == (2, (0.5, 0.6), 1.1)


def test_value_of_a_need_is_the_best_of_its_pairs():
    result = assign([[0.9, 0.2]], need_places=2, policy="fairest")
    assert result.objective == (1, (0.9,), 1.1)


@pytest.mark.parametrize("policy", POLICIES)
def test_pair_not_good_enough_is_not_used_without_demand(policy):
    scores = [[0.0, -0.5, 0.2]]
    assert pairs(scores, policy=policy, minimum_score=0.3) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_pair_at_the_minimum_is_good_enough(policy):
    assert pairs([[0.3]], policy=policy, minimum_score=0.3) == [(0, 0)]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "demand",
    [
        {"locked": [(0, 0)]},
        {"must_serve": [0]},
        {"rules": [GroupRule(needs=[0], at_least=1)]},
    ],
)
def test_demand_calls_for_a_pair_not_good_enough(policy, demand):
    assert pairs([[-0.5]], policy=policy, **demand) == [(0, 0)]


@pytest.mark.parametrize("policy", POLICIES)
def test_minimum_calls_for_a_pair_not_good_enough(policy):
    scores = [[0.9, -0.1]]
    assert pairs(scores, policy=policy, need_places=2, need_minimum=2) == [(0, 0), (0, 1)]


@pytest.mark.parametrize("policy", POLICIES)
def test_minimum_never_serves_a_need_by_bad_pairs_alone(policy):
    assert pairs([[0.1, 0.1]], policy=policy, need_places=2, need_minimum=2, minimum_score=1) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_need_whose_minimum_exceeds_its_places_gets_none(policy):
    assert pairs([[0.9, 0.8]], policy=policy, need_places=1, need_minimum=2) == []


def test_best_of_the_bad_pairs_is_taken():
    assert pairs([[0.1, 0.2]], must_serve=[0], minimum_score=0.5) == [(0, 1)]


def test_quota_counts_distinct_offers():
    rule = GroupRule(count="offers", at_most=1)
    assert pairs([[0.5, 0.6], [0.6, 0.5]], offer_places=2, rules=[rule]) == [(0, 0), (1, 0)] or (
        pairs([[0.5, 0.6], [0.6, 0.5]], offer_places=2, rules=[rule]) == [(0, 1), (1, 1)]
    )


def test_share_is_of_what_the_other_rule_counts():
    scores = np.ones((4, 4)) - np.eye(4) / 10
    half = GroupRule(needs=[0, 1, 2], at_most=0.5, share_of=GroupRule())
    assert len(pairs(scores, rules=[half])) == 2


def test_share_of_nothing_is_satisfied():
    rule = GroupRule(needs=[0], at_least=0.9, share_of=GroupRule(needs=[0]))
    assert pairs([[0.0]], rules=[rule]) == []


def test_third_written_as_a_float_is_a_third():
    rule = GroupRule(needs=[0], at_least=1 / 3, share_of=GroupRule())
    assert len(pairs(np.ones((3, 3)), rules=[rule])) == 3


def test_balance_bounds_the_difference_of_needs_served():
    scores = [[0.9, 0.8], [0.7, 0.6], [0.0, 0.0]]
    assert len(pairs(scores, rules=[BalanceRule([0, 1], [2], 1)])) == 1


def test_balance_of_shares_divides_by_the_sizes():
    scores = np.diag([0.9, 0.8, 0.7, 0.6])
    rule = BalanceRule([0, 1, 2], [3], 0.4, as_share=True)
    assert len(pairs(scores, rules=[rule])) == 4
    assert len(pairs(scores, rules=[rule], barred=[(0, 0)])) == 3


def test_balance_of_shares_with_an_empty_group_is_satisfied():
    scores = np.diag([0.9, 0.8])
    assert len(pairs(scores, rules=[BalanceRule([0, 1], [], 0.0, as_share=True)])) == 2


def test_same_lock_twice_is_one_lock():
    assert pairs([[0.9, 0.2]], locked=[(0, 1), (0, 1)]) == [(0, 1)]


def test_pair_below_the_minimum_counts_its_score_where_it_is_called_for():
    scores = [[-0.2, 0.45], [-1.0, 0.5]]
    for demand in ({"must_serve": [0]}, {"rules": [GroupRule(needs=[0], at_least=1)]}):
        assert pairs(scores, minimum_score=0.5, **demand) == [(0, 1)]


def test_pair_not_good_enough_stays_out_where_a_good_one_serves():
    assert pairs([[0.9, 0.4]], need_places=2, must_serve=[0], minimum_score=0.5) == [(0, 0)]


@pytest.mark.parametrize("policy", POLICIES)
def test_balance_calls_for_no_pairs_on_both_sides(policy):
    scores = [[0.4, 0.4], [0.4, 0.4]]
    balance = BalanceRule([0], [1], 0)
    assert pairs(scores, policy=policy, rules=[balance], minimum_score=0.5) == []


@pytest.mark.parametrize("policy", ["coverage", "fairest"])
def test_floor_met_by_bad_pairs_still_serves_most_needs(policy):
    scores = [[-0.5, -0.5], [-0.5, -0.5]]
    rule = GroupRule(at_least=2)
    result = assign(np.array(scores), need_places=2, rules=[rule], policy=policy)
    assert result.objective[0] == 2
