"""The kernel reaches the optimum, proves it, and does the same compiled as not."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from matchmaker.matching.engine import kernel
from matchmaker.matching.engine.kernel import NO_MASK, Graph, Matrix, solve_graph, solve_matrix
from matchmaker.matching.engine.proof import bound_of_graph, bound_of_matrix
from tests.harness.other_process import errors_of
from tests.matching.brute_force import Problem


def graph_of(worth):
    """List the entries above 0 of a matrix of whole numbers."""
    rows = sp.csr_array(worth.astype(float))
    start = rows.indptr.astype(np.int64)
    to = rows.indices.astype(np.int32)
    return Graph(start[:-1], start[1:], to, rows.data, np.zeros(len(to), bool))


def drawn(rng, most):
    """Draw a matrix of worth with many or few ties, and places of both sides."""
    n, m = rng.integers(1, most, 2)
    kinds = (
        lambda: rng.integers(1, 10**9, (n, m)),
        lambda: rng.integers(-3, 4, (n, m)),
        lambda: np.ones((n, m), int),
        lambda: rng.integers(0, 2, (n, m)) * rng.integers(1, 10**6, (n, 1)),
    )
    worth = kinds[rng.integers(4)]()
    worth[rng.random((n, m)) < rng.choice([0.0, 0.3, 0.7])] = 0
    places = rng.integers(0, 4, n) if rng.random() < 0.5 else np.ones(n, int)
    room = rng.integers(0, 4, m) if rng.random() < 0.5 else np.ones(m, int)
    return np.maximum(worth, 0), np.minimum(places, m), np.minimum(room, n)


def by_graph(worth, places, room):
    """Solve as a graph; return total, bound and the pairs."""
    graph = graph_of(worth)
    few = np.minimum(places, graph.end - graph.begin)
    some = np.minimum(room, np.bincount(graph.to, minlength=len(room)))
    best = solve_graph(graph, few, some)
    return best, bound_of_graph(graph, few, some, best.u, best.v)


def by_matrix(worth, places, room):
    """Solve as a full matrix."""
    matrix = Matrix(worth.astype(float), NO_MASK, 1.0, 1.0)
    best = solve_matrix(matrix, places, room)
    return best, bound_of_matrix(matrix, places, room, best.u, best.v)


def fits(best, places, room):
    """Tell whether no place is used twice and no pair taken twice."""
    pairs = set(zip(best.row.tolist(), best.column.tolist(), strict=True))
    of_rows = np.bincount(best.row, minlength=len(places))
    of_columns = np.bincount(best.column, minlength=len(room))
    few_enough = (of_rows <= places).all() and (of_columns <= room).all()
    return len(pairs) == len(best.row) and few_enough


@pytest.mark.parametrize("seed", range(150))
def test_either_form_reaches_the_optimum_of_the_reference(seed):
    worth, places, room = drawn(np.random.default_rng(seed), 4)
    scores = (worth / 1e9).tolist()
    total = Problem(scores, need_places=places, offer_places=room).best()[-1]
    for solve in (by_graph, by_matrix):
        best, bound = solve(worth, places, room)
        assert best.worth.sum() == bound == total
        assert fits(best, places, room)


@pytest.mark.parametrize("seed", range(150))
def test_graph_and_matrix_agree_and_prove_it(seed):
    worth, places, room = drawn(np.random.default_rng(seed + 1000), 30)
    first, bound = by_graph(worth, places, room)
    second, other = by_matrix(worth, places, room)
    assert first.worth.sum() == second.worth.sum() == bound == other
    assert fits(first, places, room) and fits(second, places, room)
    assert (worth[first.row, first.column] == first.worth).all()


@pytest.mark.parametrize("seed", range(40))
def test_one_to_one_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed + 2000)
    worth = rng.integers(1, 10 ** int(rng.integers(1, 10)), rng.integers(1, 60, 2))
    rows, columns = linear_sum_assignment(worth, maximize=True)
    for solve in (by_graph, by_matrix):
        best, _ = solve(worth, *(np.ones(n, int) for n in worth.shape))
        assert best.worth.sum() == worth[rows, columns].sum()


@pytest.mark.parametrize("seed", range(40))
def test_prices_fit_every_pair(seed):
    worth, places, room = drawn(np.random.default_rng(seed + 3000), 20)
    best, _ = by_matrix(worth, places, room)
    chosen = np.zeros(worth.shape, bool)
    chosen[best.row, best.column] = True
    paid = best.u[:, None] + best.v
    assert (best.u >= 0).all() and (best.v >= 0).all()
    assert (paid >= worth)[~chosen].all() and (paid <= worth)[chosen].all()
    assert (best.u[chosen.sum(axis=1) < places] == 0).all()
    assert (best.v[chosen.sum(axis=0) < room] == 0).all()


@pytest.mark.parametrize("tamper", [lambda price: price // 2, lambda price: price + 1])
@pytest.mark.parametrize("side", [0, 1])
def test_tampered_prices_prove_nothing(side, tamper):
    worth = np.random.default_rng(1).integers(1, 10**6, (20, 20))
    ones = np.ones(20, int)
    best, bound = by_matrix(worth, ones, ones)
    prices = [best.u, best.v]
    prices[side] = tamper(prices[side])
    matrix = Matrix(worth.astype(float), NO_MASK, 1.0, 1.0)
    assert bound == best.worth.sum()
    assert bound_of_matrix(matrix, ones, ones, *prices) > bound
    assert bound_of_graph(graph_of(worth), ones, ones, *prices) > bound


def test_pair_not_allowed_or_not_good_enough_is_never_chosen():
    scores = np.array([[0.9, 0.8], [0.7, 0.2]])
    allowed = np.array([[False, True], [True, True]])
    matrix = Matrix(scores, allowed, 10.0, 3.0)
    best = solve_matrix(matrix, np.array([2, 2]), np.array([2, 2]))
    assert (best.row.tolist(), best.column.tolist()) == ([0, 1], [1, 0])
    assert bound_of_matrix(matrix, np.array([2, 2]), np.array([2, 2]), best.u, best.v) == 15


def test_short_lists_are_lengthened_until_the_prices_prove_them_complete(monkeypatch):
    monkeypatch.setattr(kernel, "LISTED", 1)
    monkeypatch.setattr(kernel, "MATRIX_STEPS", ())
    monkeypatch.setattr(kernel, "TURNS_BEFORE_MORE", 1)
    worth = np.random.default_rng(2).integers(1, 10**6, (40, 50)) + np.arange(50) * 10**5
    rows, columns = linear_sum_assignment(worth, maximize=True)
    best, bound = by_matrix(worth, np.ones(40, int), np.ones(50, int))
    assert best.worth.sum() == bound == worth[rows, columns].sum()


COMPARED = """
import numpy as np
from matchmaker.matching.engine import kernel
from tests.matching.engine.test_kernel import by_graph, by_matrix, drawn

def told(solve, case):
    best, _ = solve(*case)
    return [part.tolist() for part in (best.row, best.column, best.u, best.v)]

cases = [drawn(np.random.default_rng(seed), 40) for seed in range(40)]
plain = [told(solve, case) for case in cases for solve in (by_graph, by_matrix)]
assert kernel.compile_kernel()
assert kernel.kernel_paths.augment.__class__.__name__ == "CPUDispatcher"
assert plain == [told(solve, case) for case in cases for solve in (by_graph, by_matrix)]
"""


def test_compiled_loops_give_the_same_as_plain_ones():
    assert errors_of(COMPARED) == ""


PATIENT = """
import sys
import numpy as np
from matchmaker.matching import assign
assert "numba" not in sys.modules
scores = np.random.default_rng(1).random((40, 40))
assign(scores)
assert "numba" not in sys.modules
assign(scores)
assert "numba" in sys.modules
"""


def test_first_small_instance_does_not_wait_for_the_compiler():
    assert errors_of(PATIENT) == ""


WITHOUT = """
import sys
sys.modules["numba"] = None
import numpy as np
from matchmaker.matching import assign
from tests.matching.engine.test_kernel import linear_sum_assignment
scores = np.random.default_rng(1).random((200, 200)).round(9)
result = assign(scores)
rows, columns = linear_sum_assignment(scores, maximize=True)
assert result.solver == "dense" and abs(result.total - scores[rows, columns].sum()) < 1e-6
assert assign(scores, solver="paths").total == result.total
"""


def test_without_numba_large_instances_take_the_routes_of_scipy():
    assert errors_of(WITHOUT) == ""
