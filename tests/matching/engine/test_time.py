"""A time limit ends the run honestly."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, TimeUp, assign


@pytest.mark.parametrize("solver", ["paths", "dense", "sparse", "flow", "lp", "milp"])
def test_no_time_at_all_is_time_up_and_not_infeasible(solver):
    with pytest.raises(TimeUp):
        assign(np.ones((3, 3)), solver=solver, time_limit=0)


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
def test_enough_time_changes_nothing(policy):
    scores = np.random.default_rng(0).random((6, 6))
    limited = assign(scores, policy=policy, rules=[GroupRule(at_most=4)], time_limit=60)
    free = assign(scores, policy=policy, rules=[GroupRule(at_most=4)])
    assert limited.objective == free.objective
    assert limited.optimal and not limited.stopped


def hard_case():
    rng = np.random.default_rng(5)
    scores = rng.random((60, 60))
    groups = [rng.permutation(60)[:20].tolist() for _ in range(24)]
    rules = [GroupRule(needs=g, count="offers", at_least=3, at_most=5) for g in groups[:12]]
    rules += [GroupRule(offers=g, count="needs", at_least=3, at_most=5) for g in groups[12:]]
    return {"scores": scores, "rules": rules, "need_places": 3, "offer_places": 3}


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
def test_run_that_is_stopped_says_so_with_an_honest_bound(policy):
    try:
        result = assign(**hard_case(), policy=policy, time_limit=1.0)
    except TimeUp:
        return
    assert len(result.bound) == len(result.objective)
    assert result.bound >= result.objective
    assert result.optimal == (result.gap == 0.0) == (result.bound == result.objective)
    assert result.stopped != result.optimal
