"""Compile the loops of the solver ahead of the first question that needs them."""

from time import perf_counter

import numpy as np
from scipy import sparse

from matchmaker.matching.assignment import assign

SIZE = 300
"""Needs, and as many offers: large enough for every route to take its compiled loops."""


def warm_up() -> float:
    """Solve made-up rounds by each route that compiles; return how many seconds it took.

    The machine code is kept on disk where there is a folder for it (`engine.compiled`); in later
    processes, and where it is there already, this takes about a second.
    """
    began = perf_counter()
    scores = np.random.default_rng(1).random((SIZE, SIZE))
    few = sparse.csr_array(np.where(scores > 0.9, scores, 0.0))
    assign(scores)
    assign(few, offer_places=2)
    for policy in ("total", "coverage", "fairest"):
        assign(few, need_places=2, offer_places=2, must_serve=[0, 1], policy=policy)
    return perf_counter() - began
