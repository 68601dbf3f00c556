"""All greatest distances at once: blocks, threads and types change nothing."""

import numpy as np
import pytest

from matchmaker.matching.engine import closure


def graph(n, seed, dtype=float):
    """Return arcs without a cycle that gains: potentials less lengths of at least 0."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, 10**9, n)
    step = level[None, :] - level[:, None] - rng.integers(0, 10**9, (n, n))
    step = step.astype(dtype)
    step[rng.random((n, n)) < 0.7] = closure.nowhere_of(dtype)
    np.fill_diagonal(step, 0)
    return step


def one_by_one(step):
    """Return the same by the three loops of the textbook."""
    total = step.copy()
    for k in range(len(total)):
        total = np.maximum(total, total[:, k, None] + total[k])
    return total


@pytest.mark.parametrize("n", [1, 15, 16, 17, 50, 230])
def test_blocks_find_what_the_textbook_finds(n):
    step = graph(n, n)
    assert (closure.close(step) == one_by_one(step)).all()


def test_threads_change_nothing():
    step = graph(closure.THREADED_NODES + 3, 1)
    assert (closure.close(step) == one_by_one(step)).all()


def test_whole_numbers_and_doubles_agree():
    doubles = closure.close(graph(230, 2))
    whole = closure.close(graph(230, 2, np.int64))
    reached = doubles > -np.inf
    assert (whole[reached] == doubles[reached]).all()
    assert (whole[~reached] <= closure.NOWHERE / 2).all()


def test_compiled_and_plain_products_agree():
    from matchmaker.matching.engine.maxplus import add_product

    rng = np.random.default_rng(3)
    left, right = rng.integers(-9, 9, (40, 16)).astype(float), rng.normal(size=(16, 30))
    left[rng.random(left.shape) < 0.3] = -np.inf
    total = np.full((40, 30), -np.inf)
    plain = total.copy()
    add_product(total, left, right, 5, 33)
    closure.plain_product(plain, left, right, 5, 33)
    assert (total == plain).all()
    assert (total[:5] == -np.inf).all() and (total[33:] == -np.inf).all()


def test_arcs_given_stay_as_they_are():
    step = graph(40, 4)
    before = step.copy()
    closure.close(step)
    assert (step == before).all()
