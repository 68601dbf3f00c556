"""Rules that are shares of what the result counts, solved as flows."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, TimeUp, assign
from matchmaker.matching.engine import routes_shares


def share_case(rng, largest=7):
    """Return scores and arguments of `assign` with shares of one whole, and other rules beside."""
    n, m = (int(v) for v in rng.integers(2, largest, 2))
    scores = (rng.random((n, m)), rng.integers(-1, 6, (n, m)) / 5)[rng.integers(2)]
    count = str(rng.choice(["pairs", "pairs", "needs"]))
    cut = int(rng.integers(1, n + 1))
    whole = GroupRule(count=count)
    if rng.random() < 0.3:
        whole = GroupRule(needs=list(range(int(rng.integers(cut, n + 1)))), count=count)
    share = float(rng.choice([0, 0.25, 1 / 3, 0.5, 0.6, 0.8, 1]))
    parts = [list(range(cut)), list(range(cut, n))][: int(rng.integers(1, 3))]
    rules = [
        GroupRule(needs=part, count=count, share_of=whole, **{bound: share})
        for part in parts
        for bound in [str(rng.choice(["at_least", "at_least", "at_most"]))]
    ]
    if rng.random() < 0.3:
        rules.append(GroupRule(offers=list(range(m // 2 + 1)), at_least=1))
    case = {
        "allowed": rng.random((n, m)) < rng.choice([0.5, 1.0]),
        "offer_places": rng.integers(0, 3, m),
        "need_places": rng.integers(1, 3, n) if rng.random() < 0.4 else 1,
        "rules": rules,
        "policy": str(rng.choice(["total", "coverage"])),
        "minimum_score": float(rng.choice([0.0, 0.4])),
    }
    if rng.random() < 0.3:
        case["must_serve"] = [int(rng.integers(n))]
    if rng.random() < 0.3:
        case["locked"] = [(int(rng.integers(n)), int(rng.integers(m)))]
    return scores, case


def outcome(scores, solver, case):
    try:
        result = assign(scores, solver=solver, **case)
    except Infeasible:
        return None
    assert result.optimal
    return result.objective


def by_shares(scores, case):
    """Return the objective of the route, or of the program in integers where it gives up."""
    try:
        result = assign(scores, solver="flow", **case)
    except Infeasible:
        return None
    except ValueError:
        return outcome(scores, "milp", case)
    return result.objective if result.optimal else outcome(scores, "milp", case)


@pytest.mark.parametrize("start", range(0, 240, 20))
def test_shares_as_flows_agree_with_the_mixed_integer_program(start):
    for seed in range(start, start + 20):
        scores, case = share_case(np.random.default_rng(seed))
        assert by_shares(scores, case) == outcome(scores, "milp", case), seed


def test_share_of_both_sides_of_a_divide_at_the_size_of_a_round_is_proven():
    rng = np.random.default_rng(1)
    scores = rng.random((120, 150)).round(9)
    scores[rng.random(scores.shape) < 0.7] = 0
    side = list(range(60))
    result = assign(scores, rules=[GroupRule(needs=side, at_least=0.6, share_of=GroupRule())])
    assert result.solver == "flow" and result.optimal
    assert np.isin(result.pairs[:, 0], side).mean() >= 0.6


def test_pair_below_the_bar_is_used_where_a_share_calls_for_it():
    scores = [[0.9, 0.0], [0.0, 0.3]]
    rules = [GroupRule(needs=[1], at_least=0.5, share_of=GroupRule())]
    result = assign(scores, rules=rules, minimum_score=0.5)
    assert result.pairs.tolist() == [[0, 0], [1, 1]]
    assert assign(scores, rules=rules, minimum_score=0.5, solver="milp").total == result.total


def test_search_over_sizes_that_is_given_up_leaves_it_to_the_integer_program(monkeypatch):
    monkeypatch.setattr(routes_shares, "MOST_SIZES", 1)
    rng = np.random.default_rng(3)
    rules = [GroupRule(needs=[0, 1], at_least=0.7, share_of=GroupRule())]
    scores = rng.random((5, 5)) + np.array([0, 0, 1, 1, 1])[:, None]
    monkeypatch.setattr(routes_shares, "SMALL", 0)
    result = assign(scores, rules=rules)
    assert result.solver == "milp" and result.optimal


def test_shares_without_time_are_time_up():
    rules = [GroupRule(needs=[0], at_least=0.5, share_of=GroupRule())]
    with pytest.raises(TimeUp):
        assign(np.ones((3, 3)), rules=rules, solver="flow", time_limit=0)


def test_share_that_few_can_meet_rules_out_all_greater_wholes_at_once():
    scores = np.random.default_rng(0).random((60, 60))
    rules = [GroupRule(needs=range(13), at_least=0.5, share_of=GroupRule())]
    result = assign(scores, need_places=2, offer_places=2, rules=rules, time_limit=60)
    assert result.solver == "flow" and result.optimal and len(result.pairs) == 52
