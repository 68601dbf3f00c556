"""The assignment is proven against a reference that tries every set of pairs."""

import numpy as np
import pytest

from matchmaker.matching import Infeasible, assign
from tests.matching.brute_force import UNITS, Problem
from tests.matching.random_cases import random_case

SEEDS = range(300)


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
