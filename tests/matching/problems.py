"""Round problems with scores drawn at random, and what brute force says of them."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from tests.matching.brute_force import Problem as Reference
from tests.matching.build import NEED, OFFER, snapshot


def keys(n, m):
    """Return the keys of n needs and m offers, in their order."""
    return [f"n{i:03}" for i in range(n)], [f"o{j:03}" for j in range(m)]


def problem_of(scores, allowed=None, settings=None, **given):
    """Return a round problem with these scores (rounded to the grid) and places."""
    n, m = scores.shape
    needs, offers = keys(n, m)
    allowed = np.ones((n, m), dtype=bool) if allowed is None else allowed
    need_places = np.broadcast_to(given.get("need_places", 1), n)
    offer_places = np.broadcast_to(given.get("offer_places", 1), m)
    minimum = np.broadcast_to(given.get("need_minimum", 0), n)
    round_ = snapshot(
        [
            replace(NEED, key=key, places=int(need_places[i]), minimum=int(minimum[i]))
            for i, key in enumerate(needs)
        ],
        [replace(OFFER, key=key, places=int(offer_places[j])) for j, key in enumerate(offers)],
    )
    problem = prepare(round_, settings or Settings())
    rows, columns = np.nonzero(allowed)
    stored = sparse.csr_array(
        (np.round(scores[rows, columns], 9), columns.astype(np.int32), _starts(rows, n)),
        shape=(n, m),
    )
    candidates = replace(problem.candidates, bar=np.where(allowed, 0, 2).astype(np.uint8))
    return replace(problem, scores=stored, candidates=candidates)


def _starts(rows, n):
    return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=n))))


def drawn(seed, shape=None, filled=0.6, settings=None, levels=None):
    """Return a random problem; with `levels` the scores repeat, so that equal results exist."""
    rng = np.random.default_rng(seed)
    n, m = shape or (int(v) for v in rng.integers(1, 5, 2))
    scores = rng.integers(0, levels, (n, m)) / levels if levels else rng.random((n, m))
    return problem_of(
        scores,
        rng.random((n, m)) < filled,
        settings,
        need_places=rng.integers(1, 3, n),
        offer_places=rng.integers(0, 3, m),
    )


def reference(problem, bonus=None):
    """Return the same problem for brute force; `bonus` is (pairs, score units)."""
    settings = problem.settings
    scores = problem.scores.toarray()
    if bonus is not None:
        for row, column in bonus[0]:
            scores[row, column] += bonus[1]
    return Reference(
        scores.tolist(),
        problem.candidates.allowed.tolist(),
        need_places=problem.arrays.needs.places.tolist(),
        offer_places=problem.arrays.offers.places.tolist(),
        need_minimum=[need.minimum for need in problem.snapshot.needs],
        locked=[problem.pair(pair) for pair in settings.locked],
        barred=[problem.pair(pair) for pair in settings.barred],
        must_serve=[problem.rows[key] for key in settings.must_serve],
        policy=settings.policy,
        minimum_score=settings.minimum_score,
    )
