"""Rules that nest, and several places on both sides, solved as flows."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, TimeUp, assign
from matchmaker.matching.engine import routes_network
from tests.matching.nested import nested_case


def outcome(scores, solver, case):
    try:
        result = assign(scores, solver=solver, **case)
    except Infeasible:
        return None
    assert result.optimal
    assert result.solver == solver
    return result.objective


@pytest.mark.parametrize("start", range(0, 600, 10))
def test_flow_agrees_with_the_mixed_integer_program(start):
    for seed in range(start, start + 10):
        scores, case = nested_case(np.random.default_rng(seed))
        assert outcome(scores, "flow", case) == outcome(scores, "milp", case), seed


def test_floor_takes_no_more_pairs_below_the_minimum_than_it_asks_for():
    scores = [[0.4, 0.3, 0.0], [0.4, 0.4, 0.0], [0.0, 0.0, 0.9]]
    rules = [GroupRule(needs=[0, 1], at_least=1)]
    result = assign(scores, rules=rules, minimum_score=0.5)
    assert result.solver == "flow"
    assert len(result.pairs) == 2
    assert result.total == 1.3


def test_floor_that_good_pairs_meet_calls_for_no_others():
    scores = [[0.4, 0.9, 0.0], [0.9, 0.4, 0.0], [0.0, 0.0, 0.4]]
    result = assign(scores, rules=[GroupRule(at_least=2)], minimum_score=0.5)
    assert result.pairs.tolist() == [[0, 1], [1, 0]]


def test_search_that_is_given_up_says_so(monkeypatch):
    monkeypatch.setattr(routes_network, "MOST_NODES", 1)
    scores = [[0.9, 0.4], [0.4, 0.4]]
    rules = [GroupRule(at_least=1)]
    result = assign(scores, rules=rules, minimum_score=0.5, solver="flow")
    assert result.objective == (0.9,)
    assert not result.optimal and result.bound > result.objective and result.gap > 0


def test_no_time_at_all_is_time_up():
    with pytest.raises(TimeUp):
        assign(np.ones((3, 3)), rules=[GroupRule(at_most=2)], solver="flow", time_limit=0)


@pytest.fixture
def few_pairs_first(monkeypatch):
    """Have every network solved over its best pair of each place first."""
    monkeypatch.setattr(routes_network, "MANY_PAIRS", 0)
    monkeypatch.setattr(routes_network, "PAIRS_AT_FIRST", 1)


@pytest.mark.parametrize("start", range(2000, 2200, 50))
def test_pairs_left_out_at_first_come_in_where_they_matter(few_pairs_first, start):
    for seed in range(start, start + 50):
        scores, case = nested_case(np.random.default_rng(seed))
        assert outcome(scores, "flow", case) == outcome(scores, "milp", case), seed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_larger_flow_over_few_pairs_first_is_that_over_all(monkeypatch, seed, policy):
    rng = np.random.default_rng(seed)
    scores = rng.normal(0.2, 0.5, (40, 30)).round(int(rng.integers(1, 9)))
    case = {
        "need_places": rng.integers(0, 4, 40),
        "offer_places": rng.integers(0, 4, 30),
        "must_serve": [int(at) for at in rng.integers(0, 40, 2)],
        "policy": policy,
        "rules": [GroupRule(needs=range(20), at_least=3), GroupRule(offers=range(9), at_most=5)],
    }
    whole = outcome(scores, "flow", case)
    monkeypatch.setattr(routes_network, "MANY_PAIRS", 0)
    monkeypatch.setattr(routes_network, "PAIRS_AT_FIRST", 1)
    assert outcome(scores, "flow", case) == whole
