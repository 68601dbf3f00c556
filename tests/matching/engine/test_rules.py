"""Shares written in few words say the same as the shares that were meant."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import BalanceRule, GroupRule, Infeasible, assign
from matchmaker.matching.engine.rules import as_fraction, share_below
from tests.matching.brute_force import Problem
from tests.matching.test_assignment import in_units


@given(st.fractions(0, 1, max_denominator=10**6), st.integers(1, 60))
def test_share_below_is_the_greatest_of_its_kind(share, most):
    tried = [Fraction(share * whole // 1, whole) for whole in range(1, most + 1)]
    assert share_below(share, most) == max(tried)


@given(st.fractions(0, 1, max_denominator=10**6), st.integers(1, 30))
def test_counts_within_the_share_are_those_within_the_one_below(share, most):
    below = share_below(share, most)
    for whole in range(most + 1):
        for count in range(whole + 1):
            assert (count <= share * whole) == (count <= below * whole)


@pytest.mark.parametrize(
    ("share", "count"), [(0.333333, 3), (0.3333333, 4), (1 / 3, 4), (0.333334, 4)]
)
def test_share_of_many_decimals_is_kept_to_the_last_pair(share, count):
    scores = np.ones((18, 12))
    scores[:6] = 1.1
    rules = [
        GroupRule(needs=range(6), at_most=share, share_of=GroupRule()),
        GroupRule(at_least=12),
    ]
    assert (assign(scores, rules=rules).pairs[:, 0] < 6).sum() == count


def test_balance_of_large_groups_holds_to_the_last_need():
    sizes = 97, 89
    scores = [[1.0]] * sum(sizes)
    a, b = list(range(97)), list(range(97, sum(sizes)))
    for difference in (0.0, 1 / 97, 0.01):
        result = assign(
            scores, offer_places=150, rules=[BalanceRule(a, b, difference, as_share=True)]
        )
        served = result.pairs[:, 0]
        shares = [Fraction(int((served < 97).sum()), 97), Fraction(int((served >= 97).sum()), 89)]
        assert abs(shares[0] - shares[1]) <= as_fraction(difference)
        assert result.optimal


def test_what_was_served_before_counts_with_the_difference():
    scores = np.diag([0.9, 0.8, 0.7])
    even = BalanceRule([0, 1], [2], 0, ahead=1)
    assert assign(scores, rules=[even]).pairs.tolist() == [[2, 2]]
    behind = BalanceRule([0, 1], [2], 0, ahead=-1)
    assert assign(scores, rules=[behind]).pairs.tolist() == [[0, 0], [1, 1], [2, 2]]


def test_lead_that_no_result_makes_up_is_a_conflict_and_the_difference_that_would_do_is_told():
    with pytest.raises(Infeasible) as error:
        assign(np.diag([0.9, 0.8]), rules=[BalanceRule([0], [1], 1, ahead=5)])
    assert error.value.conflicts == [("rule", 0)]
    (way,) = error.value.relaxations
    assert (way.change, way.wanted) == ("at_most_difference", 4)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
def test_lead_is_made_up_as_brute_force_does(policy):
    rng = np.random.default_rng(7)
    for _ in range(12):
        scores = rng.integers(0, 5, (4, 3)) / 4
        rule = BalanceRule([0, 1], [2, 3], int(rng.integers(0, 2)), ahead=int(rng.integers(-2, 3)))
        problem = Problem(scores, rules=[rule], policy=policy)
        best = problem.best()
        if best is None:
            with pytest.raises(Infeasible):
                assign(scores, rules=[rule], policy=policy)
        else:
            found = assign(scores, rules=[rule], policy=policy)
            assert problem.is_result(found.pairs)
            assert in_units(found.objective) == best


@pytest.mark.parametrize("more", [{"ahead": 0.5}, {"ahead": True}, {"ahead": 1, "as_share": True}])
def test_lead_that_is_no_count_is_refused(more):
    with pytest.raises(ValueError, match="ahead"):
        BalanceRule([0], [1], 1, **more)
