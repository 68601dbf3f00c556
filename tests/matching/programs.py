"""Random programs in integers, small enough to look at every solution."""

from itertools import product

import numpy as np
import scipy.sparse as sp

from matchmaker.matching.engine.highs import Rows
from matchmaker.matching.engine.model import UNLIMITED


def random_rows(rng, largest):
    """Return rows with coefficients up to `largest`, tight around one of the choices."""
    count = int(rng.integers(4, 10))
    matrix = rng.integers(-largest, largest, (3, count))
    high = matrix @ rng.integers(0, 2, count) - rng.integers(0, 2, 3)
    low = np.where(rng.random(3) < 0.3, high - rng.integers(0, largest, 3), -UNLIMITED)
    return Rows(
        sp.csr_array(matrix),
        low,
        high,
        np.zeros(count, dtype=np.int64),
        np.ones(count, dtype=np.int64),
        np.ones(count, dtype=bool),
    )


def best_of(rows, gain):
    """Return the greatest gain by looking at every choice, or None where none holds."""
    every = (np.array(x) for x in product((0, 1), repeat=len(gain)))
    return max((int(gain @ x) for x in every if rows.hold(x)), default=None)
