"""Demands that clash are named, and none of those named is spare."""

import pickle

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule, Infeasible, Shortage, assign
from matchmaker.matching.engine import conflicts
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.validate import read_instance
from tests.matching.clashes import (
    all_demands,
    clash,
    demanding_case,
    has_clash_of,
    is_irreducible,
)
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


@pytest.mark.parametrize("kind", ["units", "minima", "rules"])
@pytest.mark.parametrize("seed", range(70))
def test_demands_that_mostly_clash_are_named_without_a_spare_one(seed, kind):
    rng = np.random.default_rng(seed)
    scores, case = demanding_case(rng, rules=kind == "rules", minima=kind != "units")
    try:
        assign(scores, **case)
    except Infeasible as error:
        assert error.irreducible
        assert is_irreducible(scores, case, error.conflicts)
        fewer = [k for k in range(1, min(len(error.conflicts), 4)) if error.smallest]
        assert not any(has_clash_of(scores, case, k) for k in fewer)
    else:
        assert not clash(scores, case, all_demands(scores, case))


def test_smallest_is_proven_among_many_needs():
    allowed = np.ones((60, 40), dtype=bool)
    allowed[:4, 3:] = False
    with pytest.raises(Infeasible) as caught:
        assign(np.ones((60, 40)), allowed=allowed, must_serve=range(60))
    assert caught.value.smallest
    assert caught.value.conflicts == [
        *(("offer_places", offer) for offer in range(3)),
        *(("must_serve", need) for need in range(4)),
    ]


def test_floor_over_many_needs_names_the_places_that_bind_it():
    allowed = np.ones((30, 12), dtype=bool)
    allowed[:20, 5:] = False
    rules = [GroupRule(needs=range(20), count="needs", at_least=7), GroupRule(at_most=99)]
    assert conflicts_of(np.ones((30, 12)), allowed=allowed, rules=rules, must_serve=[25]) == [
        *(("offer_places", offer) for offer in range(5)),
        ("rule", 0),
    ]


def test_search_that_time_ends_says_that_demands_may_be_spare(monkeypatch):
    monkeypatch.setattr(conflicts, "clash_of_claims", lambda demands: None)
    monkeypatch.setattr(conflicts, "narrowed", lambda demands, deadline: demands.listed())
    instance = read_instance(np.ones((3, 2)), must_serve=range(3))
    clash = conflicts.find_clash(instance, Deadline.after(0))
    assert not clash.irreducible and not clash.smallest
    assert len(clash.conflicts) == 8


def shortage_of(scores, **case):
    with pytest.raises(Infeasible) as caught:
        assign(scores, **case)
    return caught.value


def test_shortage_says_who_asks_for_how_many_places_of_whom():
    error = shortage_of(np.ones((3, 1)), locked=[(0, 0)], must_serve=[2])
    assert error.shortage == Shortage(needs=(0, 2), offers=(0,), asked=2, places=1)


def test_shortages_are_whole_groups_where_the_conflicts_are_a_part():
    allowed = np.zeros((9, 6), dtype=bool)
    allowed[:7, :4], allowed[7:, 4] = True, True
    error = shortage_of(np.ones((9, 6)), allowed=allowed, must_serve=range(9))
    assert error.shortage == Shortage((7, 8), (4,), 2, 1)
    assert error.shortages == [
        Shortage(tuple(range(7)), (0, 1, 2, 3), 7, 4),
        Shortage((7, 8), (4,), 2, 1),
    ]


def test_minimum_counts_as_so_many_places():
    error = shortage_of(
        np.ones((2, 3)), must_serve=[0, 1], need_minimum=2, need_places=2, offer_places=1
    )
    assert error.shortage == Shortage((0, 1), (0, 1, 2), 4, 3)


def test_floor_counts_the_needs_of_its_group_that_compete():
    allowed = np.ones((5, 3), dtype=bool)
    allowed[:4, 1:] = False
    rules = [GroupRule(needs=range(5), count="needs", at_least=3)]
    error = shortage_of(np.ones((5, 3)), allowed=allowed, rules=rules)
    assert error.shortage == Shortage((0, 1, 2, 3), (0,), 2, 1)


@pytest.mark.parametrize(
    "case",
    [
        {"locked": [(0, 0)], "barred": [(0, 0)]},
        {"locked": [(0, 0), (0, 1)]},
        {"must_serve": [0], "need_places": 0},
        {"must_serve": [0, 1], "rules": [GroupRule(at_most=1)]},
        {"allowed": CORNER, "locked": [(0, 0)]},
        {"need_places": [1, 0], "rules": [GroupRule(at_least=2)]},
    ],
)
def test_clash_of_another_kind_is_no_shortage(case):
    assert shortage_of(SCORES, **case).shortage is None


@pytest.mark.parametrize("seed", range(4000, 4080))
def test_every_need_of_a_shortage_matters(seed):
    scores, case = demanding_case(np.random.default_rng(seed))
    try:
        assign(scores, **case)
    except Infeasible as error:
        if error.shortage is None:
            return
        named = {need for code, need, *_ in error.conflicts if code in ("must_serve", "lock")}
        assert set(error.shortage.needs) == named
        assert error.shortage.missing > 0
        assert named <= {need for one in error.shortages for need in one.needs}


@pytest.mark.parametrize("seed", [664, 1127, 1840])
def test_floor_of_pairs_that_the_places_of_needs_cannot_hold_is_named(seed):
    # here the needs have too few places for the floor, though no claim on an offer is short
    scores, case = random_case(np.random.default_rng(seed), most_pairs=10)
    found = conflicts_of(scores, **case)
    assert {code for code, *_ in found} == {"need_places", "rule"}
    assert is_irreducible(scores, case, found)


def test_floor_that_places_of_needs_keep_from_being_met_names_them():
    rules = [GroupRule(at_least=3, count="pairs")]
    case = {"need_places": [1, 1], "offer_places": 2, "rules": rules}
    assert conflicts_of(SCORES, **case) == [("need_places", 0), ("need_places", 1), ("rule", 0)]


def test_clash_and_the_answers_about_it_survive_pickling():
    scores = np.array([[0.9, 0.6], [0.8, 0.1]])
    with pytest.raises(Infeasible) as caught:
        assign(scores, offer_places=[1, 0], must_serve=[0, 1], need_keys=["b", "a"])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.conflicts == caught.value.conflicts
    assert (again.smallest, again.shortage) == (caught.value.smallest, caught.value.shortage)
    assert again.shortages == caught.value.shortages != []
    assert again.relaxations == caught.value.relaxations != []
