"""Solving over promising pairs gives the optimum of the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matchmaker.matching import assign, narrowing, solving
from matchmaker.matching.narrowing import solve_narrow
from matchmaker.matching.pipeline import match
from matchmaker.matching.settings import Settings
from tests.matching.test_pipeline import varied


def instance(seed, n=14, m=12):
    """Return scores, places of both sides."""
    draw = np.random.default_rng(seed)
    values = np.round(draw.random((n, m)), draw.integers(1, 4))
    stored = draw.random((n, m)) < 0.8
    rows, columns = np.nonzero(stored)
    starts = np.concatenate(([0], np.cumsum(stored.sum(axis=1))))
    scores = sparse.csr_array((values[rows, columns], columns, starts), shape=(n, m))
    return scores, draw.integers(0, 3, n), draw.integers(0, 3, m)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 0.6))
def test_optimum_is_that_of_the_whole(seed, least):
    scores, need_places, offer_places = instance(seed)

    def solve(part):
        return assign(part, need_places=need_places, offer_places=offer_places, minimum_score=least)

    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    usable = (scores.data >= max(least, 1e-9)) & (need_places[rows] > 0)
    usable &= offer_places[scores.indices] > 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrowing._best, "__defaults__", (1,))
        patch.setattr(narrowing, "MOST_ADDED", 1)
        narrow = solve_narrow(scores, usable, solve)
    assert narrow is not None
    assert narrow.total == solve(scores).total


@pytest.mark.parametrize("seed", range(12))
def test_prices_of_another_round_change_nothing_but_the_work(seed):
    scores, need_places, offer_places = instance(seed)
    draw = np.random.default_rng(seed)
    prices = draw.random(scores.shape[0]), draw.random(scores.shape[1])

    def solve(part):
        return assign(part, need_places=need_places, offer_places=offer_places)

    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    usable = (scores.data > 0) & (need_places[rows] > 0) & (offer_places[scores.indices] > 0)
    assert solve_narrow(scores, usable, solve, prices).total == solve(scores).total


def test_steps_that_do_not_suffice_are_said(monkeypatch):
    scores = instance(1)[0]
    monkeypatch.setattr(narrowing, "MOST_STEPS", 0)
    usable = np.ones(scores.nnz, dtype=bool)
    assert solve_narrow(scores, usable, lambda part: assign(part)) is None


@pytest.mark.parametrize("barred", [(), (("n00", "o00"), ("n01", "o01"))])
def test_round_gives_the_same_total_either_way(monkeypatch, barred):
    whole = match(varied(n=20), Settings(barred=barred))
    monkeypatch.setattr(solving, "NARROWED_PAIRS", 0)
    narrow = match(varied(n=20), Settings(barred=barred))
    assert narrow.total == whole.total and narrow.optimal
    assert narrow.to_json() == match(varied(n=20), Settings(barred=barred)).to_json()
