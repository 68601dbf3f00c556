"""Each relaxation is what solving again gives, and no smaller change would do."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import BalanceRule, GroupRule, Infeasible, assign
from tests.matching.brute_force import UNITS, Problem
from tests.matching.clashes import demanding_case

RISING = np.arange(1, 17).reshape(4, 4) / 16


def infeasible(scores, **case):
    with pytest.raises(Infeasible) as caught:
        assign(scores, **case)
    return caught.value


def changed(scores, case, one, number):
    """Return the arguments with one demand let go, from what the relaxation says alone."""
    code, *at = one.conflict
    full = Problem(scores.tolist(), **case)
    case = dict(case)
    if one.change == "unlock":
        case["locked"] = sorted(full.locked - {tuple(at)})
    elif one.change == "unbar":
        case["barred"] = sorted(full.barred - {tuple(at)})
    elif one.change == "need_not_serve":
        case["must_serve"] = sorted(full.must - {at[0]})
    elif one.change == "drop_rule":
        case["rules"] = [rule for i, rule in enumerate(case["rules"]) if i != at[0]]
    elif code == "rule":
        rules = list(case["rules"])
        whole = not hasattr(rules[at[0]], "a") and rules[at[0]].share_of is None
        rules[at[0]] = replace(rules[at[0]], **{one.change: int(number) if whole else number})
        case["rules"] = rules
    else:
        values = list(getattr(full, one.change))
        values[at[0]] = int(number)
        case[one.change] = values
    return case


def best(scores, case):
    return Problem(scores.tolist(), **case).best()


def in_units(objective):
    """Return an objective in grid units, flat levels and all."""
    return tuple(
        tuple(round(v * UNITS) for v in part)
        if isinstance(part, tuple)
        else (part if isinstance(part, int) else round(part * UNITS))
        for part in objective
    )


@pytest.mark.parametrize("kind", ["units", "minima", "rules"])
@pytest.mark.parametrize("seed", range(2000, 2060))
def test_each_relaxation_is_what_trying_every_choice_gives(seed, kind):
    scores, case = demanding_case(
        np.random.default_rng(seed), rules=kind == "rules", minima=kind != "units"
    )
    try:
        assign(scores, **case)
    except Infeasible as error:
        found = error.relaxations_within(None)
        assert {one.conflict for one in found} == set(error.conflicts)
        for one in found:
            expected = best(scores, changed(scores, case, one, one.wanted))
            assert one.feasible == (expected is not None)
            assert one.objective is None or in_units(one.objective) == expected
            assert (one.objective is None) == (expected is None)
            assert one.proven == one.feasible


@pytest.mark.parametrize("seed", range(3000, 3050))
def test_no_smaller_number_would_do(seed):
    scores, case = demanding_case(np.random.default_rng(seed))
    try:
        assign(scores, **case)
    except Infeasible as error:
        for one in error.relaxations:
            if one.present is None or not one.feasible:
                continue
            step = 1 if one.wanted > one.present else -1
            for number in range(int(one.present) + step, int(one.wanted), step):
                assert best(scores, changed(scores, case, one, number)) is None


def test_best_comes_first_then_what_is_not_enough():
    error = infeasible(RISING[:, :2], must_serve=[0, 1, 2, 3])
    told = [(one.change, one.conflict[1], one.wanted, one.feasible) for one in error.relaxations]
    assert told == [
        ("offer_places", 1, 3.0, True),
        ("offer_places", 0, 3.0, True),
        ("need_not_serve", 0, None, False),
        ("need_not_serve", 1, None, False),
        ("need_not_serve", 2, None, False),
    ]


def test_smaller_change_comes_first_among_equals():
    # one place of offer 1 frees as much as two of offer 0
    allowed = np.array([[1, 0], [1, 0], [1, 1]], dtype=bool)
    error = infeasible(
        np.ones((3, 2)), allowed=allowed, locked=[(2, 0), (2, 1)], must_serve=[0, 1], need_places=1
    )
    assert error.conflicts[0] == ("need_places", 2)
    sizes = [one.wanted for one in error.relaxations if one.feasible]
    assert sizes == sorted(sizes)


def test_served_and_total_are_told_beside_the_objective():
    error = infeasible(RISING[:3, :1], locked=[(0, 0)], must_serve=[2])
    first = error.relaxations[0]
    assert (first.change, first.present, first.wanted) == ("offer_places", 1.0, 2.0)
    assert (first.served, first.total, first.objective) == (2, 0.625, (0.625,))


def test_every_bound_of_a_rule_is_moved_by_itself():
    rules = [GroupRule(needs=[0, 1, 2], at_least=3, at_most=3), GroupRule(at_most=2)]
    told = {
        (one.conflict[1], one.change, one.wanted)
        for one in infeasible(RISING, rules=rules).relaxations
    }
    assert told == {(0, "at_least", 2.0), (1, "at_most", 3.0)}


def test_rule_that_no_bound_could_ease_is_dropped():
    none = GroupRule(needs=[])
    error = infeasible(RISING, locked=[(0, 0)], rules=[GroupRule(at_most=1.0, share_of=none)])
    told = {one.change: (one.wanted, one.feasible) for one in error.relaxations}
    assert told == {"drop_rule": (None, True), "unlock": (None, True)}


def test_share_is_moved_to_the_fraction_that_binds():
    rule = GroupRule(needs=[0], at_most=0.25, share_of=GroupRule(needs=[0, 1, 2]))
    found = infeasible(RISING, must_serve=[0], rules=[rule]).relaxations
    assert next(one.wanted for one in found if one.change == "at_most") == 1 / 3


@pytest.mark.parametrize(("share", "wanted"), [(False, 2.0), (True, 1.0)])
def test_difference_is_moved_to_what_there_is(share, wanted):
    rule = BalanceRule([0, 1], [2, 3], 0.5, as_share=share)
    error = infeasible(RISING[:, :2], must_serve=[0, 1], offer_places=1, rules=[rule])
    told = [one for one in error.relaxations if one.change == "at_most_difference"]
    assert [one.wanted for one in told] == [wanted]


def test_lock_that_is_not_allowed_is_let_go():
    allowed = np.array([[0, 1], [1, 1]], dtype=bool)
    error = infeasible(np.ones((2, 2)), allowed=allowed, locked=[(0, 0)])
    (only,) = error.relaxations
    assert (only.change, only.feasible, only.served) == ("unlock", True, 2)


def test_two_locks_that_are_not_allowed_need_more_than_one_change():
    allowed = np.eye(2, dtype=bool)
    error = infeasible(np.ones((2, 2)), allowed=allowed, locked=[(0, 1), (1, 0)])
    assert [one.feasible for one in error.relaxations] == [False]


def test_no_time_leaves_all_unknown():
    found = infeasible(RISING, must_serve=[0, 1], offer_places=0).relaxations_within(0)
    assert {(one.feasible, one.objective) for one in found} == {(None, None)}


def test_positions_are_the_callers_whatever_the_keys():
    plain = infeasible(RISING[:3, :1], locked=[(0, 0)], must_serve=[2])
    keyed = infeasible(
        RISING[:3, :1], locked=[(0, 0)], must_serve=[2], need_keys=["c", "b", "a"], offer_keys=["x"]
    )
    assert keyed.relaxations == plain.relaxations
    assert keyed.shortage == plain.shortage
    assert keyed.shortages == plain.shortages
