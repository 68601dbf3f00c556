"""The fairest results equal brute force and the integer program, whatever the places and ties."""

import numpy as np
import pytest

from matchmaker.matching import Infeasible, TimeUp, assign
from matchmaker.matching.engine import leximin
from tests.harness.other_process import errors_of
from tests.matching.brute_force import Problem
from tests.matching.random_cases import random_case
from tests.matching.test_assignment import in_units


def fair(scores, **case):
    """Return the fairest result, or None where nothing meets the demands."""
    try:
        return assign(scores, policy="fairest", **case)
    except Infeasible:
        return None


@pytest.mark.parametrize("block", range(12))
def test_fairest_result_is_the_best_of_every_set_of_pairs(block):
    for seed in range(10_000 + 200 * block, 10_200 + 200 * block):
        rng = np.random.default_rng(seed)
        scores, case = random_case(rng, most_pairs=9, rules=False)
        if seed % 2:
            scores = rng.integers(-1, 4, scores.shape) / 4
        for name in ("need_minimum", "policy"):
            case.pop(name, None)
        reference = Problem(scores.tolist(), policy="fairest", **case)
        result = fair(scores, **case)
        assert (None if result is None else in_units(result.objective)) == reference.best(), seed
        if result is not None:
            assert result.optimal and reference.is_result(result.pairs), seed


def wide_case(seed):
    """Return a problem with places on both sides, and scores that mostly repeat."""
    rng = np.random.default_rng(seed)
    n, m = (int(v) for v in rng.integers(2, 13, 2))
    levels = int(rng.choice([2, 3, 5, 20, 10**6]))
    case = {
        "allowed": rng.random((n, m)) < rng.choice([0.3, 0.6, 1.0]),
        "need_places": rng.integers(0, 4, n),
        "offer_places": rng.integers(0, 4, m),
        "minimum_score": float(rng.choice([0.0, 0.4])),
    }
    if seed % 3 == 0:
        case["locked"] = [(int(rng.integers(n)), int(rng.integers(m)))]
    if seed % 4 == 0:
        case["must_serve"] = [int(rng.integers(n))]
    return rng.integers(0, levels + 1, (n, m)) / levels, case


@pytest.mark.parametrize("block", range(8))
def test_fairest_result_is_that_of_the_integer_program(block):
    for seed in range(20 * block, 20 * block + 20):
        scores, case = wide_case(seed)
        result, other = fair(scores, **case), fair(scores, solver="milp", **case)
        assert (result and result.objective) == (other and other.objective), seed
        assert result is None or (result.optimal and result.solver == "dense"), seed


def test_needs_beyond_the_places_go_without_where_that_is_fairest():
    result = fair(np.array([[0.2], [0.7], [0.5]]))
    assert result.pairs.tolist() == [[1, 0]]
    assert result.objective == (1, (0.7,), 0.7)


def test_further_pair_never_takes_the_place_of_a_first_one():
    scores = np.array([[0.9, 0.8], [0.7, 0.6]])
    result = fair(scores, need_places=2)
    assert result.objective == (2, (0.7, 0.8), 1.5)


def test_further_pairs_are_those_of_the_greatest_total():
    scores = np.array([[0.9, 0.8, 0.3], [0.9, 0.2, 0.6]])
    result = fair(scores, need_places=2, offer_places=[2, 1, 1])
    assert result.pairs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 2]]


def test_tied_first_pairs_leave_room_for_the_better_further_ones():
    # either need may have the first offer; only one of them has a second one to go on with
    scores = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.4]])
    result = fair(scores, need_places=2)
    assert result.objective == (2, (0.5, 0.5), 1.4)


def test_need_with_a_lock_is_raised_above_it_before_others_are():
    scores = np.array([[0.1, 0.9], [0.3, 0.5]])
    result = fair(scores, need_places=2, offer_places=[2, 1], locked=[(0, 0)])
    assert result.objective == (2, (0.3, 0.9), 1.3)


def test_must_serve_that_cannot_be_met_is_no_result():
    assert fair(np.array([[0.9], [0.8]]), must_serve=[0, 1]) is None


def test_levels_that_repeat_over_a_large_problem_agree_with_the_flow_of_coverage():
    scores = np.random.default_rng(1).integers(1, 3, (120, 120)) / 2
    case = {"offer_places": 2, "need_places": 2}
    result = fair(scores, **case)
    assert result.objective[:2] == (120, (1.0,) * 120)
    assert result.total == assign(scores, policy="coverage", **case).total


def test_levels_that_no_price_proves_are_left_to_the_integer_program(monkeypatch):
    scores, case = wide_case(7)
    expected = fair(scores, **case).objective
    monkeypatch.setattr(leximin.leximin_paths, "lift", lambda *rest: leximin.BROKEN)
    result = fair(scores, **case)
    assert result.solver == "milp" and result.objective == expected


class Ends:
    """A deadline that has passed after it was looked at so often."""

    def __init__(self, looks):
        self.looks = looks

    @property
    def passed(self):
        self.looks -= 1
        return self.looks < 0


def test_search_that_time_ends_keeps_as_many_needs_served():
    scores = np.random.default_rng(3).random((12, 9))
    choice = leximin.Choice(
        row=np.repeat(np.arange(12), 9),
        column=np.tile(np.arange(9), 12),
        level=(scores * 1000).astype(np.int64).ravel(),
        stay=np.full(12, -(2**62)),
        counts=np.ones(12, dtype=bool),
        room=np.ones(9, dtype=np.int64),
    )
    face = leximin.fairest(choice, Ends(0))
    assert not face.proven
    assert (face.taken >= 0).sum() == 9
    assert leximin.fairest(choice, Ends(99)).proven


def test_no_time_at_all_is_time_up():
    with pytest.raises(TimeUp):
        assign(np.ones((3, 3)), policy="fairest", time_limit=0)


COMPARED = """
import numpy as np
from matchmaker.matching.engine import leximin
from tests.matching.engine.test_routes_fairest import wide_case, fair

def told():
    results = [fair(scores, **case) for scores, case in map(wide_case, range(60))]
    return [result and (result.pairs.tolist(), result.objective) for result in results]

plain = told()
assert not hasattr(leximin.leximin_paths.lift, "py_func")
leximin._compile_loops()
assert hasattr(leximin.leximin_paths.lift, "py_func")
assert plain == told()
"""


def test_compiled_loops_give_the_same_as_plain_ones():
    assert errors_of(COMPARED) == ""
