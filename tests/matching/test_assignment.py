"""What `assign` hands back; and, against every set of pairs, that it is the optimum."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, TimeUp, assign, assignment, price_of_forcing
from matchmaker.matching.engine.conflicts import Clash
from matchmaker.matching.engine.outcome import Outcome
from matchmaker.matching.engine.shortage import Shortage
from tests.matching.brute_force import UNITS, Problem
from tests.matching.random_cases import random_case

SEEDS = range(300)
SCORES = np.array([[0.9, 0.6], [0.8, 0.1]])
KEYS = {"need_keys": ["c", "a", "b"], "offer_keys": ["z", "y", "x"]}


def in_units(objective):
    """Return an objective in grid units."""
    return tuple(
        tuple(round(v * UNITS) for v in part)
        if isinstance(part, tuple)
        else (part if isinstance(part, int) else round(part * UNITS))
        for part in objective
    )


def found(scores, **case):
    """Return pairs and objective in grid units, or None where nothing meets the demands."""
    try:
        result = assign(scores, **case)
    except Infeasible:
        return None
    assert result.optimal and not result.stopped and result.gap == 0.0
    assert result.bound == result.objective
    return result


@pytest.mark.parametrize("seed", SEEDS)
def test_any_combination_of_arguments_reaches_the_optimum_of_the_reference(seed):
    scores, case = random_case(np.random.default_rng(seed), most_pairs=8)
    problem = Problem(scores.tolist(), **case)
    best = problem.best()
    result = found(scores, **case)
    assert (None if result is None else in_units(result.objective)) == best
    if result is not None:
        assert problem.is_result(result.pairs)


@pytest.fixture
def ends_with(monkeypatch):
    """Return a function that has the routes end with these pairs, in ranks, and this bound."""

    def end(pairs, bound, stopped=False, solver="milp"):
        def route(instance, deadline, asked):
            chosen = np.zeros(len(instance.need), dtype=bool)
            chosen[[instance.find(need, offer) for need, offer in pairs]] = True
            return Outcome(chosen, solver, bound, stopped)

        monkeypatch.setattr(assignment, "solve", route)

    return end


LOOSE = [GroupRule(at_most=9)]
"""A rule that binds nothing: the routes are asked, not the kernel."""


@pytest.mark.parametrize(
    ("policy", "reached", "bound", "expected", "gap"),
    [
        ("total", [(0, 0)], (UNITS,), (1.0,), 0.1),
        ("coverage", [(0, 0)], (2, UNITS), (2, 1.0), 1.0),
        ("coverage", [(0, 0), (1, 1)], (2, 2 * UNITS), (2, 2.0), 1.0),
        ("fairest", [(0, 0)], (2, (UNITS // 2, UNITS), UNITS), (2, (0.5, 1.0), 1.0), 1.0),
        (
            "fairest",
            [(0, 0), (1, 1)],
            (2, (UNITS // 4, UNITS), UNITS),
            (2, (0.25, 1.0), 1.0),
            0.15,
        ),
        (
            "fairest",
            [(0, 1), (1, 0)],
            (2, (UNITS * 6 // 10, UNITS * 9 // 10), 2 * UNITS),
            (2, (0.6, 0.9), 2.0),
            0.1,
        ),
        (
            "fairest",
            [(0, 1), (1, 0)],
            (2, (UNITS * 6 // 10, UNITS * 8 // 10), 2 * UNITS),
            (2, (0.6, 0.8), 2.0),
            0.6,
        ),
    ],
)
def test_gap_is_that_of_the_first_component_that_is_not_proven(
    ends_with, policy, reached, bound, expected, gap
):
    ends_with(reached, bound)
    result = assign(SCORES, policy=policy, rules=LOOSE)
    assert not result.optimal
    assert result.bound == expected
    assert result.gap == pytest.approx(gap, abs=1e-12)
    assert result.objective < result.bound


@pytest.mark.parametrize(
    ("policy", "bound"),
    [
        ("total", (UNITS * 14 // 10,)),
        ("total", (UNITS,)),
        ("coverage", (2, UNITS * 14 // 10)),
        ("fairest", (2, (UNITS * 6 // 10, UNITS * 8 // 10), UNITS * 14 // 10)),
    ],
)
def test_bound_that_is_reached_is_a_proof(ends_with, policy, bound):
    ends_with([(0, 1), (1, 0)], bound, stopped=True)
    result = assign(SCORES, policy=policy, rules=LOOSE)
    assert result.optimal and result.gap == 0.0
    assert result.bound == result.objective
    assert result.objective[-1] == result.total == 1.4


@pytest.mark.parametrize("stopped", [True, False])
def test_run_ended_by_time_says_so(ends_with, stopped):
    ends_with([(0, 0)], (2 * UNITS,), stopped=stopped)
    assert assign(SCORES, rules=LOOSE).stopped is stopped


def test_result_that_is_not_proven_has_no_prices_and_is_asked_about_as_such(ends_with):
    ends_with([(0, 0)], (2 * UNITS,))
    result = assign(SCORES, rules=LOOSE)
    assert not result.solved.proven
    assert result.need_prices is None and result.offer_prices is None


def test_route_that_was_taken_is_named(ends_with):
    ends_with([(0, 0)], None, solver="flow")
    assert assign(SCORES, rules=LOOSE).solver == "flow"


@pytest.mark.parametrize("policy", ["total", "coverage"])
@pytest.mark.parametrize("rules", [(), LOOSE])
def test_pairs_are_the_callers_positions_sorted_whatever_the_keys(policy, rules):
    scores = np.array([[0.1, 0.9, 0.2], [0.8, 0.3, 0.7], [0.4, 0.5, 0.6]])
    result = assign(scores, policy=policy, rules=rules, need_places=2, offer_places=2, **KEYS)
    plain = assign(scores, policy=policy, rules=rules, need_places=2, offer_places=2)
    expected = [[0, 0], [0, 1], [1, 0], [1, 2], [2, 1], [2, 2]]
    assert result.pairs.tolist() == plain.pairs.tolist() == expected
    assert result.pairs.dtype == np.int64 and result.pairs.flags.c_contiguous
    assert result.total == plain.total == 3.6


@pytest.mark.parametrize("rules", [(), LOOSE])
def test_solved_problem_is_kept_for_questions(rules):
    result = assign(SCORES, barred=[(0, 1)], rules=rules)
    assert result.solved.proven
    assert result.solved.pairs.tolist() == result.pairs.tolist() == [[0, 0], [1, 1]]
    assert not result.solved.instance.barred.any()


def test_pair_barred_stays_known_to_the_questions():
    result = assign(SCORES, barred=[(0, 1)], rules=LOOSE)
    assert result.solved.asked.barred.tolist() == [False, True, False, False]


def test_result_of_the_kernel_comes_with_its_proof():
    result = assign(SCORES)
    assert result.objective == result.bound == (result.total,) == (1.4,)
    assert result.gap == 0.0 and result.optimal is True and result.stopped is False
    assert result.solver == "paths"


def test_score_on_another_grid_counts_in_score_units():
    result = assign([[3.0, 1.0]], grid=0.5)
    assert result.total == 3.0
    assert result.need_prices.tolist() == [[3.0, 1.0]]


def test_prices_of_places_have_a_row_for_each_need_and_each_offer():
    result = assign(SCORES, offer_places=[1, 0])
    assert result.need_prices.tolist() == [[0.1, 0.0], [0.0, 0.0]]
    assert result.offer_prices.tolist() == [[0.9, 0.8], [0.0, 0.5]]


@pytest.mark.parametrize("name", ["magic", "", "PATHS", 1])
def test_unknown_solver_is_refused_with_the_names(name):
    with pytest.raises(ValueError) as caught:
        assign(SCORES, solver=name)
    assert str(caught.value) == (
        f"solver must be one of paths, dense, sparse, flow, lp, milp: {name!r}"
    )


@pytest.mark.parametrize("name", ["paths", "dense", "sparse", "flow", "lp", "milp"])
def test_named_solver_is_the_one_that_runs(name):
    assert assign(SCORES, solver=name).solver == name
    assert assign(SCORES, solver=name).total == 1.4


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (-1, "time_limit must not be negative: -1"),
        (-1e-9, "time_limit must not be negative: -1e-09"),
        (True, "time_limit must be a number: True"),
        ("9", "time_limit must be a number: '9'"),
        (np.inf, "time_limit must be finite: inf"),
    ],
)
def test_wrong_time_limit_is_refused_by_name(limit, message):
    with pytest.raises(ValueError) as caught:
        assign(SCORES, time_limit=limit)
    assert str(caught.value) == message


def test_wrong_time_limit_is_refused_even_where_no_route_needs_time():
    with pytest.raises(ValueError, match="time_limit"):
        assign(np.zeros((0, 0)), time_limit=-1)


@pytest.mark.parametrize("rules", [(), LOOSE])
def test_no_time_at_all_is_time_up(rules):
    with pytest.raises(TimeUp):
        assign(SCORES, rules=rules, time_limit=0)


@pytest.mark.parametrize("limit", [60, 60.0, np.float64(60)])
def test_time_enough_is_no_end(limit):
    result = assign(SCORES, rules=LOOSE, time_limit=limit)
    assert result.optimal and not result.stopped


def clash_of(scores, **case):
    """Return the exception of demands that clash."""
    with pytest.raises(Infeasible) as caught:
        assign(scores, **case)
    return caught.value


SHORT = np.array(
    [
        [True, False, False],
        [True, True, True],
        [True, False, False],
    ]
)


def test_clash_is_told_in_the_callers_positions_whatever_the_keys():
    error = clash_of(np.ones((3, 3)), allowed=SHORT, must_serve=[0, 2], **KEYS)
    assert set(error.conflicts) == {("offer_places", 0), ("must_serve", 0), ("must_serve", 2)}
    assert error.irreducible is True and error.smallest is True
    expected = Shortage(needs=(0, 2), offers=(0,), asked=2, places=1)
    assert error.shortage == expected
    assert error.shortages == [expected]


def test_relaxations_are_in_the_callers_positions_whatever_the_keys():
    error = clash_of(np.ones((3, 3)), allowed=SHORT, must_serve=[0, 2], **KEYS)
    found = {(one.conflict, one.change, one.wanted) for one in error.relaxations_within(None)}
    assert found == {
        (("offer_places", 0), "offer_places", 2),
        (("must_serve", 0), "need_not_serve", None),
        (("must_serve", 2), "need_not_serve", None),
    }
    assert all(one.feasible and one.proven for one in error.relaxations)


def test_relaxations_without_time_say_that_nothing_is_known():
    error = clash_of(np.ones((3, 3)), allowed=SHORT, must_serve=[0, 2])
    assert [one.feasible for one in error.relaxations_within(0)] == [None] * 3


def test_shortages_come_with_the_largest_lack_first_and_then_by_position():
    scores = np.ones((9, 4))
    allowed = np.zeros((9, 4), dtype=bool)
    for needs, offer in (((0, 8), 0), ((1, 2, 3), 1), ((4, 7), 2), ((5, 6), 3)):
        allowed[list(needs), offer] = True
    error = clash_of(
        scores,
        allowed=allowed,
        must_serve=range(9),
        need_keys=range(9, 0, -1),
        offer_keys=range(4, 0, -1),
        rules=[GroupRule(needs=[1], at_most=1)],
    )
    assert error.shortages == [
        Shortage((1, 2, 3), (1,), 3, 1),
        Shortage((0, 8), (0,), 2, 1),
        Shortage((4, 7), (2,), 2, 1),
        Shortage((5, 6), (3,), 2, 1),
    ]


def test_lock_on_a_pair_that_is_not_allowed_is_told_in_the_callers_positions():
    error = clash_of(np.ones((3, 3)), allowed=SHORT, locked=[(2, 1)], **KEYS)
    assert error.conflicts == [("lock_not_allowed", 2, 1)]
    assert error.shortage is None and error.shortages == []


def test_clash_that_only_a_route_finds_out_is_told():
    rules = [GroupRule(count="offers", at_least=2), GroupRule(offers=[0], at_most=0)]
    error = clash_of(np.ones((2, 2)), rules=rules)
    assert error.conflicts == [("rule", 0), ("rule", 1)]
    assert error.shortage is None


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_known_of_a_clash_is_not_claimed(monkeypatch, known):
    clash = Clash([("must_serve", 1)], irreducible=known, smallest=not known)
    monkeypatch.setattr(assignment, "find_clash", lambda instance, deadline: clash)
    error = clash_of(np.ones((3, 3)), allowed=SHORT, must_serve=[0, 2])
    assert error.irreducible is known and error.smallest is not known
    assert error.conflicts == [("must_serve", 1)] and error.shortage is None


def test_result_proven_as_the_time_ended_is_optimal_and_not_stopped(monkeypatch):
    solve = assignment.solve
    monkeypatch.setattr(assignment, "solve", lambda *asked: replace(solve(*asked), stopped=True))
    result = assign(np.array([[0.9, 0.6], [0.8, 0.1]]), policy="fairest")
    assert result.optimal and not result.stopped
    price = price_of_forcing(result, 0, 1)
    assert price.optimal and not price.stopped


@pytest.mark.parametrize("policy", ["total", "fairest"])
def test_result_survives_pickling(policy):
    result = assign(np.array([[0.9, 0.6], [0.8, 0.1]]), policy=policy)
    again = pickle.loads(pickle.dumps(result))
    assert price_of_forcing(again, 0, 0).loss == price_of_forcing(result, 0, 0).loss
