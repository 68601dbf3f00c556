"""Prices compared with two objectives, in the words of the policy."""

import numpy as np
import pytest

from tests.matching.brute_force import UNITS, Problem


def best_of(scores, **case):
    """Return the best objective over every set of pairs, in scores; None where there is none."""
    problem = Problem(scores, **case)
    best = None if problem.locked & problem.barred else problem.best()
    return best and tuple(_in_scores(part, at, best) for at, part in enumerate(best))


def _in_scores(part, at, best):
    if isinstance(part, tuple):
        return tuple(value / UNITS for value in part)
    return part / UNITS if at == len(best) - 1 else part


def check_vector(price, policy, before, after):
    """Check that a price tells what is lost from one objective to another."""
    if after is None:
        assert price.total == np.inf and not price.possible and price.positive
        return
    assert price.possible
    assert price.total == pytest.approx(before[-1] - after[-1], abs=1e-12)
    assert price.served == (None if policy == "total" else before[0] - after[0])
    assert price.free == (before == after)
    if before != after:
        assert price.positive == (before > after)
    if policy == "fairest" and before[1] and after[1]:
        assert price.worst_off == pytest.approx(before[1][0] - after[1][0], abs=1e-12)
