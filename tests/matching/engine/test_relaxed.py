"""The linear program names demands that clash, and says nothing where fractions would do."""

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule
from matchmaker.matching.engine.demands import Demands
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.relaxed import support
from matchmaker.matching.engine.validate import read_instance
from tests.matching.clashes import demanding_case

EVER = Deadline()


def demands(scores, **case):
    return Demands(read_instance(np.asarray(scores, dtype=float), **case))


@pytest.mark.parametrize("seed", range(80))
def test_demands_that_are_named_clash(seed):
    scores, case = demanding_case(np.random.default_rng(seed), rules=True)
    found = demands(scores, **case)
    named = support(found, EVER)
    assert named is None or found.clash(named, EVER)


def test_crossing_rules_are_found_among_many_demands():
    rules = [GroupRule(needs=range(5), at_least=4), GroupRule(at_most=3), GroupRule(at_most=19)]
    found = demands(np.ones((9, 9)), must_serve=[7], rules=rules)
    named = support(found, EVER)
    assert {("rule", 0), ("rule", 1)} <= set(named)
    assert ("rule", 2) not in named


def test_balance_and_share_are_rows_as_well():
    balance = demands(np.ones((4, 4)), must_serve=[0, 1], rules=[BalanceRule([0, 1], [], 1)])
    assert set(support(balance, EVER)) == {("must_serve", 0), ("must_serve", 1), ("rule", 0)}
    share = GroupRule(needs=[0], at_most=0.25, share_of=GroupRule(needs=[0, 1]))
    narrow = demands(np.ones((2, 2)), must_serve=[0], rules=[share])
    assert ("rule", 0) in support(narrow, EVER)


def test_clash_of_whole_numbers_only_is_not_seen():
    # three needs, each two of which share an offer of their own: half of each pair would do
    allowed = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=bool)
    rules = [
        GroupRule(needs=[i], offers=[j], at_most=0.5, share_of=GroupRule(needs=[i]))
        for i, j in np.argwhere(allowed).tolist()
    ]
    found = demands(np.ones((3, 3)), allowed=allowed, must_serve=[0, 1, 2], rules=rules)
    assert support(found, EVER) is None
    assert found.clash(found.listed(), EVER)
