"""Rules that nest are recognised, whichever side they nest on."""

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule, assign

CASES = [
    ("needs", [GroupRule(needs=[0, 1, 2], at_most=2)]),
    ("needs in needs", [GroupRule(needs=range(4), at_most=3), GroupRule(needs=[0, 1], at_least=1)]),
    ("both sides", [GroupRule(needs=[0, 1], at_most=1), GroupRule(offers=[0, 1], at_least=2)]),
    ("everything", [GroupRule(at_least=2, at_most=4)]),
    ("offers of one need", [GroupRule(needs=[0], offers=[0, 1], at_most=1)]),
    ("needs of one offer", [GroupRule(needs=[0, 1, 2], offers=[3], at_most=1)]),
    ("distinct needs of one place", [GroupRule(needs=[0, 1, 2], count="needs", at_least=2)]),
    ("crossing, one on each side", [
        GroupRule(needs=[0, 1], offers=range(6), at_most=1),
        GroupRule(needs=range(6), offers=[1, 2], at_most=2),
    ]),
]  # fmt: skip
OTHERS = [
    ("needs that cross", [GroupRule(needs=[0, 1], at_most=1), GroupRule(needs=[1, 2], at_most=1)]),
    ("a block of both", [GroupRule(needs=[0, 1], offers=[0, 1], at_most=1)]),
    (
        "shares of two wholes",
        [
            GroupRule(needs=[0, 1], at_most=0.5, share_of=GroupRule()),
            GroupRule(needs=[2], at_most=0.5, share_of=GroupRule(needs=[2, 3])),
        ],
    ),
    ("a balance", [BalanceRule([0], [1], 0)]),
    ("distinct offers of several places", [GroupRule(count="offers", at_most=2)]),
]


def solved(rules, solver=None):
    scores = np.random.default_rng(5).random((6, 6)).round(3)
    return assign(scores, rules=rules, offer_places=2, solver=solver)


@pytest.mark.parametrize(("name", "rules"), CASES)
def test_nested_rules_are_a_network(name, rules):
    found = solved(rules)
    assert found.solver == "flow"
    assert found.objective == solved(rules, "milp").objective


@pytest.mark.parametrize(("name", "rules"), OTHERS)
def test_other_rules_are_none(name, rules):
    assert solved(rules).solver == "milp"
    with pytest.raises(ValueError, match="cannot take"):
        solved(rules, "flow")


def test_needs_that_cross_nest_where_their_candidates_lie_apart():
    allowed = np.kron(np.eye(2), np.ones((3, 3))).astype(bool)
    scores = np.random.default_rng(5).random((6, 6)).round(3)
    block = [GroupRule(needs=[0, 1, 2, 3], offers=[0, 1, 2], at_most=2)]
    found = assign(scores, allowed, rules=block)
    assert found.solver == "flow"
    assert found.objective == assign(scores, allowed, rules=block, solver="milp").objective
