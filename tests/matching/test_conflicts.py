"""Demands that clash are named, and none of those named is spare."""

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule, Infeasible, assign
from tests.matching.clashes import is_irreducible
from tests.matching.random_cases import random_case

SCORES = np.array([[0.9, 0.6], [0.8, 0.1]])
CORNER = np.array([[False, True], [True, True]])


def conflicts_of(scores, **case):
    with pytest.raises(Infeasible) as caught:
        assign(scores, **case)
    assert caught.value.irreducible
    return caught.value.conflicts


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"allowed": CORNER, "locked": [(0, 0)]}, [("lock_not_allowed", 0, 0)]),
        ({"locked": [(0, 0)], "barred": [(0, 0)]}, [("lock", 0, 0), ("bar", 0, 0)]),
        (
            {"locked": [(0, 0), (0, 1)]},
            [("need_places", 0), ("lock", 0, 0), ("lock", 0, 1)],
        ),
        (
            {"locked": [(0, 0), (1, 0)]},
            [("offer_places", 0), ("lock", 0, 0), ("lock", 1, 0)],
        ),
        ({"locked": [(1, 1)], "need_places": [1, 0]}, [("need_places", 1), ("lock", 1, 1)]),
        ({"must_serve": [0], "need_places": 0}, [("need_places", 0), ("must_serve", 0)]),
        (
            {"must_serve": [0], "barred": [(0, 0), (0, 1)]},
            [("bar", 0, 0), ("bar", 0, 1), ("must_serve", 0)],
        ),
        (
            {"must_serve": [0], "need_minimum": 2},
            [("need_places", 0), ("need_minimum", 0), ("must_serve", 0)],
        ),
        ({"must_serve": [1], "need_minimum": [0, 3]}, [("need_minimum", 1), ("must_serve", 1)]),
        ({"rules": [GroupRule(needs=[], at_least=1)]}, [("rule", 0)]),
        (
            {"must_serve": [0], "rules": [GroupRule(at_most=3), GroupRule(needs=[0], at_most=0)]},
            [("must_serve", 0), ("rule", 1)],
        ),
        (
            {"locked": [(0, 0)], "rules": [BalanceRule([0], [1], 0), GroupRule(at_most=1)]},
            [("lock", 0, 0), ("rule", 0), ("rule", 1)],
        ),
    ],
)
def test_clash_is_named_by_code(case, expected):
    assert conflicts_of(SCORES, **case) == expected


def test_positions_are_the_callers_whatever_the_keys():
    case = {"locked": [(0, 0), (1, 0)], "need_keys": ["b", "a"], "offer_keys": ["d", "c"]}
    assert set(conflicts_of(SCORES, **case)) == {
        ("offer_places", 0),
        ("lock", 0, 0),
        ("lock", 1, 0),
    }


def test_shortage_names_the_needs_and_the_offers_they_compete_for():
    scores = np.ones((4, 4))
    allowed = np.ones((4, 4), dtype=bool)
    allowed[:3, 2:] = False
    assert conflicts_of(scores, allowed=allowed, must_serve=[0, 1, 2, 3]) == [
        ("offer_places", 0),
        ("offer_places", 1),
        ("must_serve", 0),
        ("must_serve", 1),
        ("must_serve", 2),
    ]


def test_smallest_of_two_clashes_is_named():
    scores = np.ones((4, 2))
    allowed = np.array([[1, 1], [1, 1], [1, 1], [0, 0]], dtype=bool)
    assert conflicts_of(scores, allowed=allowed, must_serve=[0, 1, 2, 3]) == [("must_serve", 3)]


def test_message_of_the_exception_names_the_codes():
    with pytest.raises(Infeasible, match=r"\('bar', 0, 0\)"):
        assign(SCORES, locked=[(0, 0)], barred=[(0, 0)])


@pytest.mark.parametrize("seed", range(1000, 1120))
def test_named_demands_clash_and_none_is_spare(seed):
    scores, case = random_case(np.random.default_rng(seed), most_pairs=6)
    try:
        assign(scores, **case)
    except Infeasible as error:
        assert error.irreducible
        assert is_irreducible(scores, case, error.conflicts)
