"""Prices of forcing and forbidding equal what solving again says."""

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.matching import GroupRule, Infeasible, assign, forced_prices
from matchmaker.matching.engine import closure, forced, ways
from matchmaker.matching.engine.forced import (
    forbidden_losses,
    forbidden_prices,
    forced_losses,
    forced_prices_of_need,
)
from matchmaker.matching.engine.overrides import price_of_forbidding, price_of_forcing
from tests.matching.random_cases import places_case


def objective_of(scores, case):
    try:
        return assign(scores, **case).objective
    except Infeasible:
        return None


def losses_again(scores, case, name):
    """Return (served, total) lost by locking or barring each pair in turn; None = no result."""
    best = assign(scores, **case).objective
    found = {}
    for pair in np.ndindex(scores.shape):
        after = objective_of(scores, {**case, name: [*case.get(name, ()), pair]})
        found[pair] = after and tuple(b - a for b, a in zip(best, after, strict=True))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_forced_price_is_what_locking_costs(seed):
    scores, case = places_case(seed)
    again = losses_again(scores, case, "locked")
    prices = forced_prices(scores, **case)
    for pair, loss in again.items():
        assert prices[pair] == pytest.approx(np.inf if loss is None else loss[0], abs=1e-12)
    assert (prices >= 0).all()


def demanding(seed, policy):
    """Return a case with locks, bars and needs that must be served, and its result."""
    scores, case = places_case(seed)
    rng = np.random.default_rng(seed + 1000)
    n, m = scores.shape
    case["policy"] = policy
    if seed % 3 == 0:
        case["locked"] = [(int(rng.integers(n)), int(rng.integers(m)))]
    if seed % 3 == 1:
        case["must_serve"] = [int(rng.integers(n))]
    if seed % 4 == 0:
        case["barred"] = [(int(rng.integers(n)), int(rng.integers(m)))]
    if seed % 5 == 0:
        case["minimum_score"] = 0.4
    try:
        return scores, case, assign(scores, **case)
    except Infeasible:
        return scores, case, None


def compare(price, again):
    assert price.possible == (again is not None)
    if again is not None:
        told = (price.total,) if price.served is None else (price.served, price.total)
        assert told == pytest.approx(again, abs=1e-12)


def test_limit_of_the_scores_is_the_one_that_is_told():
    assert not forced_prices(np.full((50, 50), 692_861.0)).any()
    with pytest.raises(ValueError, match="too large"):
        forced_prices(np.full((50, 50), 692_862.0))


@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_prices_of_a_solved_problem_are_what_locking_and_barring_cost(policy, monkeypatch):
    n_compared = 0
    for seed in range(30):
        scores, case, result = demanding(seed, policy)
        if result is None or result.solved.graph is None:
            continue
        graph = result.solved.graph
        need, offer = graph.instance.need, graph.instance.offer
        pairs = list(zip(need.tolist(), offer.tolist(), strict=True))
        chosen = np.flatnonzero(graph.chosen)
        locked, barred = (losses_again(scores, case, name) for name in ("locked", "barred"))
        for thin in (0, 10**9):
            monkeypatch.setattr(forced, "THIN", thin)
            prices = forced_losses(graph, need, offer, graph.instance.weight)
            for at, pair in enumerate(pairs):
                compare(prices[at], locked[pair])
            prices = forbidden_losses(graph, chosen)
            for at, pair in enumerate(chosen):
                compare(prices[at], barred[pairs[pair]])
        n_compared += len(pairs)
    assert n_compared > 100


@pytest.mark.parametrize("threshold", [0, 10**9])
@pytest.mark.parametrize("shape", [(40, 60), (60, 40), (50, 50)])
def test_full_and_thin_ways_of_counting_agree(shape, threshold, monkeypatch):
    monkeypatch.setattr(ways, "COMPILED_PAIRS", threshold)
    monkeypatch.setattr(closure, "COMPILED_NODES", threshold)
    rng = np.random.default_rng(sum(shape))
    scores = rng.random(shape).round(2)
    places = {"need_places": rng.integers(0, 3, shape[0]), "offer_places": 2}
    full = forced_prices(scores, **places)
    monkeypatch.setattr(forced, "THIN", 0)
    together = forced_prices(scores, **places)
    monkeypatch.setattr(forced, "THIN", 10**9)
    one_by_one = forced_prices(scores, **places)
    assert (full == together).all() and (full == one_by_one).all()


def test_sparse_scores_have_the_prices_of_the_full_matrix():
    rng = np.random.default_rng(5)
    scores = rng.random((80, 90)) * (rng.random((80, 90)) < 0.1)
    sparse = forced_prices(sp.csr_array(scores), offer_places=2)
    assert (sparse == forced_prices(scores, scores > 0, offer_places=2)).all()


def test_scores_too_large_for_doubles_are_priced_in_whole_numbers():
    scores = np.random.default_rng(6).random((9, 9)).round(3)
    exact = forced_prices(scores * 2.0**21, offer_places=[1, 2] * 4 + [1])
    assert (exact == forced_prices(scores, offer_places=[1, 2] * 4 + [1]) * 2.0**21).all()


def test_pair_of_another_optimum_is_free_to_force():
    assert (forced_prices(np.ones((2, 2))) == 0).all()


def test_pair_that_is_not_allowed_has_an_infinite_price():
    prices = forced_prices(np.ones((2, 2)), np.array([[True, False], [True, True]]), 1, [1, 0])
    assert prices.tolist() == [[0.0, np.inf], [0.0, np.inf]]


def test_bad_pair_may_be_forced_at_its_cost():
    assert forced_prices([[-0.5]]).tolist() == [[0.5]]


def test_empty_sides_have_no_prices():
    assert forced_prices(np.zeros((0, 3))).shape == (0, 3)
    assert forced_prices(np.zeros((2, 0))).shape == (2, 0)


def test_scores_beyond_64_bits_are_refused():
    with pytest.raises(ValueError, match="too large"):
        forced_prices(np.full((30, 30), 5e7))


@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_row_of_a_need_and_prices_of_all_pairs_are_those_of_single_pairs(policy):
    n_compared = 0
    for seed in range(12):
        scores, _, result = demanding(seed, policy)
        if result is None or result.solved.graph is None:
            continue
        for need in range(scores.shape[0]):
            prices = forced_prices_of_need(result, need)
            assert len(prices) == scores.shape[1]
            for offer in range(scores.shape[1]):
                assert prices[offer] == price_of_forcing(result, need, offer).loss
                n_compared += 1
        prices = forbidden_prices(result)
        assert len(prices) == len(result.pairs)
        for at, pair in enumerate(result.pairs.tolist()):
            assert prices[at] == price_of_forbidding(result, *pair).loss
    assert n_compared > 50


def test_prices_come_in_the_callers_order():
    scores = np.random.default_rng(8).random((7, 6)).round(1)
    rng = np.random.default_rng(9)
    plain = assign(scores, offer_places=2, need_keys=range(7), offer_keys=range(6))
    rows, columns = rng.permutation(7), rng.permutation(6)
    moved = assign(
        scores[np.ix_(rows, columns)], offer_places=2, need_keys=rows, offer_keys=columns
    )
    for at, row in enumerate(rows):
        prices = forced_prices_of_need(moved, at).total
        assert (prices == forced_prices_of_need(plain, int(row)).total[columns]).all()
    told = {
        (rows[i], columns[j]): price
        for (i, j), price in zip(moved.pairs, forbidden_prices(moved).total, strict=True)
    }
    for pair, price in zip(plain.pairs.tolist(), forbidden_prices(plain).total, strict=True):
        assert told[tuple(pair)] == price


def test_routes_without_a_residual_graph_have_no_prices_at_once():
    for case in ({"policy": "fairest"}, {"rules": [GroupRule(at_most=1)]}, {"need_minimum": 2}):
        result = assign(np.ones((2, 2)), need_places=2, **case)
        assert forced_prices_of_need(result, 0) is None and forbidden_prices(result) is None
