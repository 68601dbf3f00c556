"""The network simplex method finds the best flow, stage by stage."""

import numpy as np
import pytest
from scipy.optimize import linprog

from matchmaker.matching import TimeUp
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.simplex import Simplex, fits


def network(seed):
    rng = np.random.default_rng(seed)
    n_nodes, n_arcs = int(rng.integers(2, 9)), int(rng.integers(2, 25))
    tail = rng.integers(0, n_nodes, n_arcs)
    head = (tail + rng.integers(1, n_nodes, n_arcs)) % n_nodes
    low = rng.integers(0, 2, n_arcs) * (rng.random(n_arcs) < 0.3)
    high = low + rng.integers(0, 4, n_arcs)
    gains = rng.integers(-5, 6, (2, n_arcs))
    balance = np.zeros((n_nodes, n_arcs))
    balance[head, np.arange(n_arcs)] += 1
    balance[tail, np.arange(n_arcs)] -= 1
    return (n_nodes, tail, head, low, high), gains, balance


def by_linear_program(gain, balance, low, high, held=()):
    """Return the greatest gain while others keep their value, or None."""
    rows = np.vstack([balance, *(g for g, _ in held)])
    sums = np.concatenate([np.zeros(len(balance)), [value for _, value in held]])
    bounds = np.column_stack([low, high])
    result = linprog(-gain, A_eq=rows, b_eq=sums, bounds=bounds, method="highs")
    return round(-result.fun) if result.status == 0 else None


@pytest.mark.parametrize("seed", range(300))
def test_both_stages_agree_with_the_linear_program(seed):
    arcs, (first, second), balance = network(seed)
    low, high = arcs[3:]
    best = by_linear_program(first, balance, low, high)
    simplex = None
    try:
        simplex = Simplex(*arcs)
        simplex.maximise(first, Deadline())
    except Impossible:
        assert best is None
        return
    assert int(first @ simplex.flow) == best
    simplex.keep_optimal(first)
    simplex.maximise(second, Deadline())
    flow = simplex.flow
    assert (balance @ flow == 0).all()
    assert ((flow >= low) & (flow <= high)).all()
    assert int(first @ flow) == best
    assert int(second @ flow) == by_linear_program(second, balance, low, high, [(first, best)])


@pytest.mark.parametrize("seed", range(40))
def test_potentials_prove_the_flow(seed):
    arcs, (gain, _), _ = network(seed)
    tail, head, low, high = arcs[1:]
    try:
        simplex = Simplex(*arcs)
        simplex.maximise(gain, Deadline())
    except Impossible:
        return
    reduced = gain + simplex.potential[head] - simplex.potential[tail]
    bound = int(np.where(reduced > 0, reduced * high, reduced * low).sum())
    assert bound == int(gain @ simplex.flow)


def test_no_time_is_time_up():
    arcs, (gain, _), _ = network(1)
    with pytest.raises(TimeUp):
        Simplex(*arcs).maximise(gain, Deadline.after(0))


def test_sums_beyond_64_bits_do_not_fit():
    assert fits(20_000, 10**9)
    assert not fits(20_000, 10**15)
