"""What two flows say of one simple rule, a mixed-integer program says as well."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule
from matchmaker.matching.engine.claims import units_of
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.pool import pool_of
from matchmaker.matching.engine.routes_milp import is_feasible
from matchmaker.matching.engine.validate import read_instance
from tests.matching.clashes import demanding_case

FREE = np.ones((3, 3))


def by_program(instance):
    try:
        return is_feasible(instance.usable(), Deadline())
    except Impossible:
        return False


def random_rule(rng, n, m):
    low, high = sorted(rng.integers(0, 5, 2).tolist())
    return GroupRule(
        needs=None if rng.random() < 0.3 else rng.permutation(n)[: rng.integers(0, n + 1)].tolist(),
        offers=None
        if rng.random() < 0.5
        else rng.permutation(m)[: rng.integers(1, m + 1)].tolist(),
        count=str(rng.choice(["needs", "pairs"])),
        at_least=None if rng.random() < 0.2 else low,
        at_most=None if rng.random() < 0.5 else high,
    )


@pytest.mark.parametrize("seed", range(300))
def test_flows_agree_with_the_program(seed):
    rng = np.random.default_rng(seed)
    scores, case = demanding_case(rng)
    case["must_serve"] = case["must_serve"][: rng.integers(0, 3)]
    case["barred"] = [p for p in case["barred"] if p not in case["locked"]]
    instance = read_instance(scores, **case, rules=[random_rule(rng, *scores.shape)])
    pool = pool_of(instance, instance.rules[0])
    if pool is None or (units_of(instance)[1] > instance.need_places).any():
        return
    assert pool.is_met == by_program(instance)


@pytest.mark.parametrize(
    "rule",
    [
        GroupRule(count="offers", at_least=1),
        GroupRule(at_least=0.5, share_of=GroupRule()),
        GroupRule(needs=[0], offers=[1], at_most=1),
    ],
)
def test_rule_that_no_flow_decides_is_left_to_the_program(rule):
    instance = read_instance(FREE, must_serve=[0], rules=[rule])
    assert pool_of(instance, instance.rules[0]) is None


def test_minimum_of_a_need_that_nothing_calls_is_left_to_the_program():
    instance = read_instance(FREE, need_minimum=2, need_places=2, rules=[GroupRule(at_least=1)])
    assert pool_of(instance, instance.rules[0]) is None
