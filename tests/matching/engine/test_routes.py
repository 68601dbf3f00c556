"""Routes agree wherever more than one applies, and reach published optima."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from matchmaker.matching import Infeasible, assign
from tests import shared_data
from tests.matching.random_cases import random_case

PUBLISHED = [(100, 305), (300, 626), (500, 991), (700, 1362)]


def outcome(scores, solver, **case):
    try:
        return assign(scores, solver=solver, **case).objective
    except Infeasible:
        return None
    except ValueError as error:
        assert "cannot take" in str(error)
        return "other"


@pytest.mark.parametrize("solver", ["paths", "dense", "sparse", "flow", "lp", "milp"])
@pytest.mark.parametrize("seed", range(2000, 2020))
def test_named_route_agrees_with_the_chosen_one(solver, seed):
    scores, case = random_case(np.random.default_rng(seed), rules=False)
    assert outcome(scores, solver, **case) in ("other", outcome(scores, None, **case))


@pytest.mark.parametrize("solver", ["paths", "dense", "sparse", "flow", "lp", "milp"])
def test_routes_agree_with_scipy_one_to_one(solver):
    scores = np.random.default_rng(1).random((40, 50)).round(9)
    rows, columns = linear_sum_assignment(scores, maximize=True)
    result = assign(scores, solver=solver)
    assert result.total == pytest.approx(scores[rows, columns].sum(), abs=1e-9)
    assert result.solver == solver


@pytest.mark.parametrize("policy", ["total", "coverage"])
@pytest.mark.parametrize("seed", range(6))
def test_flow_agrees_with_the_mixed_integer_program(policy, seed):
    rng = np.random.default_rng(seed)
    case = {
        "scores": rng.normal(0.2, 1.0, (30, 40)) * 10.0 ** rng.integers(-3, 4),
        "allowed": rng.random((30, 40)) < 0.3,
        "need_places": rng.integers(0, 4, 30),
        "offer_places": rng.integers(0, 4, 40),
        "policy": policy,
    }
    flow, program = assign(**case, solver="lp"), assign(**case, solver="milp")
    assert flow.objective == program.objective
    assert flow.optimal and program.optimal


@pytest.mark.parametrize("seed", range(3))
def test_fairest_flow_agrees_with_the_mixed_integer_program(seed):
    rng = np.random.default_rng(seed)
    scores = rng.random((12, 12)).round(int(rng.integers(1, 9)))
    flow = assign(scores, policy="fairest")
    assert flow.objective == assign(scores, policy="fairest", solver="milp").objective


def test_dense_and_sparse_input_agree():
    rng = np.random.default_rng(3)
    scores = rng.random((60, 60)) * (rng.random((60, 60)) < 0.1)
    dense = assign(scores, offer_places=2)
    assert assign(sp.csr_array(scores), offer_places=2).objective == dense.objective


def test_large_thin_component_agrees_with_the_sparse_route():
    rng = np.random.default_rng(4)
    n, k = 2500, 5
    need = np.repeat(np.arange(n), k)
    offer = (need + np.tile([0, 1, 7, 63, 511], n)) % n
    scores = sp.csr_array((rng.random(n * k), (need, offer)), shape=(n, n))
    result = assign(scores)
    assert result.solver == "paths"
    second = assign(scores, solver="sparse")
    assert second.solver == "sparse"
    assert result.total == second.total == assign(scores, solver="lp").total


@pytest.mark.shared_data
@pytest.mark.parametrize(("size", "optimum"), PUBLISHED)
def test_published_instance_reaches_its_optimum(size, optimum):
    cost = np.load(shared_data.path("matching", f"assign{size}.npz"))["cost"]
    assert 1000.0 * size - assign(1000.0 - cost).total == optimum


@pytest.mark.shared_data
def test_conference_instance_reaches_its_optimum():
    score = np.load(shared_data.path("matching", "aamas2015.npz"))["score"]
    result = assign(score, need_places=3, offer_places=12)
    assert result.total == 1406.25
    assert result.optimal


@pytest.mark.parametrize("block", range(6))
def test_coverage_by_the_kernel_is_that_of_the_integer_program(block):
    taken = 0
    for seed in range(50 * block, 50 * block + 50):
        scores, case = random_case(np.random.default_rng(seed), most_pairs=16, rules=False)
        case["policy"] = "coverage"
        found = outcome(scores, "paths", **case)
        taken += found not in ("other", None)
        assert found in ("other", outcome(scores, "milp", **case)), seed
    assert taken > 5


def test_coverage_of_a_large_thin_round_is_one_sum():
    rng = np.random.default_rng(9)
    n, k = 3000, 4
    need = np.repeat(np.arange(n), k)
    offer = rng.integers(0, n, n * k)
    scores = sp.csr_array((rng.random(n * k) + 0.1, (need, offer)), shape=(n, n))
    result = assign(scores, policy="coverage")
    assert result.solver == "paths" and result.optimal
    assert result.objective == assign(scores, policy="coverage", solver="flow").objective


def test_scores_too_large_for_one_sum_take_another_route_to_coverage():
    scores = np.array([[9e5, 1e-9], [8e5, 0.0]])
    result = assign(scores, policy="coverage")
    assert result.objective == (2, pytest.approx(8e5)) and result.optimal
