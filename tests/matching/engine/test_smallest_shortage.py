"""The smallest shortage is found, or shown not to exist."""

import numpy as np
import pytest

from matchmaker.matching.engine.demands import Demands
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.smallest_shortage import smaller_shortage
from matchmaker.matching.engine.validate import read_instance
from tests.matching.clashes import clash, demanding_case, has_clash_of

SOON = Deadline.after(1e6)


def demands(scores, **case):
    return Demands(read_instance(np.asarray(scores, dtype=float), **case))


@pytest.mark.parametrize("seed", range(120))
def test_it_is_smaller_where_it_can_be(seed):
    scores, case = demanding_case(np.random.default_rng(seed), minima=False)
    case["barred"] = [pair for pair in case["barred"] if pair not in case["locked"]]
    case["need_places"] = 3
    found = demands(scores, **case)
    least = next((k for k in range(1, 5) if has_clash_of(scores, case, k)), None)
    shortage, proven = smaller_shortage(found, 5, SOON)
    assert proven
    assert (None if shortage is None else len(shortage)) == least
    assert shortage is None or clash(scores, case, shortage)


def ring(n_spare):
    """Return three needs for two offers beside many that could use more."""
    allowed = np.zeros((3 + n_spare, 2 + n_spare), dtype=bool)
    allowed[:3, :2] = True
    allowed[3:, 1:] = True
    return {"scores": np.ones(allowed.shape), "allowed": allowed}


def test_claims_with_many_offers_are_struck_out_without_a_search():
    found = demands(**ring(8), must_serve=range(11))
    assert smaller_shortage(found, 5, Deadline.after(0)) == (None, True)


def test_no_time_proves_nothing():
    found = demands(**ring(1), must_serve=range(4))
    assert smaller_shortage(found, 9, Deadline.after(0)) == (None, False)
    assert smaller_shortage(found, 9, SOON) == (
        [("offer_places", 0), ("offer_places", 1), *(("must_serve", i) for i in range(3))],
        True,
    )
