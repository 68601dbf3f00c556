"""Equally good results: which pairs all, some and none of them have, against every set of pairs."""

import numpy as np
import pytest
import scipy.sparse as sp

import matchmaker.matching as matching
from matchmaker.matching import GroupRule, Infeasible, assign
from matchmaker.matching.engine.alternatives import ties
from tests.harness.other_process import errors_of
from tests.matching.brute_force import Problem
from tests.matching.random_cases import random_case


def optima_of(scores, case):
    """Return every result with the best objective, as sets of pairs."""
    problem = Problem(scores, **case)
    chosen, result = problem._everything()
    best = problem.best()
    return [
        {pair for pair, used in zip(problem.pairs, row, strict=True) if used}
        for row in chosen[result]
        if problem._greatest(row[None, :]) == best
    ]


def as_set(pairs):
    return {tuple(pair) for pair in pairs.tolist()}


def check(found, result, optima):
    """Compare what was found with all optima."""
    chosen = as_set(result.pairs)
    every, some = set.intersection(*optima), set.union(*optima)
    assert chosen in optima
    assert not len(found.undecided)
    assert as_set(found.always) == every
    assert as_set(found.exchangeable) == chosen - every
    assert as_set(found.others) == some - chosen
    assert found.exist == (len(optima) > 1)


def coarse(rng, scores):
    """Return scores in few steps, so that many results are equally good."""
    return rng.integers(-1, 3, scores.shape) / 2


@pytest.mark.parametrize("rules", [True, False])
@pytest.mark.parametrize("block", range(3))
def test_pairs_of_all_some_and_no_optimum_are_those_of_every_set_of_pairs(block, rules):
    n_tied = n_again = n_read = 0
    for seed in range(900 + block * 60, 960 + block * 60):
        rng = np.random.default_rng(seed)
        scores, case = random_case(rng, most_pairs=8, rules=rules)
        scores = coarse(rng, scores)
        try:
            result = assign(scores, **case)
        except Infeasible:
            continue
        found, optima = ties(result), optima_of(scores, case)
        check(found, result, optima)
        n_tied += len(optima) > 1
        n_again += found.again
        n_read += not found.again
    assert min(n_tied, n_again, n_read) > 0


def test_single_optimum_has_no_ties():
    found = ties(assign([[0.9, 0.1], [0.2, 0.8]]))
    assert not found.exist and found.always.tolist() == [[0, 0], [1, 1]]


def test_locked_pair_is_in_every_result():
    found = ties(assign(np.ones((2, 2)), locked=[(0, 0)]))
    assert found.always.tolist() == [[0, 0], [1, 1]] and not found.exist


def test_free_place_elsewhere_makes_a_pair_exchangeable():
    found = ties(assign([[0.5, 0.5, 0.25]]))
    assert len(found.exchangeable) == len(found.others) == 1
    assert as_set(found.exchangeable) | as_set(found.others) == {(0, 0), (0, 1)}


def test_positions_are_the_callers_where_keys_give_another_order():
    scores = np.array([[0.5, 0.5, 0.1], [0.5, 0.5, 0.1], [0.1, 0.1, 0.9]])
    found = ties(assign(scores, need_keys=["c", "b", "a"], offer_keys=["y", "z", "x"]))
    assert found.always.tolist() == [[2, 2]]
    both = as_set(found.exchangeable) | as_set(found.others)
    assert both == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_keys_decide_between_equal_results():
    scores = np.ones((1, 2))
    first = assign(scores, need_keys=["n"], offer_keys=["a", "b"]).pairs.tolist()
    other = assign(scores, need_keys=["n"], offer_keys=["b", "a"]).pairs.tolist()
    assert first != other


def test_result_without_proof_says_nothing_of_ties():
    result = assign(np.ones((2, 2)))
    unproven = type(result.solved)(
        result.solved.asked, result.solved.instance, result.solved.outcome, proven=False
    )
    assert ties(type("Result", (), {"solved": unproven})()) is None


def test_time_that_ends_leaves_pairs_undecided():
    result = assign(np.ones((3, 3)), rules=[GroupRule(at_most=2)])
    found = ties(result, time_limit=0.0)
    assert len(found.undecided) == 9
    assert not found.exist and not len(found.always)


@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_every_pair_told_agrees_with_the_price_of_the_override(policy):
    rng = np.random.default_rng(3)
    scores = sp.csr_array(rng.integers(1, 4, (20, 20)) * (rng.random((20, 20)) < 0.2))
    result = assign(scores, offer_places=2, policy=policy)
    found = ties(result)
    assert found.exist and len(found.always)
    for pairs, price, free in (
        (found.always, matching.price_of_forbidding, False),
        (found.exchangeable, matching.price_of_forbidding, True),
        (found.others, matching.price_of_forcing, True),
    ):
        for pair in pairs.tolist():
            assert price(result, *pair).loss.free == free


TAKEN = """
import matchmaker.matching.candidates
from matchmaker.matching import assign, ties
assert ties(assign([[1.0]])).always.tolist() == [[0, 0]]
"""


def test_function_stays_callable_once_the_module_of_its_name_is_loaded():
    assert errors_of(TAKEN) == ""
